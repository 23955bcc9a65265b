"""What the gradebook knows about a notebook's graded cells: the truth that submissions are put to.

    for cell in true_cells(db_url, "ch01_first_look", "ch01_first_look"):
        print(cell.name, cell.points)

nbgrader saved these cells when the assignment was generated, hidden tests included.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbformat.notebooknode import NotebookNode
from nbgrader import utils
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.nbgraderformat import SCHEMA_VERSION

from parcours.grading.reading import UnreadableError, read_submission


@dataclass(frozen=True)
class TrueCell:
    """One cell that nbgrader knows; `source` has the hidden tests, or the stub of a solution."""

    name: str
    cell_type: str
    source: str
    checksum: str | None
    locked: bool
    grade: bool
    solution: bool
    task: bool
    points: float | None

    def metadata(self) -> dict[str, Any]:
        """The nbgrader metadata that a cell of this name must have."""
        known = {
            "schema_version": SCHEMA_VERSION,
            "grade_id": self.name,
            "grade": self.grade,
            "solution": self.solution,
            "locked": self.locked,
            "task": self.task,
            "cell_type": self.cell_type,
        }
        if self.points is not None:
            known["points"] = self.points
        if self.checksum:
            known["checksum"] = self.checksum
        return known


def true_cells(
    db_url: str, notebook: str, assignment: str, order: Sequence[str] = ()
) -> list[TrueCell]:
    """The notebook's cells in the gradebook, in the order of the ids in `order`.

    The gradebook keeps no order of its own (rows come as the database likes), therefore callers
    that have the source notebook pass its ids. Raises nbgrader.api.MissingEntry.
    """
    with Gradebook(db_url) as gradebook:
        known = gradebook.find_notebook(notebook, assignment)
        graded = {cell.name: cell.max_score for cell in known.grade_cells}
        tasks = {cell.name: cell.max_score for cell in known.task_cells}
        solutions = {cell.name for cell in known.solution_cells}
        cells = [
            TrueCell(
                name=cell.name,
                cell_type=cell.cell_type,
                source=cell.source or "",
                checksum=cell.checksum,
                locked=cell.locked,
                grade=cell.name in graded,
                solution=cell.name in solutions,
                task=cell.name in tasks,
                points=graded.get(cell.name, tasks.get(cell.name)),
            )
            for cell in known.source_cells
        ]
    place = {name: number for number, name in enumerate(order)}
    return sorted(cells, key=lambda cell: place.get(cell.name, len(place)))


def true_kernelspec(db_url: str, notebook: str, assignment: str) -> dict[str, Any]:
    """The kernelspec of the source notebook; Python's where the gradebook has none."""
    with Gradebook(db_url) as gradebook:
        stored = gradebook.find_notebook(notebook, assignment).kernelspec
    kernelspec = json.loads(stored) if stored else {}
    return kernelspec or {
        "name": "python3",
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
    }


def is_current(source_notebook: Path, db_url: str, assignment: str) -> bool:
    """Whether the gradebook knows the assignment's notebook as its source is now."""
    try:
        known = true_cells(db_url, source_notebook.stem, assignment)
        source = read_submission(source_notebook)
    except (MissingEntry, UnreadableError):
        return False
    graded = {cell.metadata["nbgrader"]["grade_id"]: cell for cell in graded_cells(source)}
    return graded.keys() == {cell.name for cell in known} and all(
        graded[cell.name].source == cell.source
        and float(graded[cell.name].metadata["nbgrader"].get("points", 0)) == (cell.points or 0)
        for cell in known
        if cell.locked
    )


def graded_cells(nb: NotebookNode) -> list[NotebookNode]:
    """The cells of a source notebook that nbgrader keeps in its gradebook."""
    kept = (utils.is_grade, utils.is_solution, utils.is_locked, utils.is_task)
    return [cell for cell in nb.cells if any(holds(cell) for holds in kept)]
