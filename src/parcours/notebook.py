"""Notebooks as graders and builders see them: read with clear errors, find cells, put answers in.

Everything here works on nbformat 4 alone, so that building, judging and grading agree on what
a solution cell, a test cell and an exercise are. A cell is known by its nbgrader metadata; in
the self-learner's edition, which has none, by its cell id and its `exercise` or `check` tag.

    notebook = read("release/ch01_first_look/ch01_first_look.ipynb")
    put_answer(notebook, "ch01-ex1-timed", "def timed(fn, *args):\n    ...")
    [grade_id(cell) for cell in test_cells(notebook)]   # ["ch01-ex1-result", ...]
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbformat import NotebookNode

GRADE_ID = re.compile(r"(?P<exercise>ch\d\d-ex[1-9]\d*)-[a-z0-9]+(-[a-z0-9]+)*")

EXERCISE_TAG = "exercise"
CHECK_TAG = "check"


class NotebookError(Exception):
    """A file that is no usable notebook; its text is one sentence for the person who has it."""


def read(path: str | Path) -> NotebookNode:
    """The notebook in a file.

    Raises NotebookError, in one sentence, when the file is missing, empty, not JSON, not a
    notebook, or in a notebook format older than 4. Cells without an id are let through.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise NotebookError(f"{path} is missing: put the notebook there.") from None
    except UnicodeDecodeError:
        raise NotebookError(f"{path} is not UTF-8 text, so it is not a notebook.") from None
    except OSError as error:
        raise NotebookError(f"{path} cannot be read ({error.strerror}).") from None
    return reads(text, name=str(path))


def reads(text: str, name: str = "This text") -> NotebookNode:
    """The notebook in a text; `name` is what its errors call it (see `read`)."""
    if not text.strip():
        raise NotebookError(f"{name} is empty: save the notebook again.")
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        raise NotebookError(
            f"{name} is not JSON, so it is not a notebook: save it again from JupyterLab."
        ) from None
    version = content.get("nbformat") if isinstance(content, dict) else None
    if not isinstance(version, int) or not ("cells" in content or "worksheets" in content):
        raise NotebookError(f"{name} is JSON but not a notebook: save it again from JupyterLab.")
    if version != 4:
        raise NotebookError(
            f"{name} is in notebook format {version}, which is "
            f"{'too old' if version < 4 else 'newer than this program knows'}: "
            "open it in JupyterLab and save it."
        )
    try:
        notebook = nbformat.v4.to_notebook(content)
        if not all(map(_well_made, notebook.cells)):
            raise ValueError
    except (AttributeError, KeyError, TypeError, ValueError):
        raise NotebookError(f"{name} is not a notebook: its cells or outputs are broken.") from None
    return notebook


def _well_made(cell: NotebookNode) -> bool:
    outputs = cell.setdefault("outputs", []) if cell["cell_type"] == "code" else []
    return (
        cell["cell_type"] in ("code", "markdown", "raw")
        and isinstance(cell["source"], str)
        and isinstance(cell["metadata"], dict)
        and isinstance(cell["metadata"].get("tags", []), list)
        and isinstance(outputs, list)
    )


def dumps(notebook: NotebookNode) -> str:
    """A notebook's file text: sorted keys, one space of indent, newline at the end."""
    return nbformat.v4.writes(notebook) + "\n"


def write(notebook: NotebookNode, path: str | Path) -> None:
    """Write a notebook with "\\n" line ends on every system."""
    Path(path).write_text(dumps(notebook), encoding="utf-8", newline="\n")


def grade_id(cell: NotebookNode) -> str:
    """The id by which a cell is graded, or "" for an ordinary cell."""
    graded = cell.metadata.get("nbgrader")
    if isinstance(graded, dict):
        found = graded.get("grade_id", "")
        return found if isinstance(found, str) else ""
    found = cell.get("id", "")
    return found if isinstance(found, str) and GRADE_ID.fullmatch(found) else ""


def exercise_of(grade_id: str) -> str:
    """The exercise that a graded cell belongs to.

    >>> exercise_of("ch01-ex2-keeps-order")
    'ch01-ex2'

    Raises ValueError for an id of another form.
    """
    match = GRADE_ID.fullmatch(grade_id)
    if match is None:
        raise ValueError(f"{grade_id!r} is not of the form chNN-exN-words")
    return match["exercise"]


def is_solution(cell: NotebookNode) -> bool:
    """Whether a learner writes in this cell."""
    graded = cell.metadata.get("nbgrader")
    if isinstance(graded, dict):
        return bool(graded.get("solution"))
    return EXERCISE_TAG in cell.metadata.get("tags", ())


def is_test(cell: NotebookNode) -> bool:
    """Whether this is a code cell that gives points to another cell's answer."""
    graded = cell.metadata.get("nbgrader")
    if isinstance(graded, dict):
        judged = bool(graded.get("grade")) and not graded.get("solution")
    else:
        judged = CHECK_TAG in cell.metadata.get("tags", ())
    return judged and cell.cell_type == "code"


def code_cells(notebook: NotebookNode) -> Iterator[NotebookNode]:
    """The notebook's code cells, in order."""
    return (cell for cell in notebook.cells if cell.cell_type == "code")


def solution_cells(notebook: NotebookNode) -> Iterator[NotebookNode]:
    """The code cells that a learner writes in, in order."""
    return (cell for cell in code_cells(notebook) if is_solution(cell))


def test_cells(notebook: NotebookNode) -> Iterator[NotebookNode]:
    """The test cells, in order."""
    return (cell for cell in notebook.cells if is_test(cell))


def put_answer(notebook: NotebookNode, where: str, answer: str) -> NotebookNode:
    """Replace a solution cell's source by an answer, in place, and give the cell back.

    `where` is the cell's grade id, or its exercise ("ch01-ex2") when that has one solution
    cell. Raises KeyError when no cell, or more than one, fits.
    """
    fitting = [
        cell
        for cell in solution_cells(notebook)
        if where == (found := grade_id(cell))
        or (GRADE_ID.fullmatch(found) and where == exercise_of(found))
    ]
    if len(fitting) != 1:
        how_many = "no solution cell" if not fitting else f"{len(fitting)} solution cells"
        raise KeyError(f"{where}: the notebook has {how_many} of that name")
    fitting[0].source = answer.strip("\n")
    fitting[0].outputs = []
    return fitting[0]
