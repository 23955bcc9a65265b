"""A chapter's text, read: its cells with their line numbers and short grading metadata.

A chapter is a Python file in jupytext's percent format. What is graded is said in the marker
of its cell, as briefly as can be; the long form that nbgrader wants is made by `derive`:

    # %% nbgrader={"solution": "ch01-ex1-timed"}
    # %% nbgrader={"test": "ch01-ex1-result", "points": 2}
    # %% nbgrader={"locked": "ch01-ex1-given"}
    # %% [markdown] nbgrader={"manual": "ch01-ex4-why", "points": 3}
    # %% tags=["raises-exception"]
"""

import math
import re
from dataclasses import dataclass
from pathlib import Path

import jupytext

CHAPTER_NAME = re.compile(r"ch(?P<number>\d\d)_[a-z0-9]+(_[a-z0-9]+)*")
ROLES = {"solution": "code", "test": "code", "locked": None, "manual": "markdown"}
_MARKER = re.compile(r"\s*#\s*%%(\s.*)?$")

Fault = tuple[int, str]
"""What is wrong in a cell: the line within it, from 0, and a sentence that follows its name."""


@dataclass(frozen=True, order=True)
class Problem:
    """What is wrong in a chapter, where, and what to do about it."""

    file: str
    line: int
    sentence: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.sentence}"


@dataclass(frozen=True)
class Cell:
    """One cell: `role` is "" for an ordinary cell; `line` is where its first line stands."""

    cell_type: str
    source: str
    line: int
    role: str = ""
    id: str = ""
    points: float | None = None
    tags: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What messages call the cell."""
        return self.id or f"this {'prose' if self.cell_type == 'markdown' else 'code'} cell"


@dataclass(frozen=True)
class Chapter:
    """A chapter: `name` is its file's stem, such as "ch01_first_look"."""

    name: str
    cells: tuple[Cell, ...] = ()

    @property
    def file(self) -> str:
        """Its path from the project's root, for messages."""
        return f"chapters/{self.name}.py"

    @property
    def number(self) -> str:
        """Its number as its ids begin, such as "ch01"."""
        return self.name[:4]

    def problem(self, line: int, sentence: str) -> Problem:
        return Problem(self.file, line, sentence)


def read_chapter(path: Path) -> tuple[Chapter, list[Problem]]:
    """Read a chapter's file; what cannot be read is told as problems, never raised."""
    chapter = Chapter(path.stem)
    if not CHAPTER_NAME.fullmatch(path.stem):
        sentence = (
            "the file's name is not of the form chNN_topic.py: rename it, as ch01_first_look.py."
        )
        return chapter, [chapter.problem(1, sentence)]
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        return chapter, [chapter.problem(1, "the file is not UTF-8 text: save it as UTF-8.")]
    return parse_chapter(path.stem, text)


def parse_chapter(name: str, text: str) -> tuple[Chapter, list[Problem]]:
    """The chapter in a text, and what is wrong with its cell markers."""
    chapter = Chapter(name)
    lines = text.splitlines()
    markers = [number for number, line in enumerate(lines) if _MARKER.match(line)]
    before = next(
        (n for n, line in enumerate(lines) if line.strip() and not _MARKER.match(line)), 0
    )
    if not markers:
        return chapter, [chapter.problem(1, "the chapter has no cell: begin one with `# %%`.")]
    if before < markers[0]:
        sentence = "this text stands before the first cell: put a `# %%` marker above it."
        return chapter, [chapter.problem(before + 1, sentence)]
    unreadable = [marker for marker in markers if _jupytext_cells(lines[marker] + "\n1") is None]
    if unreadable:
        sentence = 'this cell marker cannot be read: write its tags as tags=["raises-exception"].'
        return chapter, [chapter.problem(marker + 1, sentence) for marker in unreadable]
    read = _jupytext_cells(text) or []
    if len(read) != len(markers):
        sentence = (
            "a line inside a string or code fence looks like a cell marker: write it another way."
        )
        return chapter, [chapter.problem(_odd_marker(markers, read, lines) + 1, sentence)]
    cells, problems = [], []
    for marker, raw in zip(markers, read, strict=True):
        start = next((n for n in range(marker + 1, len(lines)) if lines[n].strip()), marker)
        raw.source = raw.source.strip("\n")
        cell, faults = _cell(raw, start + 1)
        cells.append(cell)
        problems += [chapter.problem(marker + 1, fault) for fault in faults]
    return Chapter(name, tuple(cells)), problems


def _jupytext_cells(text: str) -> list | None:
    """The cells that jupytext reads, or None when it stumbles over a cell's metadata."""
    try:
        return jupytext.reads(text, fmt="py:percent").cells
    except Exception:  # which type depends on what the metadata happens to hold
        return None


def _odd_marker(markers: list[int], read: list, lines: list[str]) -> int:
    """The first marker-like line that is part of a cell's source."""
    inside = {line for cell in read for line in cell.source.split("\n")}
    return next(
        (m for m in markers if {lines[m], lines[m].removeprefix("# ")} & inside), markers[0]
    )


def _cell(raw, line: int) -> tuple[Cell, list[str]]:
    """The cell, and what is wrong with its marker."""
    metadata = dict(raw.metadata)
    metadata.pop("lines_to_next_cell", None)
    metadata.pop("cell_marker", None)
    short = metadata.pop("nbgrader", None) if "nbgrader" in metadata else ""
    tags = metadata.pop("tags", [])
    faults = []
    if raw.cell_type not in ("code", "markdown"):
        faults.append(f"this is a {raw.cell_type} cell: make it `# %%` or `# %% [markdown]`.")
    if not raw.source.strip():
        faults.append("this cell is empty: write something in it, or take it out.")
    if metadata:
        what = ", ".join(
            str(value) if key in ("title", "incorrectly_encoded_metadata") else f"{key}={value}"
            for key, value in metadata.items()
        )
        faults.append(
            f"this cell's marker says {what!r}, which is not understood: "
            'a marker holds [markdown], nbgrader={"...": "..."} and tags=["..."] alone.'
        )
    cell = Cell(raw.cell_type, raw.source, line, tags=tuple(tags))
    if short != "":
        return _graded(cell, short, faults)
    return cell, faults


def _graded(cell: Cell, short: object, faults: list[str]) -> tuple[Cell, list[str]]:
    """The cell with its role, id and points, and what is wrong with them."""
    roles = [role for role in ROLES if isinstance(short, dict) and role in short]
    if len(roles) != 1:
        return cell, [
            *faults,
            "this cell's nbgrader metadata names no single role: "
            f"write one of {', '.join(ROLES)}, with the cell's id.",
        ]
    role = roles[0]
    grade_id = short[role] if isinstance(short[role], str) else ""
    graded = Cell(
        cell.cell_type, cell.source, cell.line, role, grade_id, short.get("points"), cell.tags
    )
    has_points = role in ("test", "manual")
    unknown = [key for key in short if key != role and not (key == "points" and has_points)]
    if not grade_id:
        faults.append(f"this {role} cell has no id: write nbgrader={{{role!r}: 'chNN-exN-words'}}.")
    for key in unknown:
        why = "only test and manual cells have points" if key == "points" else "it is not known"
        faults.append(f"{graded.name} has the nbgrader key {key!r}: take it out, {why}.")
    if has_points and not _above_zero(graded.points):
        said = "no points" if graded.points is None else f"points of {graded.points!r}"
        faults.append(f'{graded.name} has {said}: give it a number above 0, as "points": 2.')
    if ROLES[role] not in (None, cell.cell_type):
        faults.append(f"{graded.name} is a {role} cell: it has to be a {ROLES[role]} cell.")
    return graded, faults


def _above_zero(points: object) -> bool:
    return type(points) in (int, float) and 0 < points < math.inf
