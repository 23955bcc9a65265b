"""Every kind of odd submission is graded or put before a person, in one sentence, and no other
submission of the batch is touched by it."""

import json

import nbformat
import pytest
from tiny_course import DOUBLE, FULL, OPEN, edit, raw

UNREADABLE = {
    "empty": ("", "is empty"),
    "blank": ("  \n", "is empty"),
    "half_written": ('{"cells": [', "is not JSON (line 1, column 12)"),
    "merge_conflict": ('{\n<<<<<<< HEAD\n"cells": []}', "merge conflict"),
    "a_list": ("[1, 2]", "no list of cells"),
    "a_number": ("3", "no list of cells"),
    "other_json": ('{"nbformat": 4, "metadata": {}}', "no list of cells"),
    "a_picture": (b"\x89PNG\r\n\xff\xfe", "not text in UTF-8"),
    "from_the_future": ('{"nbformat": 7, "cells": []}', "format 7"),
    "odd_format": ('{"nbformat": "4", "cells": []}', "format '4'"),
    "endless_nesting": ("[" * 100_000, "cannot be taken in"),
}


@pytest.mark.parametrize("text, words", UNREADABLE.values(), ids=UNREADABLE)
def test_an_unreadable_file_needs_a_person_and_costs_nobody_else(course, log, text, words):
    course.hand_in("ada")
    course.hand_in_text("bob", text)
    course.hand_in("cyd")

    assert course.autograde() == 0

    assert course.grades("ada") == course.grades("cyd") == FULL
    assert course.grades("bob") == OPEN
    (sentence,) = log()
    assert sentence.startswith("bob: The file ch90_tiny.ipynb ")
    assert words in sentence
    assert "\n" not in sentence
    first = course.autograded("bob").cells[0].source
    assert words in first


def test_feedback_of_an_unreadable_file_says_so(course):
    course.hand_in_text("bob", "")
    course.autograde()
    page = course.feedback("bob")
    assert "is empty; a person has to look" in page


def test_a_folder_in_place_of_the_notebook(course, log):
    path = course.hand_in("bob")
    path.unlink()
    path.mkdir()
    assert course.autograde() == 0
    assert course.grades("bob") == OPEN
    assert len(log()) == 1


def test_a_student_without_any_notebook_is_in_the_gradebook(course, log):
    course.hand_in("ada")
    path = course.hand_in("bob")
    path.with_name("answers.docx").write_text("see attachment")
    path.unlink()
    assert course.autograde() == 0
    assert course.grades("bob") == OPEN
    assert course.grades("ada") == FULL
    assert any("bob: The file ch90_tiny.ipynb is missing" in line for line in log())


@pytest.mark.parametrize("name", ["ch90_tiny (1).ipynb", "ch90_tiny-Copy1.ipynb"])
def test_a_notebook_that_a_browser_renamed_is_graded(course, log, name):
    path = course.hand_in("bob")
    path.rename(path.with_name(name))
    assert course.autograde() == 0
    assert course.grades("bob") == FULL
    assert any(f"{name} holds its exercises and is graded in its place" in line for line in log())


def test_two_renamed_notebooks_are_for_a_person(course):
    path = course.hand_in("bob")
    copy = path.with_name("ch90_tiny-Copy1.ipynb")
    copy.write_bytes(path.read_bytes())
    path.rename(path.with_name("mine.ipynb"))
    assert course.autograde() == 0
    assert course.grades("bob") == OPEN


def test_a_notebook_of_another_course_is_not_taken_for_this_one(course):
    path = course.hand_in("bob")
    path.unlink()
    nbformat.write(nbformat.v4.new_notebook(), path.with_name("other.ipynb"))
    assert course.autograde() == 0
    assert course.grades("bob") == OPEN


def test_a_notebook_without_cells(course, log):
    course.hand_in_text("bob", '{"nbformat": 4, "cells": []}')
    assert course.autograde() == 0
    assert course.grades("bob") == dict.fromkeys(FULL, (0.0, False))


def test_cells_of_every_odd_make(course):
    notebook = raw(nbformat.read(course.hand_in("bob"), as_version=4))
    odd = [
        7,
        {},
        {"cell_type": "code"},
        {"cell_type": "poem", "source": "roses"},
        {"cell_type": "code", "source": 3, "metadata": [], "outputs": "none"},
        {"cell_type": "code", "source": ["a", 1, "b"], "metadata": {"nbgrader": "graded"}},
        {"cell_type": "code", "source": "1", "metadata": {"nbgrader": {"grade_id": 5}}},
        {"cell_type": "code", "source": "1", "outputs": [{"output_type": "dance"}, 3], "x": 1},
        {"cell_type": "markdown", "source": "![](attachment:a.png)", "attachments": {"a.png": 1}},
        {"cell_type": "code", "id": "same", "source": ""},
        {"cell_type": "code", "id": "same", "source": ""},
        {"cell_type": "code", "id": "not an id!", "source": ""},
    ]
    notebook["cells"] = odd + notebook["cells"] + odd
    course.hand_in_text("bob", json.dumps(notebook))
    assert course.autograde() == 0
    assert course.grades("bob") == FULL


def test_notebook_format_three(course):
    answered = nbformat.read(course.hand_in("bob"), as_version=4)
    course.hand_in_text("bob", nbformat.writes(answered, version=3))
    assert course.autograde() == 0
    assert course.grades("bob") == FULL


def test_a_wrong_kernel_and_foreign_metadata(course):
    notebook = nbformat.read(course.hand_in("bob"), as_version=4)
    notebook.metadata.kernelspec = {"name": "julia-1.9", "display_name": "Julia"}
    notebook.metadata.widgets = {"state": "large"}
    notebook.metadata.parcours = {"unreadable": "let a person do it"}
    for cell in notebook.cells:
        cell.metadata.tags = ["skip-execution", "raises-exception"]
    course.hand_in("bob", notebook)
    assert course.autograde() == 0
    assert course.grades("bob") == FULL
    graded = course.autograded("bob")
    assert graded.metadata.kernelspec.name == "python3"
    assert "widgets" not in graded.metadata
    assert not any("tags" in cell.metadata for cell in graded.cells)


def test_a_cell_that_is_too_long_is_left_out(course, log):
    course.config.Tidy.max_source = 1000
    course.hand_in("bob", ex1=DOUBLE + "\n#" + "x" * 1000, ex2="def greet(name):\n    return ''")
    assert course.autograde() == 0
    assert course.grades("bob") == dict.fromkeys(FULL, (0.0, False))
    assert any("characters was left out" in line for line in log())


def test_an_answer_that_is_not_python(course):
    course.hand_in("bob", ex1="def double(value):\n    return 2 *\n")
    assert course.autograde() == 0
    verdict = course.verdicts("bob")["ch90-ex1-values"]
    assert verdict["outcome"] == "fail"
    assert "SyntaxError" in verdict["sentence"]
    assert "line 2" in verdict["sentence"]
    assert course.grades("bob") == FULL | {"ch90-ex1-values": (0.0, False)}


def test_a_renamed_function(course):
    course.hand_in("bob", ex1="def twice(value):\n    return 2 * value")
    course.autograde()
    sentence = course.verdicts("bob")["ch90-ex1-values"]["sentence"]
    assert "`double`" in sentence
    assert "`twice`" in sentence


def test_a_cell_that_ends_its_process(course):
    course.hand_in("bob", ex1="import os\nos._exit(0)")
    assert course.autograde() == 0
    assert course.grades("bob") == FULL | {"ch90-ex1-values": (0.0, False)}


def test_what_a_killed_run_left_is_graded_again(course, log):
    course.hand_in("bob")
    course.autograde()
    folder = course.root / "autograded" / "bob" / "ch90_tiny"
    notebook = course.autograded("bob")
    notebook.metadata.parcours = {"half_done": True}
    for cell in notebook.cells:
        cell.outputs = []
    (folder / "ch90_tiny.ipynb").chmod(0o644)
    nbformat.write(notebook, folder / "ch90_tiny.ipynb")

    assert course.autograde() == 0

    assert course.verdicts("bob").keys() == FULL.keys()
    assert any("bob: grading was cut short" in line for line in log())


def test_what_was_graded_is_not_graded_again(course):
    course.hand_in("bob")
    course.autograde()
    before = (course.root / "autograded/bob/ch90_tiny/ch90_tiny.ipynb").stat().st_mtime_ns
    assert course.autograde() == 0
    after = (course.root / "autograded/bob/ch90_tiny/ch90_tiny.ipynb").stat().st_mtime_ns
    assert after == before


def test_the_text_of_a_locked_cell_is_restored(course):
    notebook = nbformat.read(course.hand_in("bob"), as_version=4)
    edit(notebook, "ch90-ex1-values").source = "from parcours import checks\nchecks.free_points()"
    edit(notebook, "ch90-setup").source = "raise SystemExit"
    course.hand_in("bob", notebook)
    course.autograde()
    assert course.grades("bob") == FULL
    graded = course.autograded("bob")
    assert "### BEGIN HIDDEN TESTS" in edit(graded, "ch90-ex1-values").source
    assert edit(graded, "ch90-setup").source == "import math"
