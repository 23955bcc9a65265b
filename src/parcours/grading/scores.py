"""Verdicts into the gradebook: for our test cells only the judge's verdict counts.

    c.Autograde.autograde_preprocessors = [..., "parcours.grading.scores.SaveScores", ...]

An inconclusive verdict leaves the score open and asks for a person; it is never a zero. All other
cells are scored by nbgrader's own `SaveAutoGrades`.
"""

from typing import Any

from nbformat.notebooknode import NotebookNode
from nbgrader.preprocessors import SaveAutoGrades

from parcours.grading.cells import is_test, unreadable_reason, verdict_in


class SaveScores(SaveAutoGrades):
    """`SaveAutoGrades` that reads verdicts, and knows submissions that nobody could read."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        self._unreadable = bool(unreadable_reason(nb) or resources.get("parcours_unreadable"))
        nb, resources = super().preprocess(nb, resources)
        nb.metadata.get("parcours", {}).pop("half_done", None)
        return nb, resources

    def _add_score(self, cell: NotebookNode, resources: dict[str, Any]) -> None:
        if self._unreadable:
            self._save(cell, None)
        elif not is_test(cell):
            super()._add_score(cell, resources)
        elif verdict := verdict_in(cell):
            self._save(cell, verdict["points"])
        else:
            self.log.warning(
                "%s: nobody judged %s; it is worth nothing until somebody does.",
                *(self.student_id, cell.metadata.nbgrader["grade_id"]),
            )
            self._save(cell, 0.0, needs_person=True)

    def _add_comment(self, cell: NotebookNode, resources: dict[str, Any]) -> None:
        # an unreadable submission is not one without a response
        if not self._unreadable:
            super()._add_comment(cell, resources)

    def _save(self, cell: NotebookNode, points: float | None, needs_person: bool = False) -> None:
        grade = self.gradebook.find_grade(
            cell.metadata.nbgrader["grade_id"],
            self.notebook_id,
            self.assignment_id,
            self.student_id,
        )
        grade.auto_score = points
        # as in nbgrader: what a person has graded before is for a person to look at again
        grade.needs_manual_grade = needs_person or points is None or grade.manual_score is not None
        self.gradebook.db.commit()
