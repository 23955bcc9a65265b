"""A sample class of twelve, graded by the real `nbgrader` commands, with every grade known.

    python -m parcours.grading.sample_class --chapter ch01_first_look

Its students hand in the answers of tests/answers/, each of which says what it must get. Exit code
0 says that every grade, points and reason, is the expected one. Students whose id does not begin
with `sample-` are never touched.
"""

import re
import shutil
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from pathlib import Path

import click
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.coursedir import CourseDirectory
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from traitlets.config import PyFileConfigLoader

from parcours.grading.answers import Answer, AnswerError, deal, load_answers
from parcours.grading.results import Result, results_of
from parcours.grading.submissions import hand_in, release_of, submitted
from parcours.grading.truth import is_current
from parcours.notebook import NotebookError

STUDENTS = [f"sample-{number:02}" for number in range(1, 13)]
ALL = "sample-*"
_AUTOGRADING = re.compile(r"Autograding .*[/\\](sample-\d+)[/\\]")
_LOOK = {"pass": "green", "fail": "red", "inconclusive": "yellow", "none": "yellow"}

Class = dict[str, dict[str, Answer]]


def the_class(answers: dict[str, list[Answer]]) -> Class:
    """Student -> exercise -> the answer that this student gives."""
    dealt = {exercise: deal(given, len(STUDENTS)) for exercise, given in answers.items()}
    return {
        student: {exercise: given[number] for exercise, given in dealt.items()}
        for number, student in enumerate(STUDENTS)
    }


def write_class(root: Path, chapter: str, students: Class, db_url: str) -> None:
    """Hand in the sample class's notebooks, in place of what an earlier one left anywhere."""
    release = release_of(root, chapter)
    for step in ("submitted", "autograded", "feedback"):
        for folder in (root / step).glob(f"{ALL}/{chapter}"):
            shutil.rmtree(folder)
    with Gradebook(db_url) as gradebook:
        for student in students:
            try:
                gradebook.remove_submission(chapter, student)
            except MissingEntry:
                continue
    for student, answers in students.items():
        texts = {exercise: answer.text for exercise, answer in answers.items()}
        hand_in(root, student, chapter, submitted(release, texts))


def grade(root: Path, chapter: str, db_url: str, console: Console) -> None:
    """Run nbgrader's commands for the sample class. Raises click.ClickException."""
    source = root / "source" / chapter / f"{chapter}.ipynb"
    if not is_current(source, db_url, chapter):
        with console.status(f"{chapter}: nbgrader generate_assignment"):
            _nbgrader(root, console, "generate_assignment", chapter)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[student]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as progress:
        bar = progress.add_task(f"{chapter}: grading", total=len(STUDENTS), student="")
        begun = 0
        for line in _follow(root, console, "autograde", chapter, f"--student={ALL}"):
            if match := _AUTOGRADING.search(line):
                progress.update(bar, completed=begun, student=match[1])
                begun += 1
        progress.update(bar, completed=len(STUDENTS), student="")
    with console.status(f"{chapter}: nbgrader generate_feedback"):
        _nbgrader(root, console, "generate_feedback", chapter, f"--student={ALL}")


def report(root: Path, chapter: str, students: Class, db_url: str, console: Console) -> list[str]:
    """Print the gradebook of the sample class; returns what differs from the expectation."""
    table = Table(title=chapter, title_justify="left", expand=True)
    for name in ("student", "exercise", "answer", "points", "verdict", "expected"):
        table.add_column(name, justify="right" if name == "points" else "left", no_wrap=True)
    table.add_column("reason", no_wrap=True, overflow="ellipsis", ratio=1)
    differences = []
    for student, answers in students.items():
        results = {result.exercise: result for result in results_of(root, db_url, student, chapter)}
        for exercise, answer in answers.items():
            result = results.get(exercise) or Result(exercise, 0, 0, "none", "not graded")
            surprise = (
                answer.surprise(result.points, result.maximum, result.sentence)
                if exercise in results
                else "it was not graded"
            )
            table.add_row(
                student,
                exercise,
                answer.name.removeprefix(f"{exercise.partition('-')[2]}_"),
                f"{result.points:g} of {result.maximum:g}",
                f"[{_LOOK[result.outcome]}]{result.outcome}[/]",
                "[red]no[/]" if surprise else "yes",
                escape(result.sentence),
            )
            if surprise:
                got = f"{result.points:g} of {result.maximum:g}, {result.sentence or 'all passed'}"
                differences.append(f"{student} {exercise} ({answer.name}): {surprise}; got {got}")
        table.add_section()
    console.print(table)
    return differences


def _follow(root: Path, console: Console, *command: str) -> Iterator[str]:
    """Run `nbgrader COMMAND` in the course and give its log line by line."""
    beside = Path(sys.executable).with_name(
        "nbgrader.exe" if sys.platform == "win32" else "nbgrader"
    )
    nbgrader = [str(beside)] if beside.exists() else [sys.executable, "-m", "nbgrader"]
    console.print(f"[dim]$ nbgrader {' '.join(command)}[/]", highlight=False)
    last: deque[str] = deque(maxlen=30)
    with subprocess.Popen(
        [*nbgrader, *command],
        cwd=root,
        text=True,
        encoding="utf-8",
        errors="replace",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as process:
        for line in process.stdout:
            last.append(line.rstrip())
            yield line
    if process.returncode:
        log = "\n".join(last)
        raise click.ClickException(f"nbgrader {' '.join(command)} failed; its log ends:\n{log}")


def _nbgrader(root: Path, console: Console, *command: str) -> None:
    for _ in _follow(root, console, *command):
        pass


@click.command()
@click.option("--chapter", "chapters", multiple=True, help="Only this chapter; may be repeated.")
@click.option(
    "--keep",
    is_flag=True,
    help="Keep the submissions that are there; grade what is not graded yet.",
)
@click.option("--check-only", is_flag=True, help="Grade nothing; compare what the gradebook has.")
@click.option(
    "--root",
    type=click.Path(exists=True, file_okay=False, resolve_path=True, path_type=Path),
    default=".",
    help="The course's folder; without it, the one that this is run in.",
)
def main(chapters: tuple[str, ...], keep: bool, check_only: bool, root: Path) -> None:
    """Grade a sample class with nbgrader and compare every grade with the expected one."""
    # A line a grade: where nobody set a width (a file, a pipe), wide enough for the reasons.
    console = Console() if sys.stdout.isatty() else Console(width=200)
    if not (root / "nbgrader_config.py").is_file():
        raise click.ClickException(f"{root} has no nbgrader_config.py: run this in the course.")
    config = PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config()
    db_url = CourseDirectory(config=config).db_url
    chapters = chapters or tuple(
        sorted(folder.name for folder in (root / "tests" / "answers").glob("ch*"))
    )
    differences, grades = [], 0
    for chapter in chapters:
        try:
            students = the_class(load_answers(root / "tests" / "answers" / chapter))
            if not check_only:
                if not keep:
                    write_class(root, chapter, students, db_url)
                grade(root, chapter, db_url, console)
        except (AnswerError, NotebookError, KeyError) as error:
            raise click.ClickException(str(error.args[0])) from error
        grades += sum(len(answers) for answers in students.values())
        differences += report(root, chapter, students, db_url, console)
    if not grades:
        raise click.ClickException(f"There are no answers in {root / 'tests' / 'answers'}.")
    if differences:
        console.print("\n".join(differences), markup=False, highlight=False)
        raise click.ClickException(f"{len(differences)} of {grades} grades are not as expected.")
    console.print(f"All {grades} grades are as expected.")


if __name__ == "__main__":
    main()
