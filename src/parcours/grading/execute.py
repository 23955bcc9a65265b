"""Runs the learner's cells in a contestant and asks the judge for a verdict on every test cell.

Takes the place of nbgrader's `Execute`. A notebook whose test cells do not call our checks runs in
a kernel, as ever.

    c.Autograde.autograde_preprocessors = ["parcours.grading.execute.ExecuteAndJudge", ...]

A verdict is the only output of its test cell: text/plain holds the points, which every tool that
knows nbgrader reads; text/html what people read; our own type all of it, which `scores` reads.
"""

from pathlib import Path
from typing import Any

import nbformat
from nbformat.notebooknode import NotebookNode
from nbgrader.preprocessors import Execute

from parcours import judge
from parcours.grading.cells import VERDICT_MIME, is_test, unreadable_reason
from parcours.grading.reading import valid_outputs


class ExecuteAndJudge(Execute):
    """`Execute` for notebooks that our judge decides; nbgrader's own for all others."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, km: Any = None
    ) -> tuple[NotebookNode, dict[str, Any]]:
        resources = {} if resources is None else resources
        tests = [cell for cell in nb.cells if is_test(cell)]
        reason = unreadable_reason(nb)
        if reason:
            resources["parcours_unreadable"] = reason
            for cell in tests:
                write_verdict(cell, judge.Verdict.inconclusive(reason))
            return nb, resources
        if not tests:
            return super().preprocess(nb, resources, km)
        self._who = resources.get("nbgrader", {}).get("student", "?")
        self._judge(nb, tests, Path(resources.get("metadata", {}).get("path") or "."))
        return nb, resources

    def _judge(self, nb: NotebookNode, tests: list[NotebookNode], folder: Path) -> None:
        code = [cell for cell in nb.cells if cell.cell_type == "code" and not is_test(cell)]
        for cell in tests:
            cell.outputs = []
        try:
            with judge.Submission([cell.source for cell in code], cwd=folder) as submission:
                self._run(submission, code)
                for cell in tests:
                    write_verdict(cell, self._verdict(submission, cell))
        except Exception as problem:
            self._report("the judge could not work on this notebook", problem)
        for cell in tests:
            if not cell.outputs:
                write_verdict(cell, _no_answer("this notebook"))

    def _run(self, submission: "judge.Submission", code: list[NotebookNode]) -> None:
        """Run the ordinary cells; what they show is for people, no points hang on our tests."""
        try:
            runs = submission.run()
        except Exception as problem:
            self._report("the cells could not be run", problem)
            runs = []
        for cell, run in zip(code, runs, strict=False):
            cell.outputs = valid_outputs(run.outputs)
            cell.execution_count = run.execution_count
            if run.ended and not any(output.output_type == "error" for output in cell.outputs):
                cell.outputs.append(_stopped(run.ended))
        for cell in code[len(runs) :]:
            cell.outputs = [_stopped("This cell was not run.")] if cell.source.strip() else []

    def _verdict(self, submission: "judge.Submission", cell: NotebookNode) -> "judge.Verdict":
        name = cell.metadata.nbgrader["grade_id"]
        try:
            verdict = submission.judge(cell.source)
        except Exception as problem:
            self._report(f"the check {name} could not be carried out", problem)
            return _no_answer("this check")
        if verdict.outcome == "inconclusive":
            self.log.warning(
                "%s: %s is inconclusive, a person has to decide: %s",
                *(self._who, name, verdict.sentence),
            )
        return verdict

    def _report(self, what: str, problem: Exception) -> None:
        self.log.error(
            "%s: %s (%s: %s); a person has to decide.",
            *(self._who, what, type(problem).__name__, " ".join(str(problem).split())),
        )
        self.log.debug("The judge's trouble in full:", exc_info=problem)


def write_verdict(cell: NotebookNode, verdict: "judge.Verdict") -> None:
    """Make the verdict the only output of its test cell.

    An inconclusive verdict reads "0" in text/plain, where nbgrader takes anything that is not a
    number for full marks; `scores` leaves its points open.
    """
    maximum = float(cell.metadata.nbgrader["points"])
    points = maximum if verdict.share >= 1 else verdict.points(maximum)
    record = verdict.as_dict() | {"points": points, "max_points": maximum}
    cell.execution_count = None
    cell.outputs = [
        nbformat.v4.new_output(
            "execute_result",
            data={
                "text/plain": f"{points or 0:g}",
                "text/html": verdict.html(),
                VERDICT_MIME: nbformat.from_dict(record),
            },
        )
    ]


def _no_answer(what: str) -> "judge.Verdict":
    # why is in the log: an error's text may hold hidden inputs
    return judge.Verdict.inconclusive(
        f"The judge could not finish {what}, which is no fault of yours; a person will decide."
    )


def _stopped(sentence: str) -> NotebookNode:
    return nbformat.v4.new_output("error", ename="Stopped", evalue=sentence, traceback=[sentence])
