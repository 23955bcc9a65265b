"""What the grading modules agree on about cells: which are ours, and where a verdict stands.

if is_test(cell):                  # a graded test cell whose last line calls a check
    verdict = verdict_in(cell)     # {"outcome": "pass", "points": 2.0, ...} or None
"""

from typing import Any

from nbformat.notebooknode import NotebookNode
from nbgrader import utils

from parcours import judge

VERDICT_MIME = "application/vnd.parcours.verdict+json"
BEGIN_HIDDEN, END_HIDDEN = "BEGIN HIDDEN TESTS", "END HIDDEN TESTS"


def is_test(cell: NotebookNode) -> bool:
    """Whether the judge decides this cell: a graded code cell that ends in a call of a check."""
    return (
        cell.cell_type == "code"
        and utils.is_grade(cell)
        and not utils.is_solution(cell)
        and judge.is_test_source(cell.source)
    )


def verdict_in(cell: NotebookNode) -> dict[str, Any] | None:
    """The verdict that the judge wrote into a test cell, or None."""
    for output in cell.get("outputs", []):
        verdict = output.get("data", {}).get(VERDICT_MIME)
        if isinstance(verdict, dict) and "outcome" in verdict:
            return verdict
    return None


def without_hidden_tests(source: str) -> str:
    """The source as it was released: hidden regions cut (an unclosed one up to the end)."""
    kept, hidden = [], False
    for line in source.split("\n"):
        if BEGIN_HIDDEN in line:
            hidden = True
        elif END_HIDDEN in line:
            hidden = False
        elif not hidden:
            kept.append(line)
    return "\n".join(kept)


def unreadable_reason(nb: NotebookNode) -> str:
    """Why the submitted file could not be read, or "" (written by `Tidy`, never by students)."""
    return nb.metadata.get("parcours", {}).get("unreadable", "")
