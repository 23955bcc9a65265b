"""The check `moves_little`: how many bytes the processes of a function send each other."""

from collections.abc import Callable
from typing import Any

from parcours.checks.calls import cases_of
from parcours.checks.delivery import judged
from parcours.judge import moves_little as rule
from parcours.judge.examples import Case
from parcours.judge.processes import CALL_SECONDS
from parcours.judge.verdict import Verdict


def moves_little(
    function: Callable,
    *cases: Case,
    call: Callable[[], Any] | None = None,
    at_most: int,
    seconds: float = CALL_SECONDS,
) -> Verdict:
    """Claim that the processes of a function send each other at most so many bytes in a call.

    cases: calls with what is expected of them (see `case`). call: in their place, makes the
    arguments of one call that only has to return. at_most: bytes; leave some 5 kB for each process
    that is not forked, to which its program and arguments are sent. seconds: limit for each call,
    in seconds in which it could run. Raises TypeError when there is no call, ValueError for a
    negative bound.
    """
    if at_most < 0:
        raise ValueError("at_most is a number of bytes, 0 or more")
    made = cases_of("moves_little", cases, call)
    return judged(
        function, lambda entry: rule.decide(entry, made, at_most=at_most, seconds=seconds)
    )
