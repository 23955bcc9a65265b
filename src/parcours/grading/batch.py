"""What is looked at once, before a batch of submissions or a release is made.

`prepare(autograde)` teaches the gradebook an assignment that it does not know yet, forgets the
halves that an interrupted run left, and counts in the submissions whose notebook is missing.
`refuse_lost_cells(generate_assignment)` stops a release that nbgrader would delete and then fail.
"""

import contextlib
import glob
import json
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from nbgrader import utils
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import GenerateAssignment, NbGraderException
from nbgrader.converters.autograde import Autograde
from nbgrader.converters.base import BaseConverter
from nbgrader.coursedir import CourseDirectory

from parcours.grading.reading import UnreadableError, read_submission
from parcours.grading.standin import find_stand_in
from parcours.grading.truth import graded_cells, is_current, true_cells


def known_ids(coursedir: CourseDirectory, assignment: str, notebook: str) -> list[str]:
    """The grade ids of a notebook in the order of its source; without source, as they come."""
    try:
        known = [cell.name for cell in true_cells(coursedir.db_url, notebook, assignment)]
    except MissingEntry:
        known = []
    return source_ids(coursedir, assignment, notebook) or known


def source_ids(coursedir: CourseDirectory, assignment: str, notebook: str) -> list[str]:
    """The grade ids of a source notebook in their order; empty where there is no source."""
    folder = Path(coursedir.format_path(coursedir.source_directory, ".", assignment))
    try:
        cells = graded_cells(read_submission(folder / f"{notebook}.ipynb"))
    except UnreadableError:
        return []
    return [cell.metadata["nbgrader"]["grade_id"] for cell in cells]


def prepare(converter: Autograde) -> None:
    """Make a batch of `nbgrader autograde` ready. Raises NbGraderException with one sentence."""
    coursedir = converter.coursedir
    folders = _submissions(converter)
    names = {}
    for assignment in sorted({assignment for assignment, _ in folders.values()}):
        names[assignment] = _known_notebooks(coursedir, assignment)
        if not names[assignment]:
            _teach(converter, assignment)
            names[assignment] = _known_notebooks(coursedir, assignment)
        _name_stale(converter, assignment, names[assignment])
    for folder, (assignment, student) in folders.items():
        if coursedir.notebook_id == "*":
            _count_in(converter, folder, assignment, names[assignment])
        _forget_half_done(converter, assignment, student, names[assignment])


def refuse_lost_cells(converter: GenerateAssignment) -> None:
    """Raise NbGraderException when graded cells came or went and there are submissions already.

    nbgrader finds this out only after it has deleted the release.
    """
    coursedir = converter.coursedir
    for assignment in sorted({Path(folder).name for folder in converter.assignments}):
        with Gradebook(coursedir.db_url, coursedir.course_id) as gradebook:
            try:
                known = gradebook.find_assignment(assignment).notebooks
            except MissingEntry:
                continue
            cells = {
                notebook.name: {cell.name for cell in notebook.source_cells}
                for notebook in known
                if notebook.submissions
            }
        for name, old in cells.items():
            changed = sorted(old ^ set(source_ids(coursedir, assignment, name)))
            if changed:
                _stop(
                    converter,
                    f"{assignment} has submissions in the gradebook, so its graded cells cannot "
                    f"come or go any more ({', '.join(changed)}): undo that in source/, or remove "
                    "the submissions first. The release was left as it is.",
                )


def _submissions(converter: BaseConverter) -> dict[str, tuple[str, str]]:
    """Folder -> (assignment, student) of everything handed in that the batch asks for."""
    coursedir = converter.coursedir
    pattern = converter._format_source("(?P<assignment_id>.*)", "(?P<student_id>.*)", escape=True)
    wanted = converter._format_source(coursedir.assignment_id, coursedir.student_id)
    found = {}
    excluded = coursedir.student_id_exclude.split(",")
    handed_in = filter(os.path.isdir, glob.glob(wanted))  # noqa: PTH207  (nbgrader's own pattern)
    for folder in sorted({*converter.assignments, *handed_in}):
        match = re.match(pattern, folder)
        if match and match["student_id"] not in excluded:
            found[folder] = (match["assignment_id"], match["student_id"])
    return found


def _known_notebooks(coursedir: CourseDirectory, assignment: str) -> list[str]:
    with Gradebook(coursedir.db_url, coursedir.course_id) as gradebook:
        try:
            return sorted(
                notebook.name for notebook in gradebook.find_assignment(assignment).notebooks
            )
        except MissingEntry:
            return []


def _teach(converter: Autograde, assignment: str) -> None:
    """Generate the assignment into the gradebook, as `nbgrader generate_assignment` does.

    The release that comes with it goes to a temporary folder: the one in the course stays.
    """
    coursedir = converter.coursedir
    source = Path(coursedir.format_path(coursedir.source_directory, ".", assignment))
    if not source.is_dir():
        _stop(
            converter,
            f"The gradebook does not know {assignment!r} and there is no folder {source} to learn "
            "it from: check the name.",
        )
    converter.log.info("The gradebook does not know %s yet: reading its source.", assignment)
    with tempfile.TemporaryDirectory() as scratch:
        aside = {"assignment_id": assignment, "notebook_id": "*", "release_directory": scratch}
        with _set_for_now(coursedir, aside):
            GenerateAssignment(
                coursedir=coursedir, parent=converter.parent, config=converter.config
            ).start()


def _name_stale(converter: Autograde, assignment: str, names: list[str]) -> None:
    coursedir = converter.coursedir
    source = Path(coursedir.format_path(coursedir.source_directory, ".", assignment))
    for name in names:
        notebook = source / f"{name}.ipynb"
        if notebook.exists() and not is_current(notebook, coursedir.db_url, assignment):
            converter.log.warning(
                f"The gradebook knows another edition of {name} than source/: run "
                f"`nbgrader generate_assignment {assignment}` to grade by the new one."
            )


@contextlib.contextmanager
def _set_for_now(coursedir: CourseDirectory, values: dict[str, str]) -> Iterator[None]:
    """As nbgrader's `temp_attrs`, which forgets to set them back after an error."""
    old = {name: getattr(coursedir, name) for name in values}
    try:
        for name, value in values.items():
            setattr(coursedir, name, value)
        yield
    finally:
        for name, value in old.items():
            setattr(coursedir, name, value)


def _count_in(converter: Autograde, folder: str, assignment: str, names: list[str]) -> None:
    """Add the notebooks that are missing from a folder, where that is not simply 'not done'.

    nbgrader passes over a folder without notebooks; the student would be in no gradebook. With
    several notebooks in an assignment, one that is left out is worth zero, as in nbgrader.
    """
    found = converter.assignments.get(folder, [])
    missing = [Path(folder, f"{name}.ipynb") for name in names]
    missing = [path for path in missing if str(path) not in found]
    nothing = len(missing) == len(names)
    coursedir = converter.coursedir
    due = [
        str(path)
        for path in missing
        if nothing or find_stand_in(path, known_ids(coursedir, assignment, path.stem))
    ]
    if due:
        known = [path for path in found if Path(path).stem in names]
        converter.assignments[folder] = known + due


def _forget_half_done(
    converter: Autograde, assignment: str, student: str, names: list[str]
) -> None:
    """Remove what a killed run left in autograded/: nbgrader would pass over it as done."""
    done = Path(converter._format_dest(assignment, student))
    if done.is_dir() and _half_done(done, names):
        converter.log.warning("%s: grading was cut short; it is done again.", student)
        utils.rmtree(str(done))


def _half_done(done: Path, names: list[str]) -> bool:
    notebooks = [path for name in names if (path := done / f"{name}.ipynb").exists()]
    for path in notebooks:
        try:
            metadata = json.loads(path.read_text(encoding="utf-8"))["metadata"]
        except (OSError, ValueError, KeyError):
            return True
        if metadata.get("parcours", {}).get("half_done"):
            return True
    return not notebooks


def _stop(converter: BaseConverter, sentence: str) -> None:
    converter.log.error(sentence)
    raise NbGraderException(sentence)
