"""Duplicated, deleted and edited graded cells: what counts, and where a cell comes back."""

import copy

import nbformat
import pytest
from tiny_course import (
    DOUBLE,
    FULL,
    asserts_cell,
    edit,
    essay_cell,
    locked_cell,
    notebook_of,
    solution_cell,
)

WRONG = "def double(value):\n    return value"
SOURCE_ORDER = [
    "ch90-setup",
    "ch90-ex1-double",
    "ch90-ex1-values",
    "ch90-ex2-greet",
    "ch90-ex2-greets",
]


def answered(course, **answers):
    return nbformat.read(course.hand_in("bob", **answers), as_version=4)


def ids(notebook):
    names = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in notebook.cells]
    return [name for name in names if name]


def without(notebook, *names):
    notebook.cells = [
        c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") not in names
    ]
    return notebook


def duplicate(notebook, grade_id, source=None):
    """Append a copy of a cell, as JupyterLab's copy and paste does, and return it."""
    twin = copy.deepcopy(edit(notebook, grade_id))
    twin.id = f"copy-{len(notebook.cells)}"
    twin.source = twin.source if source is None else source
    notebook.cells.append(twin)
    return twin


def test_of_two_answers_the_last_counts(course, log):
    notebook = answered(course, ex1=WRONG)
    duplicate(notebook, "ch90-ex1-double", DOUBLE)
    course.hand_in("bob", notebook)
    assert course.autograde() == 0
    assert course.grades("bob") == FULL
    assert any("ch90-ex1-double is there 2 times" in line for line in log())
    graded = course.autograded("bob")
    assert edit(graded, "ch90-ex1-double").source == DOUBLE
    assert sorted(ids(graded)) == sorted(SOURCE_ORDER)


@pytest.mark.parametrize("leftover", ["", "  \n", None])
def test_an_unanswered_copy_does_not_undo_the_answer(course, leftover):
    notebook = answered(course)
    stub = edit(course.release(), "ch90-ex1-double").source
    duplicate(notebook, "ch90-ex1-double", stub if leftover is None else leftover)
    course.hand_in("bob", notebook)
    course.autograde()
    assert course.grades("bob") == FULL
    graded = course.autograded("bob")
    assert edit(graded, "ch90-ex1-double").source == DOUBLE
    assert "NotImplementedError" not in "".join(cell.source for cell in graded.cells)


def test_an_earlier_answer_stays_as_an_ordinary_cell(course):
    notebook = answered(course, ex1="FACTOR = 2")
    duplicate(notebook, "ch90-ex1-double", "def double(value):\n    return FACTOR * value")
    course.hand_in("bob", notebook)
    course.autograde()
    assert course.grades("bob") == FULL


def test_a_copied_test_cell_is_dropped(course):
    notebook = answered(course)
    duplicate(notebook, "ch90-ex1-values")
    duplicate(notebook, "ch90-ex1-values", "")
    course.hand_in("bob", notebook)
    assert course.autograde() == 0
    assert course.grades("bob") == FULL
    assert ids(course.autograded("bob")).count("ch90-ex1-values") == 1
    assert len(course.autograded("bob").cells) == len(course.release().cells)


@pytest.mark.parametrize(
    "deleted",
    [
        ["ch90-ex1-values"],
        ["ch90-ex2-greets"],
        ["ch90-setup"],
        ["ch90-setup", "ch90-ex1-values"],
        ["ch90-ex1-values", "ch90-ex2-greets"],
        SOURCE_ORDER[:3:2] + SOURCE_ORDER[4:],
    ],
    ids=lambda names: "+".join(name.removeprefix("ch90-") for name in names),
)
def test_deleted_locked_cells_come_back_in_their_places(course, log, deleted):
    course.hand_in("bob", without(answered(course), *deleted))
    assert course.autograde() == 0
    assert course.grades("bob") == FULL
    assert ids(course.autograded("bob")) == SOURCE_ORDER
    assert [line for line in log() if "missing" in line] == [
        f"bob: missing and put back: {', '.join(deleted)}."
    ]


def test_all_graded_cells_deleted(course):
    notebook = without(answered(course), *SOURCE_ORDER)
    course.hand_in("bob", notebook)
    assert course.autograde() == 0
    assert course.grades("bob") == dict.fromkeys(FULL, (0.0, False))
    assert ids(course.autograded("bob")) == SOURCE_ORDER


def test_a_deleted_solution_cell_comes_back_empty(course):
    course.hand_in("bob", without(answered(course), "ch90-ex1-double", "ch90-ex1-values"))
    assert course.autograde() == 0
    assert course.grades("bob") == FULL | {"ch90-ex1-values": (0.0, False)}
    back = edit(course.autograded("bob"), "ch90-ex1-double").source
    assert back.startswith("# This cell (ch90-ex1-double) was missing")


def test_an_answer_in_a_cell_of_ones_own_counts(course):
    notebook = without(answered(course), "ch90-ex1-double")
    notebook.cells.insert(0, nbformat.v4.new_code_cell(DOUBLE))
    course.hand_in("bob", notebook)
    course.autograde()
    assert course.grades("bob") == FULL


@pytest.mark.parametrize(
    "edited",
    [
        {"schema_version": 2},
        {"schema_version": 99},
        {"schema_version": "three"},
        {"points": 1000},
        {"points": "many"},
        {"points": -1},
        {"grade": False},
        {"solution": True},
        {"locked": False, "grade": False},
        {"task": True},
        {"checksum": "0"},
        {"cell_type": "poem"},
        {"unknown": [1, 2]},
    ],
    ids=str,
)
def test_edited_metadata_is_put_right(course, edited):
    notebook = answered(course)
    edit(notebook, "ch90-ex1-values").metadata.nbgrader.update(edited)
    edit(notebook, "ch90-ex2-greet").metadata.nbgrader.update(edited)
    course.hand_in("bob", notebook)
    course.hand_in("cyd")
    assert course.autograde() == 0
    assert course.grades("bob") == course.grades("cyd") == FULL
    due = edit(course.autograded("cyd"), "ch90-ex1-values").metadata.nbgrader
    assert edit(course.autograded("bob"), "ch90-ex1-values").metadata.nbgrader == due


def test_metadata_with_nothing_but_an_id(course):
    notebook = answered(course)
    for cell in notebook.cells:
        if "nbgrader" in cell.metadata:
            cell.metadata.nbgrader = {"grade_id": cell.metadata.nbgrader.grade_id}
    course.hand_in("bob", notebook)
    assert course.autograde() == 0
    assert course.grades("bob") == FULL


def test_an_unknown_graded_cell_is_an_ordinary_cell(course):
    notebook = answered(course)
    duplicate(notebook, "ch90-ex1-values", "1 + 1").metadata.nbgrader["grade_id"] = "ch90-ex9-gift"
    course.hand_in("bob", notebook)
    assert course.autograde() == 0
    assert course.grades("bob") == FULL
    assert sorted(ids(course.autograded("bob"))) == sorted(SOURCE_ORDER)


@pytest.mark.parametrize("kind", ["markdown", "raw"])
def test_a_changed_cell_type_is_changed_back(course, kind):
    notebook = answered(course)
    for name in ("ch90-ex1-double", "ch90-ex1-values"):
        cell = edit(notebook, name)
        cell.cell_type = kind
        del cell["outputs"], cell["execution_count"]
    course.hand_in("bob", notebook)
    assert course.autograde() == 0
    assert course.grades("bob") == FULL


def test_swapped_ids_give_no_points(course):
    notebook = answered(course, ex1=WRONG)
    first = edit(notebook, "ch90-ex1-values").metadata.nbgrader
    second = edit(notebook, "ch90-ex2-greets").metadata.nbgrader
    first.grade_id, second.grade_id = second.grade_id, first.grade_id
    course.hand_in("bob", notebook)
    course.autograde()
    assert course.grades("bob") == FULL | {"ch90-ex1-values": (0.0, False)}


def test_only_pictures_that_a_text_shows_are_kept(course):
    notebook = answered(course)
    notebook.cells[0].source += "\n![](attachment:used.png)"
    notebook.cells[0].attachments = {
        "used.png": {"image/png": "AAAA"},
        "unused.png": {"image/png": "AAAA"},
    }
    course.hand_in("bob", notebook)
    course.autograde()
    assert course.autograded("bob").cells[0].attachments.keys() == {"used.png"}


def test_written_answers_and_plain_asserts_are_graded_as_in_nbgrader(clone):
    clone.write_source(
        notebook_of(
            [
                locked_cell("ch90-setup", "import math"),
                solution_cell("ch90-ex1-double", "def double(value):", "return 2 * value"),
                asserts_cell("ch90-ex1-asserts", 2, "assert double(2) == 4"),
                essay_cell("ch90-ex2-essay", 3),
            ]
        )
    )
    assert clone.generate() == 0
    release = clone.release()
    clone.hand_in("ada", release)
    edit(release, "ch90-ex2-essay").source = "Because."
    edit(release, "ch90-ex1-double").source = DOUBLE
    clone.hand_in("bob", release)
    clone.hand_in("cyd", without(copy.deepcopy(release), "ch90-ex2-essay", "ch90-ex1-asserts"))

    assert clone.autograde() == 0

    nothing, all_right = (0.0, False), (2.0, False)
    assert clone.grades("ada") == {"ch90-ex1-asserts": nothing, "ch90-ex2-essay": nothing}
    assert clone.grades("bob") == {"ch90-ex1-asserts": all_right, "ch90-ex2-essay": (None, True)}
    assert clone.grades("cyd") == {"ch90-ex1-asserts": all_right, "ch90-ex2-essay": nothing}
