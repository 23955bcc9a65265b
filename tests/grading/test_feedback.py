"""Feedback holds the verdicts and no hidden test, whatever a student writes into a cell."""

import nbformat
from tiny_course import (
    DOUBLE,
    FULL,
    SECRET,
    asserts_cell,
    edit,
    notebook_of,
    solution_cell,
)

from parcours import judge
from parcours.grading import execute
from parcours.grading.cells import without_hidden_tests


def test_verdicts_are_shown_and_hidden_tests_are_not(course):
    course.hand_in("bob", ex2="def greet(name):\n    return name")
    course.autograde()
    assert SECRET in edit(course.autograded("bob"), "ch90-ex1-values").source
    page = course.feedback("bob")
    assert page.count('class="parcours-verdict"') == 2
    assert "double returns twice its argument" in page
    for hidden in (SECRET, "HIDDEN TESTS", "_more ="):
        assert hidden not in page


def test_the_picture_of_a_verdict_is_in_the_feedback(course, monkeypatch):
    picture = '<svg viewBox="0 0 9 9" role="img"><title>t</title><rect width="5" height="5"/></svg>'

    class Drawn(judge.Submission):
        def judge(self, source):
            return judge.Verdict.passed("Drawn.", picture=picture)

    monkeypatch.setattr(execute.judge, "Submission", Drawn)
    course.hand_in("bob")
    course.autograde()
    page = course.feedback("bob")
    # nbconvert writes SVG's names in small letters, which browsers put right
    assert page.count('viewbox="0 0 9 9"') == 2
    assert page.count('<rect height="5" width="5">') == 2


def test_markers_in_a_student_s_cell_change_nothing(course):
    course.hand_in("bob", ex1="# BEGIN HIDDEN TESTS\n" + DOUBLE)
    course.autograde()
    assert course.grades("bob") == FULL
    page = course.feedback("bob")
    assert "BEGIN HIDDEN TESTS" in page
    assert SECRET not in page


def test_a_traceback_does_not_quote_hidden_asserts(clone):
    hidden = f"### BEGIN HIDDEN TESTS\nassert double(1) == {SECRET!r}\n### END HIDDEN TESTS"
    clone.write_source(
        notebook_of(
            [
                solution_cell("ch90-ex1-double", "def double(value):", "return 2 * value"),
                asserts_cell("ch90-ex1-asserts", 2, f"assert double(2) == 4\n{hidden}"),
            ]
        )
    )
    clone.generate()
    notebook = clone.release()
    edit(notebook, "ch90-ex1-double").source = DOUBLE
    clone.hand_in("bob", notebook)
    clone.autograde()
    assert clone.grades("bob") == {"ch90-ex1-asserts": (0.0, False)}
    page = clone.feedback("bob")
    assert "AssertionError" in page
    assert SECRET not in page


def test_feedback_is_not_stale(course):
    course.hand_in("bob", ex1="def double(value):\n    return 0")
    course.autograde()
    assert "expected 4" in course.feedback("bob")
    course.hand_in("bob")
    course.autograde(force=True)
    assert "expected 4" not in course.feedback("bob")


def test_hidden_regions_are_cut_line_by_line():
    source = "a\n### BEGIN HIDDEN TESTS\nb\n### END HIDDEN TESTS\nc"
    assert without_hidden_tests(source) == "a\nc"
    assert without_hidden_tests("a\n### BEGIN HIDDEN TESTS\nb") == "a"
    assert nbformat.v4.new_code_cell(without_hidden_tests("a")).source == "a"
