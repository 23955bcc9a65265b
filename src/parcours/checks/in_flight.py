"""The check `in_flight`: how many tasks are under way at the same time."""

from collections.abc import Callable

from parcours.checks.delivery import judged
from parcours.judge import in_flight as rule
from parcours.judge.processes import CALL_SECONDS
from parcours.judge.verdict import Verdict


def in_flight(
    function: Callable,
    *,
    call: Callable[[rule.Tasks], tuple],
    tasks: int = 6,
    at_least: int = 1,
    at_most: int | None = None,
    apart: str = "thread",
    in_order: bool = False,
    first_alone: int = 0,
    processes: int | None = None,
    seconds: float = CALL_SECONDS,
) -> Verdict:
    """Claim how many of the judge's tasks a function has in flight at once.

    call: makes the arguments of the function from the tasks: a list of callables, or
    `tasks.function` over `tasks.items`. at_least, at_most: bounds for the most in flight at once.
    apart: "process" counts processes that have a task in flight. in_order: the function returns the
    list of the tasks' results in the order of the tasks. first_alone: so many tasks may be run one
    by one before the others, to measure them. processes: bounds the processes that have a task in
    flight at once, however many tasks there are. Each task has to run exactly once.
    Raises ValueError for bounds that no function can keep.
    """
    if not 1 <= at_least <= tasks or (at_most is not None and at_most < at_least):
        raise ValueError("1 <= at_least <= tasks and at_least <= at_most are needed")
    if apart not in ("thread", "process"):
        raise ValueError(f"tasks are apart by 'thread' or 'process', not {apart!r}")
    if first_alone < 0 or at_least > tasks - first_alone:
        raise ValueError("first_alone leaves fewer tasks than at_least of them")
    if processes is not None and processes < (at_least if apart == "process" else 1):
        raise ValueError("processes has to be 1 at least, and at_least when it counts processes")
    bounds = rule.Bounds(tasks, at_least, at_most, apart, in_order, first_alone, processes)
    return judged(function, lambda entry: rule.decide(entry, bounds, call=call, seconds=seconds))
