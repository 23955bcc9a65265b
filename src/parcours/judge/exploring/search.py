"""Many runs, in the order in which they are likely to go wrong, and the simplest that does.

    found = Search(runs, schedules=300, seed=0).search()

First every thread after the other, then threads held back before critical steps, then changing
priorities, then all ways with few pre-emptions. Which sites need a choice is learnt on the way. The
budget is a number of schedules, so that a slow machine finds the same; seconds only end a search
that has run away, and then nothing is claimed.
"""

import itertools
import time
from collections.abc import Iterator
from typing import NamedTuple

from parcours.judge.exploring.runs import Run, Runs
from parcours.judge.exploring.steps import Strategy
from parcours.judge.exploring.strategies import (
    Anyone,
    DepthFirst,
    Held,
    Ordered,
    Priorities,
    Replay,
    preemptions,
)

MOST_ORDERS = 24
MOST_TRIES = 60
FEW = 40
MOST_PREEMPTIONS = 1000
_real_clock = time.monotonic


class Found(NamedTuple):
    """What a search found. run: None when every schedule went well.

    complete: "" or how far all schedules were tried: "all", or "1" or "2" pre-emptions;
    in_order: whether it goes wrong even when the threads run one after the other.
    """

    run: Run | None
    schedules: int
    complete: str
    racy: frozenset
    in_order: bool = False
    late: bool = False


class Search:
    """One search with its budget."""

    def __init__(self, runs: Runs, threads: int, schedules: int, seconds: float, seed: int):
        self._runs, self._threads, self._budget, self._seed = runs, threads, schedules, seed
        self._deadline = _real_clock() + seconds
        self._racy: frozenset = frozenset()
        self._steps = 10
        self.schedules = 0
        self.complete = ""

    def search(self) -> Found:
        """Look for a schedule that goes wrong."""
        for in_order, strategy in self._plan():
            run = self._one(strategy)
            if run.how != "done":
                racy = self._racy_of_run
                if run.how not in ("endless", "diverged"):
                    run = self._simplest(run, racy)
                in_order = in_order or not (run.decisions and preemptions(run.decisions))
                return Found(run, self.schedules, "", racy, in_order and not run.blocked)
            if self._is_late():
                return Found(None, self.schedules, "", self._racy, late=True)
        return Found(None, self.schedules, self.complete, self._racy)

    def _one(self, strategy: Strategy) -> Run:
        self._racy_of_run = self._racy
        run = self._runs.one(strategy, self._racy)
        self.schedules += 1
        self._racy |= run.racy
        self._steps = max(self._steps, len(run.decisions))
        self._last = run
        return run

    def _is_late(self) -> bool:
        return _real_clock() > self._deadline

    def _spent(self) -> bool:
        return self.schedules >= self._budget

    def _plan(self) -> Iterator[tuple[bool, Strategy]]:
        numbers = range(1, max(self._threads, 1) + 1)
        orders = list(itertools.islice(itertools.permutations(numbers), MOST_ORDERS))
        for order in orders[:6]:
            yield True, Ordered((0, *order) if self._threads else (1, *order))
        forth = list(numbers)
        for critical in ("second lock", "write", "lock after read"):
            for order in (forth, forth[::-1]):
                yield False, Held(critical, order)
        for order in orders[6:]:
            yield True, Ordered(order)
        # A small program is done with soon; in a large one this would take the whole budget.
        yield from self._depth_first(MOST_PREEMPTIONS, self.schedules + FEW)
        half = self._budget // 2 if self.complete != "all" else 0
        for index in itertools.count():
            if self.schedules >= half or self._spent():
                break
            seed = self._seed * 1_000_003 + index
            yield (
                False,
                (
                    Anyone(seed),
                    Priorities(seed, 2, self._steps),
                    Priorities(seed, 4, self._steps),
                )[index % 3],
            )
        for most in (1, 2):
            if self.complete != "all":
                yield from self._depth_first(most, self._budget)

    def _depth_first(self, most: int, limit: int) -> Iterator[tuple[bool, Strategy]]:
        """All ways with so many pre-emptions; again from the start while sites are being learnt."""
        limit = min(limit, self._budget)
        while self.schedules < limit:
            ways, before = DepthFirst(most), self._racy
            while not ways.done and self.schedules < limit:
                yield False, ways.strategy()
                ways.advance(self._last.decisions)
                if self._racy != before:
                    break
            if self._racy == before:
                if ways.done:
                    self.complete = str(most) if ways.left_out else "all"
                return

    def _simplest(self, run: Run, racy: frozenset) -> Run:
        """The same kind of failure with the fewest switches."""
        best, cost = run, _cost(run)
        tries = 0
        improved = True
        while improved and tries < MOST_TRIES and not self._is_late():
            improved = False
            for index, decision in enumerate(best.decisions):
                if not decision.preempts:
                    continue
                tries += 1
                choices = [*best.choices[:index], decision.current]
                other = self._runs.one(Replay(choices, strict=False), racy)
                if other.how == run.how and _cost(other) < cost:
                    best, cost, improved = other, _cost(other), True
                    break
        for most in range(min(preemptions(best.decisions), 3)):
            ways = DepthFirst(most)
            for _ in range(MOST_TRIES):
                if ways.done or self._is_late():
                    break
                other = self._runs.one(ways.strategy(), racy)
                if other.how == run.how and _cost(other) < cost:
                    return other
                ways.advance(other.decisions)
        return best


def _cost(run: Run) -> tuple[int, int, int]:
    """Pre-emptions, then changes of turn, then choices."""
    chosen = run.choices
    turns = sum(a != b for a, b in itertools.pairwise(chosen))
    return preemptions(run.decisions), turns, len(chosen)
