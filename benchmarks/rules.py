"""Rules that decide from recorded rounds whether a solution is parallel: ours, and those of others.

    outcome, rounds, seconds = rules.RULES["best of 5, serial / parallel"](tapes)

A rule draws from an endless supply of rounds as many as it wants (see `resample`) and answers with
its outcome, how many rounds it took and the seconds they had taken.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from statistics import median

from recorded import WORKERS, Taped

from parcours.judge import speedup
from parcours.judge.rounds import Turn
from parcours.machine import gil_enabled

AT_LEAST = 0.8
# What others ask for with two workers.
WALL = 1.5

Decided = tuple[str, int, float]
Deciding = Callable[[Iterator[Taped]], Decided]


def resample(tapes: Sequence[Taped], chance: random.Random) -> Iterator[Taped]:
    """Rounds drawn from the recorded ones with replacement, without end."""
    while True:
        yield chance.choice(tapes)


def ours(tapes: Iterator[Taped]) -> Decided:
    """The rule of `checks.speedup`, with its limits."""
    rule = speedup.Rule(WORKERS, AT_LEAST)
    seconds = 0.0
    for tape in tapes:
        seconds += tape.seconds
        outcome = rule.add(tape.round)
        if outcome or rule.exhausted() or seconds + tape.start > speedup.MAX_SECONDS:
            break
    return outcome or "inconclusive", len(rule.rounds) + len(rule.void), seconds + tape.start


def _with(tape: Taped, change: Callable[[Turn], Turn]) -> Taped:
    both = tape.round
    both = replace(both, reference=change(both.reference), learner=change(both.learner))
    return replace(tape, round=both)


def _only_demand(turn: Turn) -> Turn:
    return replace(turn, overlap=turn.demand.concurrency) if turn.demand else turn


def _only_overlap(turn: Turn) -> Turn:
    if not turn.demand:
        return turn
    return replace(turn, demand=replace(turn.demand, concurrency=turn.overlap))


def demand_alone(tapes: Iterator[Taped]) -> Decided:
    return ours(_with(tape, _only_demand) for tape in tapes)


def overlap_alone(tapes: Iterator[Taped]) -> Decided:
    return ours(_with(tape, _only_overlap) for tape in tapes)


def _fixed(
    rounds: int, passes: Callable[[list[Taped]], bool], cost: Callable[[Taped], float]
) -> Deciding:
    def decide(tapes: Iterator[Taped]) -> Decided:
        drawn = list(islice(tapes, rounds))
        seconds = sum(cost(tape) for tape in drawn)
        return ("pass" if passes(drawn) else "fail"), rounds, seconds

    return decide


def _serial_cost(tape: Taped) -> float:
    return tape.serial + tape.round.learner.wall


def _reference_cost(tape: Taped) -> float:
    return tape.round.reference.wall + tape.round.learner.wall


def _wall_ratio(tapes: list[Taped]) -> bool:
    fastest = min(tape.round.learner.wall for tape in tapes)
    return min(tape.serial for tape in tapes) / fastest >= WALL


def _against_reference(tapes: list[Taped]) -> bool:
    fastest = min(tape.round.learner.wall for tape in tapes)
    return min(tape.round.reference.wall for tape in tapes) / fastest >= AT_LEAST


def _cpu_over_wall(tapes: list[Taped]) -> bool:
    return median(t.round.learner.cpu / t.round.learner.wall for t in tapes) >= WALL


def _cpu_over_busiest(tapes: list[Taped]) -> bool:
    return median(_busiest(tape.round.learner) for tape in tapes) >= WALL


def _busiest(turn: Turn) -> float:
    """CPU of all workers over that of the busiest one, up to the workers asked for."""
    by_worker: dict[int, int] = defaultdict(int)
    for record in turn.records:
        by_worker[record.pid if gil_enabled() else record.thread] += record.cpu
    most = max(by_worker.values(), default=0)
    return min(WORKERS, sum(by_worker.values()) / most) if most else 0.0


OURS = "checks.speedup"
RULES: dict[str, Deciding] = {
    OURS: ours,
    "its demand estimate alone": demand_alone,
    "its overlap estimate alone": overlap_alone,
    f"serial / parallel >= {WALL}, once": _fixed(1, _wall_ratio, _serial_cost),
    f"serial / parallel >= {WALL}, best of 5": _fixed(5, _wall_ratio, _serial_cost),
    f"reference / parallel >= {AT_LEAST}, min of 5 in turns": _fixed(
        5, _against_reference, _reference_cost
    ),
    f"CPU / wall >= {WALL}, median of 5": _fixed(
        5, _cpu_over_wall, lambda tape: tape.round.learner.wall
    ),
    f"CPU / CPU of the busiest >= {WALL}, median of 5": _fixed(
        5, _cpu_over_busiest, lambda tape: tape.round.learner.wall
    ),
}
