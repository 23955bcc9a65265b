"""Who goes on: in order, held back before a critical step, by changing priorities, or all ways.

    Ordered((1, 0))     Held("write", (0, 1))     Priorities(seed=7, changes=2, steps=40)

All are deterministic: the same strategy makes the same choices in the same program.
"""

import random
from collections.abc import Sequence

from parcours.judge.exploring.steps import Decision, Diverged, Strand


class Ordered:
    """One thread after the other, as far as each gets; in this order, others by number."""

    def __init__(self, order: Sequence[int] = ()):
        self._order = {number: index for index, number in enumerate(order)}

    def rank(self, strand: Strand) -> tuple[int, int]:
        return self._order.get(strand.number, len(self._order)), strand.number

    def pick(self, able: list[Strand], current: Strand | None) -> Strand:
        if current is not None and current.pending.kind != "sleep":
            return current
        return min(able, key=self.rank)


class Held(Ordered):
    """Holds every thread back that is about to do a critical step, until nobody else can go on.

    "second lock": takes a lock while it holds another (finds locks taken in different orders);
    "write": writes what others read (lost updates, check then act); "lock after read": takes a lock
    after it looked at something shared (lost wake-ups, checks outside of the lock).
    """

    def __init__(self, critical: str, order: Sequence[int]):
        super().__init__(order)
        self._critical = critical

    def _is_critical(self, strand: Strand) -> bool:
        step = strand.pending
        if self._critical == "write":
            return step.access is not None and step.access.write
        if step.kind != "acquire":
            return False
        if self._critical == "second lock":
            return bool(strand.held)
        return strand.last is not None and strand.last.kind == "access"

    def pick(self, able: list[Strand], current: Strand | None) -> Strand:
        free = [strand for strand in able if not self._is_critical(strand)]
        if not free:
            return min(able, key=self.rank)
        if current in free and current.pending.kind != "sleep":
            return current
        return min(free, key=self.rank)


class Anyone:
    """Each time anybody."""

    def __init__(self, seed: int):
        self._random = random.Random(seed)

    def pick(self, able: list[Strand], current: Strand | None) -> Strand:
        return able[self._random.randrange(len(able))]


class Priorities:
    """The thread of the highest priority; at a few moments it is put last (PCT)."""

    def __init__(self, seed: int, changes: int, steps: int):
        self._random = random.Random(seed)
        self._of: dict[int, float] = {}
        moments = sorted(self._random.randrange(1, max(steps, 2)) for _ in range(changes))
        self._moments, self._count, self._lowest = moments, 0, 0.0

    def _put_last(self, strand: Strand) -> None:
        self._lowest -= 1
        self._of[strand.number] = self._lowest

    def pick(self, able: list[Strand], current: Strand | None) -> Strand:
        self._count += 1
        for strand in able:
            self._of.setdefault(strand.number, 1 + self._random.random())
        while self._moments and self._count >= self._moments[0]:
            self._moments.pop(0)
            self._put_last(max(able, key=lambda s: self._of[s.number]))
        if current is not None and current.pending.kind == "sleep":
            self._put_last(current)
        return max(able, key=lambda s: self._of[s.number])


class Replay:
    """The choices of an earlier run. Strict: raises Diverged where one is not possible."""

    def __init__(self, choices: Sequence[int], strict: bool = True):
        self._choices, self._next, self._strict = list(choices), 0, strict
        self._afterwards = Ordered()

    def pick(self, able: list[Strand], current: Strand | None) -> Strand:
        if self._next < len(self._choices):
            number = self._choices[self._next]
            self._next += 1
            for strand in able:
                if strand.number == number:
                    return strand
            if self._strict:
                raise Diverged
        return self._afterwards.pick(able, current)


class DepthFirst:
    """All ways to choose with at most `most` pre-emptions, one after the other."""

    def __init__(self, most: int):
        self._most = most
        self.prefix: list[int] = []
        self.done = False
        self.left_out = False  # whether there are more with more pre-emptions

    def strategy(self) -> Replay:
        return Replay(self.prefix)

    def advance(self, decisions: Sequence[Decision]) -> None:
        """Go on to the next way after a run that made these decisions."""
        before, count = [], 0
        for decision in decisions:
            before.append(count)
            count += decision.preempts
        for index in range(len(decisions) - 1, -1, -1):
            able, current, chosen, free = decisions[index]
            stays = current is not None and not free
            order = ([current] if stays else []) + [n for n in able if not stays or n != current]
            for number in order[order.index(chosen) + 1 :]:
                if before[index] + (stays and number != current) <= self._most:
                    self.prefix = [d.chosen for d in decisions[:index]] + [number]
                    return
                self.left_out = True
        self.done = True


def preemptions(decisions: Sequence[Decision]) -> int:
    """How often a thread was left that could have gone on."""
    return sum(decision.preempts for decision in decisions)
