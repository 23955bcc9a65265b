"""Reading notebooks, telling cells apart, putting answers in."""

import json

import pytest

from parcours import notebook
from parcours.authoring.chapter import parse_chapter
from parcours.authoring.derive import learner_notebook, release_notebook, source_notebook

UNREADABLE = {
    "": "{path} is empty: save the notebook again.",
    " \n": "{path} is empty: save the notebook again.",
    "print(1)": "{path} is not JSON, so it is not a notebook: save it again from JupyterLab.",
    "[" * 100_000: "{path} is not JSON, so it is not a notebook: save it again from JupyterLab.",
    "[1]": "{path} is JSON but not a notebook: save it again from JupyterLab.",
    '{"a": 1}': "{path} is JSON but not a notebook: save it again from JupyterLab.",
    '{"nbformat": "4", "cells": []}': (
        "{path} is JSON but not a notebook: save it again from JupyterLab."
    ),
    '{"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": []}': (
        "{path} is in notebook format 3, which is too old: open it in JupyterLab and save it."
    ),
    '{"nbformat": 5, "cells": []}': (
        "{path} is in notebook format 5, which is newer than this program knows: "
        "open it in JupyterLab and save it."
    ),
    '{"nbformat": 4, "cells": 3}': ("{path} is not a notebook: its cells or outputs are broken."),
    '{"nbformat": 4, "cells": [1]}': ("{path} is not a notebook: its cells or outputs are broken."),
    '{"nbformat": 4, "cells": [{"cell_type": "poem", "source": "", "metadata": {}}]}': (
        "{path} is not a notebook: its cells or outputs are broken."
    ),
}


@pytest.mark.parametrize("content", UNREADABLE, ids=lambda content: content[:30])
def test_an_unusable_file_is_told_in_one_sentence(content, tmp_path):
    path = tmp_path / "x.ipynb"
    path.write_text(content)
    with pytest.raises(notebook.NotebookError) as caught:
        notebook.read(path)
    assert str(caught.value) == UNREADABLE[content].format(path=path)


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(notebook.NotebookError, match=r"is missing: put the notebook there"):
        notebook.read(tmp_path / "x.ipynb")


def test_a_folder_is_told(tmp_path):
    with pytest.raises(notebook.NotebookError, match=r"cannot be read"):
        notebook.read(tmp_path)


def test_bytes_that_are_no_text_are_told(tmp_path):
    (tmp_path / "x.ipynb").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(notebook.NotebookError, match=r"is not UTF-8 text"):
        notebook.read(tmp_path / "x.ipynb")


def test_cells_without_ids_and_outputs_are_let_through(tmp_path):
    cell = {"cell_type": "code", "source": ["a = 1\n", "a"], "metadata": {}}
    content = {"nbformat": 4, "nbformat_minor": 2, "metadata": {}, "cells": [cell]}
    path = tmp_path / "x.ipynb"
    path.write_text(json.dumps(content))
    (read,) = notebook.code_cells(notebook.read(path))
    assert (read.source, read.outputs, notebook.grade_id(read)) == ("a = 1\na", [], "")


def test_written_notebooks_read_back_the_same(course, tmp_path):
    made = editions(course)[0]
    notebook.write(made, tmp_path / "x.ipynb")
    assert notebook.read(tmp_path / "x.ipynb") == made
    assert b"\r" not in (tmp_path / "x.ipynb").read_bytes()


@pytest.mark.parametrize(
    "grade_id", ["ch01", "ch01-ex2", "ch1-ex2-a", "ch01-ex0-a", "x-ch01-ex1-a"]
)
def test_an_id_of_another_form_has_no_exercise(grade_id):
    with pytest.raises(ValueError, match="chNN-exN-words"):
        notebook.exercise_of(grade_id)


def test_the_exercise_of_an_id():
    assert notebook.exercise_of("ch01-ex12-keeps-order") == "ch01-ex12"


def editions(course):
    chapter, _ = parse_chapter("ch01_first_look", course.write().read_text())
    source = source_notebook(chapter)
    release = release_notebook(chapter.name, source)
    return source, release, learner_notebook(release)


def test_every_edition_has_the_same_solution_and_test_cells(course):
    for edition in editions(course):
        solutions = [notebook.grade_id(cell) for cell in notebook.solution_cells(edition)]
        tests = [notebook.grade_id(cell) for cell in notebook.test_cells(edition)]
        assert (solutions, tests) == (["ch01-ex1-double"], ["ch01-ex1-result"])


@pytest.mark.parametrize("where", ["ch01-ex1", "ch01-ex1-double"])
def test_an_answer_goes_into_its_solution_cell_alone(course, where):
    for edition in editions(course):
        before = [cell.source for cell in edition.cells]
        put = notebook.put_answer(edition, where, "\ndouble = 2 .__mul__\n")
        assert put.source == "double = 2 .__mul__"
        changed = [
            notebook.grade_id(cell)
            for cell, source in zip(edition.cells, before, strict=True)
            if cell.source != source
        ]
        assert changed == ["ch01-ex1-double"]


@pytest.mark.parametrize("where", ["ch01-ex2", "ch01-ex1-result", "ch01"])
def test_an_answer_without_a_solution_cell_is_refused(course, where):
    with pytest.raises(KeyError, match="no solution cell"):
        notebook.put_answer(editions(course)[0], where, "1")


def test_an_answer_for_an_exercise_of_two_cells_is_refused(course):
    source, _, _ = editions(course)
    source.cells.append(source.cells[2].copy())
    with pytest.raises(KeyError, match="2 solution cells"):
        notebook.put_answer(source, "ch01-ex1", "1")
