"""The derived folders: write them from the chapters, or tell where they have drifted.

build(root)                        # writes what is not up to date
find_drift(root, ["ch01"])         # [] when everything is up to date
"""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from parcours import notebook
from parcours.authoring.chapter import CHAPTER_NAME, Chapter, read_chapter
from parcours.authoring.derive import learner_notebook, release_notebook, source_notebook
from parcours.authoring.rules import check_course

# nbgrader does not release these either
_IGNORED = (".ipynb_checkpoints", "__pycache__")


class BuildError(Exception):
    """The chapters cannot be built; its text has a line for each problem."""

    def __init__(self, problems: Iterable[object]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(frozen=True)
class Built:
    """The paths from the root that a build wrote and removed."""

    written: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True)
class Drift:
    """A derived file that is not what its chapter says."""

    path: str
    what: str

    def __str__(self) -> str:
        return f"{self.path}: {self.what}"


def build(root: Path, chapters: Sequence[str] = ()) -> Built:
    """Write the derived notebooks of all chapters, or of those named, where they differ.

    Raises BuildError, with nothing written, when a chapter breaks a rule or a file in source/
    comes from no chapter.
    """
    expected, names = _derive(root, chapters)
    strays = _strays(root, expected, names)
    in_source = [path for path in strays if path.startswith("source/")]
    if in_source:
        raise BuildError(
            f"{path}: this file comes from no chapter, and nbgrader releases whatever stands in "
            "source/: move it elsewhere, or delete it."
            for path in in_source
        )
    written = [path for path, content in expected.items() if _bytes(root / path) != content]
    for path in written:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(expected[path])
    for path in strays:
        (root / path).unlink()
        if path.startswith("release/") and not any((root / path).parent.iterdir()):
            (root / path).parent.rmdir()
    return Built(tuple(written), tuple(strays))


def find_drift(root: Path, chapters: Sequence[str] = ()) -> list[Drift]:
    """Where the derived files differ from what the chapters say; raises BuildError as `build`."""
    expected, names = _derive(root, chapters)
    drifts = []
    for path, content in expected.items():
        found = _bytes(root / path)
        if found is None:
            drifts.append(Drift(path, "missing"))
        elif found != content:
            drifts.append(Drift(path, f"differs ({_first_difference(content, found)})"))
    drifts += [Drift(path, "should not be there") for path in _strays(root, expected, names)]
    return sorted(drifts, key=lambda drift: drift.path)


def _derive(root: Path, wanted: Sequence[str]) -> tuple[dict[str, bytes], set[str]]:
    """The derived files by path, and the names of the chapters that were asked for."""
    chapters, problems = [], []
    for path in sorted((root / "chapters").glob("*.py")):
        chapter, faults = read_chapter(path)
        chapters.append(chapter)
        problems += faults
    if not chapters:
        raise BuildError(["chapters/ holds no chapter: write one, as chapters/ch01_first_look.py."])
    # ids are compared over the whole course, whatever is built of it
    problems = sorted({*problems, *check_course(chapters)})
    chosen = _choose(chapters, wanted)
    if wanted:
        files = {chapter.file for chapter in chosen}
        problems = [problem for problem in problems if problem.file in files]
    if problems:
        raise BuildError(problems)
    expected = {}
    for chapter in chosen:
        expected.update(_editions(chapter))
    return expected, {chapter.name for chapter in chosen} if wanted else set()


def _choose(chapters: list[Chapter], wanted: Sequence[str]) -> list[Chapter]:
    if not wanted:
        return chapters
    names = {Path(name).stem for name in wanted}
    unknown = sorted(names - {c.name for c in chapters} - {c.number for c in chapters})
    if unknown:
        known = ", ".join(chapter.name for chapter in chapters)
        raise BuildError([f"There is no chapter {name}: there are {known}." for name in unknown])
    return [chapter for chapter in chapters if {chapter.name, chapter.number} & names]


def _editions(chapter: Chapter) -> dict[str, bytes]:
    source = source_notebook(chapter)
    release = release_notebook(chapter.name, source)
    editions = {
        f"source/{chapter.name}/{chapter.name}.ipynb": source,
        f"release/{chapter.name}/{chapter.name}.ipynb": release,
        f"notebooks/{chapter.name}.ipynb": learner_notebook(release),
    }
    return {path: notebook.dumps(edition).encode() for path, edition in editions.items()}


def _strays(root: Path, expected: dict[str, bytes], only: set[str]) -> list[str]:
    """Files in the derived folders that no chapter makes, of the chapters `only` if given.

    In notebooks/ people keep files of their own: there, only what is named like a chapter is
    taken for derived. Hidden files are the system's, but nbgrader would release them too.
    """
    found = [
        path
        for top in ("source", "release", "notebooks")
        for path in _files(root, top)
        if top == "source" or not path.rpartition("/")[2].startswith(".")
        if top != "notebooks" or _derived_name(path)
    ]
    if only:
        found = [path for path in found if path.split("/")[1] in only]
    return [path for path in found if path not in expected]


def _derived_name(path: str) -> bool:
    folder, _, name = path.rpartition("/")
    stem, _, suffix = name.partition(".")
    return folder == "notebooks" and suffix == "ipynb" and bool(CHAPTER_NAME.fullmatch(stem))


def _files(root: Path, top: str) -> list[str]:
    paths = []
    for folder, folders, names in os.walk(root / top):
        folders[:] = sorted(set(folders) - set(_IGNORED))
        paths += [(Path(folder) / name).relative_to(root).as_posix() for name in sorted(names)]
    return paths


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None


def _first_difference(expected: bytes, found: bytes) -> str:
    """Where two notebooks first differ, in words."""
    try:
        theirs = notebook.reads(found.decode("utf-8"))
    except (notebook.NotebookError, UnicodeDecodeError):
        return "it is no notebook any more"
    ours = notebook.reads(expected.decode("utf-8"))
    for number, (our, their) in enumerate(zip(ours.cells, theirs.cells, strict=False), 1):
        if our != their:
            parts = [key for key in our if our[key] != their.get(key)] or sorted(
                set(their) - set(our)
            )
            return f"first in cell {number}, {our.id}: its {parts[0]}"
    if len(ours.cells) != len(theirs.cells):
        return f"it has {len(theirs.cells)} cells instead of {len(ours.cells)}"
    return "in its metadata or layout"
