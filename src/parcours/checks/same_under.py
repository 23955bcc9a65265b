"""The check `same_under`: the same answer under every start method of processes."""

from collections.abc import Callable, Sequence
from typing import Any

from parcours.checks.calls import as_case
from parcours.checks.delivery import judged
from parcours.judge import same_under as rule
from parcours.judge.examples import Case
from parcours.judge.processes import CALL_SECONDS
from parcours.judge.verdict import Verdict


def same_under(
    function: Callable,
    *cases: Case | Callable[[str], Any],
    start_methods: Sequence[str] = ("fork", "forkserver", "spawn"),
    seconds: float = CALL_SECONDS,
) -> Verdict:
    """Claim that a function gives the same answer under every start method that there is here.

    cases: calls made while the start method is the default; or functions that make a case, or a
    tuple of arguments, of the start method, for functions that take it as an argument (another one
    is the default then). Without an expectation the answers are compared with each other.
    Functions among the arguments have to be importable: of the standard library, or
    `checks.start_method_here`. seconds: limit for each call, in seconds in which it could run.
    Raises TypeError for other cases, ValueError for start methods that do not exist.
    """
    if not cases or not all(isinstance(one, Case) or callable(one) for one in cases):
        raise TypeError("same_under(function, ...) needs cases, or functions of the start method")
    unknown = set(start_methods) - {"fork", "forkserver", "spawn"}
    if unknown or not start_methods:
        raise ValueError("start methods are 'fork', 'forkserver' and 'spawn'")
    made = [one if isinstance(one, Case) else _maker(one) for one in cases]
    return judged(
        function,
        lambda entry: rule.decide(entry, made, start_methods=tuple(start_methods), seconds=seconds),
    )


def _maker(make: Callable[[str], Any]) -> Callable[[str], Case]:
    return lambda method: as_case(make(method))
