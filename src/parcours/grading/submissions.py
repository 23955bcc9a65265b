"""Makes submitted notebooks: the release of a chapter, with answers in its solution cells.

    notebook = submitted(release, {"ch01-ex2": "def run_in_threads(tasks):\\n    ..."})
    hand_in(root, "ada", "ch01_first_look", notebook)

For sample classes, benchmarks and tests; students' own notebooks come by nbgrader's exchange.
"""

import copy
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from nbformat import NotebookNode

from parcours import notebook as notebooks


def submitted(release: NotebookNode, answers: Mapping[str, str]) -> NotebookNode:
    """A copy of the release with each answer in the solution cell of its exercise (or grade id).

    Exercises without an answer keep their stub. Raises KeyError for an exercise that is not there.
    """
    notebook = copy.deepcopy(release)
    for exercise, answer in answers.items():
        notebooks.put_answer(notebook, exercise, answer)
    return notebook


def release_of(root: Path, chapter: str) -> NotebookNode:
    """The committed release of a chapter. Raises parcours.notebook.NotebookError."""
    return notebooks.read(root / "release" / chapter / f"{chapter}.ipynb")


def hand_in(root: Path, student: str, chapter: str, notebook: NotebookNode) -> Path:
    """Write a notebook where nbgrader looks for a student's submission; returns its path."""
    folder = root / "submitted" / student / chapter
    folder.mkdir(parents=True, exist_ok=True)
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f UTC")
    (folder / "timestamp.txt").write_text(now, encoding="utf-8")
    path = folder / f"{chapter}.ipynb"
    notebooks.write(notebook, path)
    return path
