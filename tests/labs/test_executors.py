"""Plans of The Bench, and the executors that run them."""

import sys

import pytest

from parcours.labs.executors import run
from parcours.labs.plan import EXECUTORS, Plan, missing

HERE = [
    pytest.param(name, marks=pytest.mark.skipif(bool(missing(name)), reason=missing(name)))
    for name in EXECUTORS
]


@pytest.mark.parametrize("executor", HERE)
@pytest.mark.parametrize("work", ["cpu", "waiting", "mixed"])
def test_every_executor_does_every_step_of_every_task(executor, work):
    plan = Plan(executor, workers=2, work=work, tasks=4, seconds=0.01)
    spans = []
    run(plan, spans.append)
    assert {span.label for span in spans} == {"1", "2", "3", "4"}
    assert 1 <= len({span.worker for span in spans}) <= 2
    waited = sum(span.seconds for span in spans if span.kind == "io")
    assert waited == pytest.approx(plan.alone("io"))
    assert any(span.kind == "cpu" for span in spans) == (work != "waiting")


@pytest.mark.parametrize("executor", HERE)
def test_spans_come_before_the_run_is_over(executor):
    """The picture moves: when the last task begins, what the first one did is known."""
    plan = Plan(executor, workers=1, work="waiting", tasks=2, seconds=0.01)
    spans = []
    run(plan, spans.append)
    first, last = (next(span for span in spans if span.label == label) for label in "12")
    assert spans.index(first) < spans.index(last)
    assert first.end <= last.start


@pytest.mark.parametrize("executor", HERE)
def test_no_child_process_outlives_the_run(executor, no_child_left):
    run(Plan(executor, workers=2, work="waiting", tasks=2, seconds=0.001), lambda span: None)


def test_plans_are_the_same_in_every_run_and_uneven():
    plan = Plan(tasks=12)
    steps = [plan.steps(index) for index in range(12)]
    assert steps == [plan.steps(index) for index in range(12)]
    lengths = [sum(seconds for _, seconds in task) for task in steps]
    assert 0.69 < min(lengths) / plan.seconds < max(lengths) / plan.seconds < 1.31
    assert plan.alone("cpu") == pytest.approx(plan.alone("io"))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"executor": "fibres"}, "no executor 'fibres': choose one of serial, threads"),
        ({"work": "thinking"}, "no work 'thinking': choose one of cpu, waiting, mixed"),
        ({"workers": 9}, "workers must be a whole number from 1 to 8"),
        ({"workers": 2.0}, "workers must be a whole number"),
        ({"tasks": 1}, "tasks must be a whole number from 2 to 40"),
    ],
)
def test_a_plan_that_cannot_be_run_is_told(change, words):
    with pytest.raises(ValueError, match=words):
        Plan(**change).checked()


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="interpreters are offered here")
def test_interpreters_are_refused_with_the_reason():
    with pytest.raises(ValueError, match=r"they come from Python 3\.14 on, this is 3\.1"):
        Plan("interpreters").checked()


def test_rows_are_named_after_the_executor():
    assert Plan("processes", workers=2).lanes == ["process 1", "process 2"]
    assert Plan("serial", workers=5).lanes == ["main"]
