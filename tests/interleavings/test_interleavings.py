"""The check `interleavings` on the corpus, and what becomes of what it finds."""

import re
from collections.abc import Iterator

import pytest
from corpus import Program, programs

from parcours.checks import interleavings
from parcours.judge import Submission
from parcours.judge import interleavings as rule
from parcours.judge.interleavings_report import Report

PROGRAMS = programs()
WRONG = [program for program in PROGRAMS if program.outcome != "pass"]


@pytest.fixture
def reports(monkeypatch: pytest.MonkeyPatch) -> list[Report]:
    """Every report of a search that the judge reads during a test."""
    found: list[Report] = []
    verdict_of = rule._verdict

    def seen(name: str, report: Report):
        found.append(report)
        return verdict_of(name, report)

    monkeypatch.setattr(rule, "_verdict", seen)
    return found


@pytest.fixture
def submission(request: pytest.FixtureRequest) -> Iterator[Submission]:
    program: Program = request.param
    made = Submission([program.learner])
    yield made
    made.close()


def named(chosen: list[Program]) -> pytest.MarkDecorator:
    both = [pytest.param(program, program, id=program.name) for program in chosen]
    return pytest.mark.parametrize(("program", "submission"), both, indirect=["submission"])


@named(PROGRAMS)
def test_every_program_gets_its_outcome(
    program: Program, submission: Submission, reports: list[Report]
) -> None:
    verdict = submission.judge("from parcours import checks\n" + program.cell)
    assert verdict.outcome == ("pass" if program.outcome == "pass" else "fail"), str(verdict)
    (report,) = reports
    assert report.how == ("done" if program.outcome == "pass" else program.outcome)
    assert report.schedules <= 300
    if program.outcome not in ("pass", "endless") and report.rows:
        assert "<desc>" in verdict.picture and verdict.picture.endswith("</svg>")


SOME = ("counter_without_lock", "buffer_wrong_notify", "pool_shared_total", "counter_nonlocal")


@named([program for program in WRONG if program.name in SOME])
def test_a_schedule_replays_alike_in_a_new_process(
    program: Program,
    submission: Submission,
    reports: list[Report],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    again: list[Report] = []
    decide = rule.decide

    def twice(entry, scenario, **how):
        verdict = decide(entry, scenario, **how)
        found = reports[-1]
        for _ in range(2):
            with entry.contestant() as contestant:
                asked = {"choices": found.choices, "racy": found.racy}
                again.append(rule.explored(contestant, entry, scenario, **asked))
        return verdict

    monkeypatch.setattr(rule, "decide", twice)
    submission.judge("from parcours import checks\n" + program.cell)
    for other in again:
        assert (other.how, other.choices) == (reports[0].how, reports[0].choices)
        assert other.rows == reports[0].rows
        assert other.rows


COUNTER = """
class Counter:
    def __init__(self):
        self.value = 0

    def add(self):
        self.value += 1
"""
CELL = """
checks.interleavings(
    Counter, threads=[lambda c: c.add()] * 2, invariant=lambda c: c.value == 2, seed={}
)"""


def judged(learner: str, cell: str):
    submission = Submission([learner])
    try:
        return submission.judge("from parcours import checks\n" + cell)
    finally:
        submission.close()


def test_the_smallest_schedule_is_told_with_the_stale_write() -> None:
    verdict = judged(COUNTER, CELL.format(0))
    assert verdict.evidence["switches of threads"] == 2
    assert any("`self.value` at line 6" in detail for detail in verdict.details)
    steps = [line for line in verdict.details[-1].splitlines() if re.match(r" +\d", line)]
    assert len(steps) == 4 and "STALE" in steps[-1]


def test_a_search_is_the_same_each_time() -> None:
    one, other = (judged(COUNTER, CELL.format(7)) for _ in range(2))
    assert str(one) == str(other) and one.picture == other.picture


def test_a_deadlock_names_the_circle() -> None:
    program = next(p for p in WRONG if p.name == "bank_transfer_deadlock")
    verdict = judged(program.learner, program.cell)
    assert "wait for each other for ever" in verdict.sentence
    assert verdict.evidence["cycle"].count("waits for") == 2


def test_a_lost_wakeup_is_told_as_such() -> None:
    program = next(p for p in WRONG if p.name == "gate_lost_wakeup")
    assert "misses a wake-up" in judged(program.learner, program.cell).sentence


def test_what_cannot_be_put_in_order_is_inconclusive() -> None:
    learner = "import os\n\ndef read():\n    return os.read(os.pipe()[0], 1)\n"
    cell = "checks.interleavings(read, invariant=lambda found: True, seconds=1)"
    assert judged(learner, cell).outcome == "inconclusive"


def test_a_stub_is_not_written_yet() -> None:
    learner = "def count():\n    raise NotImplementedError\n"
    verdict = judged(learner, "checks.interleavings(count)")
    assert verdict.outcome == "fail" and "not written" in verdict.sentence


def test_wrong_arguments_are_the_teachers_mistake() -> None:
    with pytest.raises(TypeError, match="threads= takes functions"):
        interleavings(dict, threads=[1])
    with pytest.raises(ValueError, match="names= needs 1"):
        interleavings(dict, threads=[len], names=["a", "b"])
    with pytest.raises(ValueError, match="at least 1"):
        interleavings(dict, schedules=0)
