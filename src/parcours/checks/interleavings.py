"""The check `interleavings`: code that goes right in every order of its threads' steps."""

from collections.abc import Callable, Sequence
from typing import Any

from parcours.checks.delivery import judged
from parcours.judge import interleavings as rule
from parcours.judge.verdict import Verdict


def interleavings(
    make: Callable,
    *,
    threads: Sequence[Callable[[Any], Any]] = (),
    invariant: Callable[[Any], Any] | None = None,
    result: Callable[[Any], Any] | None = None,
    start: Callable[[Any], Any] | None = None,
    names: Sequence[str] = (),
    schedules: int = 300,
    seconds: float = 60.0,
    seed: int = 0,
) -> Verdict:
    """Claim that a learner's code goes right however its threads are interleaved.

    make: the learner's class or function; called without arguments it gives what the threads share.
    start: is called with `make` instead, and gives what they share: `lambda Account: Account(100)`.
    threads: functions of the test cell, each called in a thread of its own with what is shared.
    With none, `make` starts its own threads, and what it returns is what the invariant gets.
    invariant: called when all threads have ended: False, or a sentence, or an AssertionError says
    that something is wrong. result: gives a value that has to be the same in every schedule.
    No exception in any thread, no deadlock, no lost wake-up and no endless loop is claimed always.
    names: of the threads, for the picture. schedules: how many to try; seed: which.
    seconds: ends a search that takes too long, without a verdict.
    Raises TypeError or ValueError for anything else.
    """
    threads, names = tuple(threads), tuple(str(name) for name in names)
    if not all(callable(function) for function in threads):
        raise TypeError("threads= takes functions, each called with what make() gives")
    if names and len(names) != len(threads):
        raise ValueError(f"names= needs {len(threads)} names, one a thread")
    if schedules < 1:
        raise ValueError("schedules= has to be at least 1")
    scenario = rule.Scenario(threads, names, start, invariant, result)
    return judged(
        make,
        lambda entry: rule.decide(entry, scenario, schedules=schedules, seconds=seconds, seed=seed),
    )
