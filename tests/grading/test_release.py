"""A clone's gradebook learns its chapters, and no release is lost on the way."""

import nbformat
from nbgrader.api import Gradebook
from tiny_course import CHAPTER, DOUBLE, FULL, asserts_cell, edit, tiny_chapter


def known_cells(course):
    with Gradebook(course.db_url) as gradebook:
        notebook = gradebook.find_notebook(CHAPTER, CHAPTER)
        return {cell.name: cell.source for cell in notebook.source_cells}


def release_text(course):
    return (course.root / "release" / CHAPTER / f"{CHAPTER}.ipynb").read_text()


def test_generating_in_a_clone_teaches_the_gradebook_and_changes_nothing_else(clone):
    before = release_text(clone)
    assert clone.generate() == 0
    assert known_cells(clone).keys() == {
        cell.metadata.nbgrader.grade_id for cell in clone.release().cells if cell.metadata
    }
    assert release_text(clone) == before


def test_autograding_in_a_clone_teaches_the_gradebook_by_itself(clone):
    clone.hand_in("ada")
    release = clone.root / "release" / CHAPTER / f"{CHAPTER}.ipynb"
    release.write_text(before := release.read_text() + "\n")
    assert clone.autograde() == 0
    assert clone.grades("ada") == FULL
    assert "### BEGIN HIDDEN TESTS" in known_cells(clone)["ch90-ex1-values"]
    assert release.read_text() == before


def test_an_unknown_chapter_is_one_sentence(clone, log):
    clone.hand_in("ada")
    (clone.root / "source" / CHAPTER).rename(clone.root / "source" / "elsewhere")
    assert clone.autograde() == 1
    (sentence,) = log()
    assert "does not know 'ch90_tiny'" in sentence
    assert not (clone.root / "autograded").exists()


def test_a_changed_source_reaches_release_and_gradebook_without_force(course):
    source = tiny_chapter()
    source.cells[0].source = "# A new title"
    course.write_source(source)
    assert course.generate() == 0
    assert course.release().cells[0].source == "# A new title"


def test_a_changed_test_is_generated_with_submissions_there(course):
    course.hand_in("ada")
    course.autograde()
    source = tiny_chapter()
    cell = edit(source, "ch90-ex2-greets")
    cell.source = cell.source.replace("hello Ada", "good day Ada")
    course.write_source(source)
    assert course.generate() == 0
    assert "good day" in known_cells(course)["ch90-ex2-greets"]
    assert course.autograde(force=True) == 0
    assert course.grades("ada") == FULL | {"ch90-ex2-greets": (0.0, False)}


def test_a_new_test_with_submissions_there_is_refused_before_the_release_is_gone(course, log):
    course.hand_in("ada")
    course.autograde()
    before = release_text(course)
    source = tiny_chapter()
    source.cells.append(asserts_cell("ch90-ex3-more", 1, "assert True"))
    course.write_source(source)
    assert course.generate() == 1
    assert release_text(course) == before
    (sentence,) = log()
    assert "ch90-ex3-more" in sentence
    assert "The release was left as it is." in sentence


def test_a_stale_gradebook_is_named_when_grading(course, log):
    source = tiny_chapter()
    cell = edit(source, "ch90-ex2-greets")
    cell.source = cell.source.replace("hello Ada", "good day Ada")
    course.write_source(source)
    course.hand_in("ada")
    assert course.autograde() == 0
    assert log() == [
        "The gradebook knows another edition of ch90_tiny than source/: run "
        "`nbgrader generate_assignment ch90_tiny` to grade by the new one."
    ]


def test_notebooks_are_ordered_by_their_source_not_by_the_database(course):
    """Rows of a database have no order: write them backwards and delete cells."""
    with Gradebook(course.db_url) as gradebook:
        notebook = gradebook.find_notebook(CHAPTER, CHAPTER)
        cells = [cell.to_dict() for cell in notebook.source_cells]
        for cell in notebook.source_cells:
            gradebook.db.delete(cell)
        gradebook.db.commit()
        for cell in reversed(cells):
            names = {key: cell[key] for key in ("cell_type", "locked", "source", "checksum")}
            gradebook.add_source_cell(cell["name"], CHAPTER, CHAPTER, **names)
    notebook = course.release()
    edit(notebook, "ch90-ex1-double").source = DOUBLE
    notebook.cells = [
        cell
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("grade_id") in (None, "ch90-ex1-double")
    ]
    course.hand_in("bob", notebook)
    course.autograde()
    graded = [c.metadata.nbgrader.grade_id for c in course.autograded("bob").cells if c.metadata]
    assert graded == [c.metadata.nbgrader.grade_id for c in tiny_chapter().cells if c.metadata]
    assert nbformat.current_nbformat == 4
