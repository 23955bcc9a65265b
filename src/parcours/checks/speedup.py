"""The check `speedup`: a function uses its workers as the reference does, here and now."""

from collections.abc import Callable

from parcours.checks.delivery import judged
from parcours.judge import speedup as rule
from parcours.judge.entry import entry_of
from parcours.judge.processes import CALL_SECONDS
from parcours.judge.rounds import Load
from parcours.judge.verdict import Verdict
from parcours.judge.work import map_in_processes


def speedup(
    function: Callable,
    *,
    reference: Callable = map_in_processes,
    call: Callable[[Load], tuple],
    workers: int = 2,
    at_least: float = 0.8,
    graded_from: float | None = None,
    seconds: float = CALL_SECONDS,
) -> Verdict:
    """Claim that a function keeps its workers as busy as a reference does in the same rounds.

    call: makes the arguments from the load: `load.function` over `load.items`. reference: the
    teacher's parallel solution, called with the same arguments; without one, a pool of processes
    for functions of (function, items, workers). Both functions return the list of results.
    workers: how many may be used. at_least: the share of the reference that has to be reached;
    0.8 fails 12:4 splits and passes 10:6 splits, keep exercises away from the line between.
    graded_from: with it, a share of the points is given from here on, growing up to `at_least`.
    Raises ValueError for fewer than two workers or a share outside 0.3 to 0.9.
    """
    if workers < 2:
        raise ValueError("a speedup needs at least two workers")
    if not 0.3 <= at_least <= 0.9:
        raise ValueError("at_least is a share of the reference between 0.3 and 0.9")
    if graded_from is not None and not 0 < graded_from < at_least:
        raise ValueError("graded_from is a share of the reference below at_least")
    return judged(
        function,
        lambda entry: rule.decide(
            entry,
            entry_of(reference),
            call=call,
            workers=workers,
            at_least=at_least,
            graded_from=graded_from,
            seconds=seconds,
        ),
    )
