"""The check `virtual_time`: exact delays, timeouts and rates, on a clock that jumps."""

from collections.abc import Callable, Iterable
from typing import Any

from parcours.checks.delivery import judged
from parcours.checks.examples import case
from parcours.judge import virtual_time as rule
from parcours.judge.examples import Case
from parcours.judge.processes import CALL_SECONDS
from parcours.judge.verdict import Verdict


def scenario(
    play: Callable,
    *,
    expect: Iterable[tuple[float, str]] | None = None,
    ends: float | None = None,
    late: float = 0.0,
    where: Callable[[rule.Timeline], Any] | None = None,
    may_block: bool = False,
    may_leave: bool = False,
    horizon: float = 86_400.0,
    note: str = "",
    **expected: Any,
) -> rule.Scenario:
    """One use of the learner's code under a clock that jumps, and what is claimed of it.

    play: a function or coroutine function of the test cell, called in the contestant with the
    learner's function (or class) and a clock: `clock.mark(label)` notes what happens now,
    `clock.now()`, `clock.sleep(seconds)`, `clock.work(seconds)` computes for so long,
    `clock.together(functions)` calls each in a thread of its own.
    expect: every mark, as (virtual second, label); the order of events of one second is free.
    ends: when `play` returns or raises. late: so many seconds later than expected will do.
    returns=, raises=: what `play` returns or raises, as in `case`. where: gets the `Timeline`
    (.marks, .at(label), .seconds, .value, .blocked, .left) and answers True, or a sentence.
    may_block: an event loop may stand still. may_leave: threads or tasks may go on after the end.
    horizon: virtual seconds after which it is too late. note: names in words what is tried.
    Raises TypeError when nothing is claimed.
    """
    if expect is None and ends is None and where is None and not expected:
        raise TypeError("a scenario needs expect=, ends=, where=, returns= or raises=")
    claimed = case(note=note, **expected) if expected else Case((), note=note)
    if expect is not None:
        expect = tuple(rule.Mark(float(seconds), str(label)) for seconds, label in expect)
    return rule.Scenario(play, claimed, expect, ends, late, where, may_block, may_leave, horizon)


def virtual_time(
    function: Callable,
    *scenarios: rule.Scenario | Callable,
    seconds: float = CALL_SECONDS,
    **claims: Any,
) -> Verdict:
    """Claim what a learner's code does at which second, exactly and at once.

    scenarios: made by `scenario`; or one `play` function, with the claims of `scenario` beside it.
    Time is virtual for threads and event loops: when all of them wait, the clock jumps to the next
    deadline; work that is really done takes none. seconds: limit for each scenario, in real seconds
    in which it could run. Raises TypeError for anything else.
    """
    if claims:
        if len(scenarios) != 1 or isinstance(scenarios[0], rule.Scenario):
            raise TypeError("virtual_time(function, play, expect=...) takes one play function")
        scenarios = (scenario(scenarios[0], **claims),)
    if not scenarios or not all(isinstance(one, rule.Scenario) for one in scenarios):
        raise TypeError("virtual_time(function, scenario(...), ...) needs at least one scenario")
    return judged(function, lambda entry: rule.decide(entry, scenarios, seconds=seconds))
