"""From a chapter to its three notebooks, as a pure function of its text.

The source edition is made here; the release is what nbgrader itself makes of it, in a course
folder of its own that holds nothing else; the self-learner's edition is the release without
locks and grading data.

    source = source_notebook(chapter)
    release = release_notebook(chapter.name, source)
    learners = learner_notebook(release)
"""

import hashlib
import logging
import tempfile
from collections import Counter
from copy import deepcopy
from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.converters import GenerateAssignment
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from parcours import notebook
from parcours.authoring.chapter import Cell, Chapter
from parcours.authoring.regions import STUB, TEXT_STUB

SCHEMA_VERSION = 3
_FLAGS = {  # role: (grade, solution, locked)
    "solution": (False, True, False),
    "test": (True, False, True),
    "locked": (False, False, True),
    "manual": (True, True, False),
}


def notebook_metadata() -> NotebookNode:
    """The metadata of every derived notebook: nothing in it depends on who built it."""
    return NotebookNode(
        kernelspec=NotebookNode(
            display_name="Python 3 (ipykernel)", language="python", name="python3"
        ),
        language_info=NotebookNode(name="python"),
    )


def source_notebook(chapter: Chapter) -> NotebookNode:
    """The teacher's edition, with solutions, hidden tests and nbgrader's complete metadata."""
    seen: Counter[str] = Counter()
    cells = [_source_cell(cell, seen) for cell in chapter.cells]
    return new_notebook(cells=cells, metadata=notebook_metadata(), nbformat_minor=5)


def _source_cell(cell: Cell, seen: Counter[str]) -> NotebookNode:
    new_cell = new_code_cell if cell.cell_type == "code" else new_markdown_cell
    metadata = {"tags": list(cell.tags)} if cell.tags else {}
    if cell.role:
        grade, solution, locked = _FLAGS[cell.role]
        metadata["nbgrader"] = {
            "grade": grade,
            "grade_id": cell.id,
            "locked": locked,
            "schema_version": SCHEMA_VERSION,
            "solution": solution,
            "task": False,
        }
        if grade:
            metadata["nbgrader"]["points"] = cell.points
    return new_cell(cell.source, id=cell.id or _content_id(cell, seen), metadata=metadata)


def _content_id(cell: Cell, seen: Counter[str]) -> str:
    """An id that stays while the cell's text stays; equal cells are counted."""
    content = hashlib.sha256(f"{cell.cell_type}\n{cell.source}".encode()).hexdigest()[:12]
    seen[content] += 1
    return content if seen[content] == 1 else f"{content}-{seen[content]}"


def release_notebook(name: str, source: NotebookNode) -> NotebookNode:
    """The student's edition: what `nbgrader generate_assignment` makes of the source edition.

    Raises RuntimeError with nbgrader's own words when nbgrader refuses the notebook.
    """
    with tempfile.TemporaryDirectory(prefix="parcours-") as folder:
        root = Path(folder).resolve()
        place = root / "source" / name
        place.mkdir(parents=True)
        notebook.write(source, place / f"{name}.ipynb")
        _generate(root, name)
        release = notebook.read(root / "release" / name / f"{name}.ipynb")
    release.metadata = notebook_metadata()
    release.nbformat_minor = 5
    return release


def _generate(root: Path, name: str) -> None:
    said = _Said()
    log = logging.Logger("parcours.authoring")
    log.addHandler(said)
    config = Config()
    config.CourseDirectory.root = str(root)
    config.CourseDirectory.assignment_id = name
    config.GenerateAssignment.no_database = True
    config.GenerateAssignment.force = True
    config.SaveCells.enabled = False
    # it would start a kernel for a cell that happens to hold its delimiter
    config.InstantiateTests.enabled = False
    config.ClearSolutions.code_stub = {"python": STUB}
    config.ClearSolutions.text_stub = TEXT_STUB
    coursedir = CourseDirectory(config=config, log=log)
    try:
        GenerateAssignment(coursedir=coursedir, config=config, log=log).start()
    except NbGraderException:
        raise RuntimeError(f"nbgrader refuses {name}: {' '.join(said.errors)}") from None


class _Said(logging.Handler):
    """Keeps what nbgrader says when it fails."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.errors: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.errors.append(record.getMessage())


def learner_notebook(release: NotebookNode) -> NotebookNode:
    """The self-learner's edition: unlocked, ungraded, its stubs and test cells tagged.

    The cell ids stay, so that an exercise and its tests are still found.
    """
    learners = deepcopy(release)
    for cell in learners.cells:
        tags = list(cell.metadata.get("tags", []))
        if notebook.is_solution(cell):
            tags.append(notebook.EXERCISE_TAG)
        elif notebook.is_test(cell):
            tags.append(notebook.CHECK_TAG)
        for key in ("nbgrader", "deletable", "editable"):
            cell.metadata.pop(key, None)
        if tags:
            cell.metadata["tags"] = tags
    return learners
