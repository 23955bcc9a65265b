"""Verdicts become grades: points, open scores, and what nbgrader's own tools read."""

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.utils import determine_grade
from tiny_course import CHAPTER, FULL, SECRET, edit

from parcours import judge
from parcours.grading import execute
from parcours.grading.cells import VERDICT_MIME

Verdict = judge.Verdict


def put(monkeypatch, decide):
    """Let `decide(source)` judge in place of the judge."""

    class FakeSubmission(judge.Submission):
        def judge(self, source):
            return decide(source)

    monkeypatch.setattr(execute.judge, "Submission", FakeSubmission)


def cell_of(course, student, name):
    return edit(course.autograded(student), name)


def test_a_verdict_is_the_only_output_and_nbgrader_reads_its_points(course):
    course.hand_in("bob", ex2="def greet(name):\n    return name")
    course.autograde()
    (output,) = cell_of(course, "bob", "ch90-ex1-values").outputs
    assert output.output_type == "execute_result"
    assert output.data["text/plain"] == "2"
    assert output.data["text/html"].startswith("<div")
    assert output.data[VERDICT_MIME]["outcome"] == "pass"
    (output,) = cell_of(course, "bob", "ch90-ex2-greets").outputs
    assert output.data["text/plain"] == "0"


@pytest.mark.parametrize(
    ("share", "points", "due"),
    [(1, 0.666, 0.666), (1 / 3, 2, 0.66), (0.5, 1, 0.5), (0, 3, 0.0), (0.999, 0.01, 0.0)],
)
def test_points_are_a_share_of_the_cell_s_points(share, points, due):
    cell = nbformat.v4.new_code_cell("checks.x()", metadata={"nbgrader": {"points": points}})
    execute.write_verdict(cell, Verdict("pass" if share == 1 else "fail", share, "So it is."))
    assert float(cell.outputs[0].data["text/plain"]) == due
    assert cell.outputs[0].data[VERDICT_MIME]["points"] == due


def test_partial_credit_and_a_sentence_together(course, monkeypatch):
    put(monkeypatch, lambda source: Verdict.fail("Half of it.", share=0.5))
    course.hand_in("bob")
    course.autograde()
    assert course.grades("bob") == {
        "ch90-ex1-values": (1.0, False),
        "ch90-ex2-greets": (0.5, False),
    }
    assert course.verdicts("bob")["ch90-ex1-values"]["sentence"] == "Half of it."


def test_an_inconclusive_verdict_leaves_the_score_open(course, monkeypatch, log):
    def decide(source):
        if "double" in source:
            return Verdict.inconclusive("Too busy.")
        return Verdict.passed("Fine.")

    put(monkeypatch, decide)
    course.hand_in("bob")
    assert course.autograde() == 0
    assert course.grades("bob") == FULL | {"ch90-ex1-values": (None, True)}
    assert log() == [
        "bob: ch90-ex1-values is inconclusive, a person has to decide: Too busy.",
    ]


def test_a_judge_that_raises_is_inconclusive_and_named_in_one_line(course, monkeypatch, log):
    def decide(source):
        if "double" in source:
            raise ZeroDivisionError(f"not for learners:\n  {SECRET}")
        return Verdict.passed("Fine.")

    put(monkeypatch, decide)
    course.hand_in("bob")
    course.hand_in("cyd")
    assert course.autograde() == 0
    assert course.grades("bob") == FULL | {"ch90-ex1-values": (None, True)}
    assert [line for line in log() if line.startswith("bob")] == [
        "bob: the check ch90-ex1-values could not be carried out "
        f"(ZeroDivisionError: not for learners: {SECRET}); a person has to decide."
    ]
    assert SECRET not in course.feedback("bob")


def test_a_judge_that_does_not_start_is_inconclusive(course, monkeypatch, log):
    class Broken:
        def __init__(self, cells, *, cwd):
            raise OSError("no more processes")

    monkeypatch.setattr(execute.judge, "Submission", Broken)
    course.hand_in("bob")
    assert course.autograde() == 0
    assert course.grades("bob") == dict.fromkeys(FULL, (None, True))
    assert len(log()) == 1


def test_cells_that_cannot_be_run_leave_the_tests_to_the_judge(course, monkeypatch):
    class NoRun(judge.Submission):
        def run(self):
            raise OSError("no more processes")

        def judge(self, source):
            return Verdict.passed("Fine.")

    monkeypatch.setattr(execute.judge, "Submission", NoRun)
    course.hand_in("bob")
    assert course.autograde() == 0
    assert course.grades("bob") == FULL
    (output,) = cell_of(course, "bob", "ch90-ex1-double").outputs
    assert output.evalue == "This cell was not run."


def test_the_learner_s_cells_show_their_outputs(course):
    course.hand_in("bob", ex1="print('at work')\ndef double(value):\n    return 2 * value")
    course.autograde()
    (output,) = cell_of(course, "bob", "ch90-ex1-double").outputs
    assert output.text == "at work\n"


def forge(course, student):
    notebook = nbformat.read(course.hand_in(student, ex1="pass"), as_version=4)
    record = {"outcome": "pass", "points": 2.0, "sentence": "Mine."}
    edit(notebook, "ch90-ex1-values").outputs = [
        nbformat.v4.new_output("execute_result", {"text/plain": "2", VERDICT_MIME: record})
    ]
    course.hand_in(student, notebook)


def test_a_verdict_that_was_handed_in_is_worth_nothing(course):
    forge(course, "bob")
    course.autograde()
    assert course.grades("bob") == FULL | {"ch90-ex1-values": (0.0, False)}


def test_without_execution_nobody_judged(course, log):
    forge(course, "bob")
    course.config.Execute.enabled = False
    course.config.ClearOutput.enabled = False
    assert course.autograde() == 0
    assert course.grades("bob") == dict.fromkeys(FULL, (0.0, True))
    assert any("bob: nobody judged ch90-ex1-values" in line for line in log())


def test_a_person_s_grade_is_for_a_person_to_look_at_again(course):
    course.hand_in("bob")
    course.autograde()
    with Gradebook(course.db_url) as gradebook:
        grade = gradebook.find_grade("ch90-ex1-values", CHAPTER, CHAPTER, "bob")
        grade.manual_score = 1.5
        gradebook.db.commit()
    course.autograde(force=True)
    assert course.grades("bob") == FULL | {"ch90-ex1-values": (2.0, True)}
    with Gradebook(course.db_url) as gradebook:
        grade = gradebook.find_grade("ch90-ex1-values", CHAPTER, CHAPTER, "bob")
        assert grade.score == 1.5


def test_an_unreadable_one_that_is_replaced_is_graded(course):
    course.hand_in_text("bob", "")
    course.autograde()
    course.hand_in("bob")
    course.autograde(student="bob", force=True)
    assert course.grades("bob") == FULL


def test_late_penalties_still_come_off(course):
    course.config.LateSubmissionPlugin.penalty_method = "zero"
    with Gradebook(course.db_url) as gradebook:
        gradebook.update_or_create_assignment(CHAPTER, duedate="2020-01-01")
    course.hand_in("bob")
    assert course.autograde() == 0
    with Gradebook(course.db_url) as gradebook:
        submission = gradebook.find_submission(CHAPTER, "bob")
        assert submission.score == 3.0
        assert submission.late_submission_penalty == 3.0


def test_cleared_metadata_and_ignored_patterns_still_work(course):
    course.config.ClearMetadataPreprocessor.enabled = True
    course.config.IgnorePattern.enabled = True
    course.config.IgnorePattern.pattern = "noise"
    course.config.LimitOutput.max_lines = 3
    noisy = "import sys\nprint('noise', file=sys.stderr)\nprint('line\\n' * 20)\n"
    course.hand_in("bob", ex1=noisy + "def double(value):\n    return 2 * value")
    course.hand_in_text("cyd", "")
    assert course.autograde() == 0
    assert course.grades("bob") == FULL
    assert course.grades("cyd") == dict.fromkeys(FULL, (None, True))
    (output,) = cell_of(course, "bob", "ch90-ex1-double").outputs
    assert output.text.splitlines() == ["line", "line", "... Output truncated ..."]


def test_an_empty_stub_gets_nothing(course):
    course.hand_in("bob", course.release())
    course.autograde()
    assert course.grades("bob") == dict.fromkeys(FULL, (0.0, False))


def test_a_stock_nbgrader_gives_no_free_points_either():
    """Read by nbgrader's own rule, an inconclusive verdict is no full mark."""
    cell = nbformat.v4.new_code_cell(
        "checks.x()",
        metadata={"nbgrader": {"points": 2, "grade": True, "solution": False, "grade_id": "x"}},
    )
    execute.write_verdict(cell, Verdict.inconclusive("Too busy."))
    assert determine_grade(cell) == (0.0, 2.0)


def test_one_student_s_names_are_not_there_for_the_next(course):
    course.hand_in("ada")
    course.hand_in("bob", ex1="pass")
    course.autograde()
    assert course.grades("ada") == FULL
    assert course.grades("bob")["ch90-ex1-values"] == (0.0, False)
