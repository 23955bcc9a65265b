"""The check `leaves_nothing`: no thread, process, open file or shared memory is left by a call."""

from collections.abc import Callable
from typing import Any

from parcours.checks.calls import cases_of
from parcours.checks.delivery import judged
from parcours.judge import leaves_nothing as rule
from parcours.judge.examples import Case
from parcours.judge.processes import CALL_SECONDS
from parcours.judge.verdict import Verdict


def leaves_nothing(
    function: Callable,
    *cases: Case,
    call: Callable[[], Any] | None = None,
    seconds: float = CALL_SECONDS,
) -> Verdict:
    """Claim that a function leaves nothing behind: threads, processes, files, shared memory.

    cases: calls with what is expected of them, also an exception (see `case`); the first that is
    wrong or leaves something decides. call: in their place, makes the arguments of one call that
    only has to return. seconds: limit for each call, in seconds in which it could run.
    Raises TypeError when there is neither.
    """
    made = cases_of("leaves_nothing", cases, call)
    return judged(function, lambda entry: rule.decide(entry, made, seconds=seconds))
