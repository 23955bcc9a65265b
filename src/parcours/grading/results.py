"""What a graded exercise came to: points from the gradebook, the verdict from the notebook.

for result in results_of(root, db_url, "sample-01", "ch01_first_look"):
    print(result.exercise, result.points, result.maximum, result.outcome, result.sentence)
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry

from parcours import notebook as notebooks
from parcours.grading.cells import verdict_in


@dataclass(frozen=True)
class Result:
    """An exercise of one student; outcome and sentence are of its first verdict that is no pass."""

    exercise: str
    points: float
    maximum: float
    outcome: str
    sentence: str


def results_of(root: Path, db_url: str, student: str, chapter: str) -> Iterator[Result]:
    """The student's exercises in their order; nothing where the student was not graded."""
    path = root / "autograded" / student / chapter / f"{chapter}.ipynb"
    try:
        cells = list(notebooks.test_cells(notebooks.read(path)))
        points = _points(db_url, student, chapter)
    except (notebooks.NotebookError, MissingEntry):
        return
    names = [notebooks.grade_id(cell) for cell in cells]
    for exercise in dict.fromkeys(notebooks.exercise_of(name) for name in names):
        mine = [
            (name, verdict_in(cell))
            for name, cell in zip(names, cells, strict=True)
            if notebooks.exercise_of(name) == exercise
        ]
        outcome, sentence = "pass", ""
        for _, verdict in mine:
            if verdict is None or verdict["outcome"] != "pass":
                outcome = verdict["outcome"] if verdict else "none"
                sentence = verdict["sentence"] if verdict else "Nobody judged this exercise."
                break
        yield Result(
            exercise=exercise,
            points=sum(points[name][0] for name, _ in mine),
            maximum=sum(points[name][1] for name, _ in mine),
            outcome=outcome,
            sentence=sentence,
        )


def _points(db_url: str, student: str, chapter: str) -> dict[str, tuple[float, float]]:
    with Gradebook(db_url) as gradebook:
        submission = gradebook.find_submission(chapter, student)
        return {
            grade.name: (grade.score, grade.max_score)
            for notebook in submission.notebooks
            for grade in notebook.grades
        }
