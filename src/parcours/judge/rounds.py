"""Rounds: the reference and the learner's function do the same fresh work, in alternating order.

    with Pair(reference, learner, call, workers) as pair:
        round = pair.round()

Between its turns a runner is stopped (SIGSTOP), so that nothing is computed ahead; its inputs are
new in every round and its results are compared with the reference's.
"""

import contextlib
import os
import random
import secrets
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from parcours.judge.concurrency import Demand, overlap
from parcours.judge.entry import Entry
from parcours.judge.fairclock import tree_cpu
from parcours.judge.processes import Answer, Contestant
from parcours.judge.proctree import EXACT, Snapshot, reaped_cpu
from parcours.judge.sampling import Sampler
from parcours.judge.work import MeasuredWork, Record, cpu_seconds, read_records
from parcours.machine import gil_enabled

# CPU seconds of one item, and items for each worker: a turn takes about a tenth of a second.
ITEM_SECONDS = 0.015
ITEMS_PER_WORKER = 8


@dataclass(frozen=True)
class Load:
    """The work of one turn: `function` over `items` (see `parcours.judge.work`)."""

    function: MeasuredWork
    items: list[tuple[int, int]]


@dataclass
class Turn:
    """What one runner did in one round. CPU and wall in seconds."""

    answer: Answer
    wall: float
    cpu: float
    started: int
    records: list[Record]
    demand: Demand | None
    overlap: float
    blind: bool  # the sampler saw less CPU time than the process used
    leaked: float  # CPU used since the turn before, while nobody had asked
    niceness: frozenset[tuple[int, int]]
    inner: dict[int, int]  # thread ids as seen here -> as the records know them

    @property
    def concurrency(self) -> float:
        """The smaller of the two estimates of how many workers were at work at once."""
        if self.demand is None:
            return self.overlap
        return min(self.demand.concurrency, self.overlap)


@dataclass
class Round:
    """The reference's turn and the learner's, over the same items."""

    reference: Turn
    learner: Turn
    items: int
    flags: list[str] = field(default_factory=list)


class Runner:
    """One side of the rounds: a contestant, stopped while it is not its turn."""

    def __init__(self, contestant: Contestant, key: str, workers: int):
        self.contestant = contestant
        self.key = key
        self.workers = workers
        self.log = contestant.new_folder("rounds") / "work.log"
        self.log.touch()
        self._cpu_before = 0.0
        self._stopped = False

    def take_turn(self, call: Callable[[Load], tuple], items: list, seconds: float) -> Turn:
        """Let the runner do the work once. Raises Ended, Hung or Starved."""
        leaked = self._wake()
        os.truncate(self.log, 0)
        load = Load(MeasuredWork(str(self.log)), items)
        arguments = call(load)
        contestant = self.contestant
        reaped = reaped_cpu(contestant.pid)
        sampler = Sampler(contestant.tree) if EXACT else None
        started = time.perf_counter_ns()
        try:
            contestant.post_call(self.key, arguments, {})
            answer = contestant.wait_answer(seconds)
            ended = time.perf_counter_ns()
        finally:
            snapshots = sampler.stop() if sampler else []
        reaped = reaped_cpu(contestant.pid) - reaped
        records = read_records(self.log)
        turn = self._turn(answer, snapshots, records, (ended - started) / 1e9, reaped, leaked)
        turn.started = started
        self._stop()
        return turn

    def _turn(
        self,
        answer: Answer,
        snapshots: list[Snapshot],
        records: list[Record],
        wall: float,
        reaped: float,
        leaked: float,
    ) -> Turn:
        gil = gil_enabled()
        demand = Demand(snapshots, self.workers, gil) if snapshots else None
        sampled = demand.cpu / 1e9 if demand else reaped
        niceness = frozenset(
            (thread.nice, thread.policy) for shot in snapshots for thread in shot.threads.values()
        )
        return Turn(
            answer=answer,
            wall=wall,
            # The books of the kernel are complete but count in ticks of 10 ms.
            cpu=max(sampled, reaped) if reaped > 0.1 else sampled,
            started=0,
            records=records,
            demand=demand,
            overlap=overlap(records, gil),
            blind=sampled < 0.85 * reaped - 0.02,
            leaked=leaked,
            niceness=niceness,
            inner=dict(self.contestant.tree.inner),
        )

    def _wake(self) -> float:
        """Let the runner go on; returns the CPU seconds used while it had to stand still."""
        if not self._stopped:
            return 0.0
        leaked = tree_cpu(self.contestant.tree) - self._cpu_before
        self._signal("SIGCONT")
        self._stopped = False
        return leaked

    def _stop(self) -> None:
        if EXACT:
            self._signal("SIGSTOP")
            self._cpu_before = tree_cpu(self.contestant.tree)
            self._stopped = True

    def _signal(self, name: str) -> None:
        for pid in self.contestant.tree.processes():
            with contextlib.suppress(OSError):
                os.kill(pid, getattr(signal, name))


class Pair:
    """Two runners that take turns at the same work."""

    def __init__(
        self,
        reference: Entry,
        learner: Entry,
        call: Callable[[Load], tuple],
        workers: int,
        seconds: float,
    ):
        self._entries = reference, learner
        self._call = call
        self._workers = workers
        self._seconds = seconds
        self._random = random.Random(secrets.randbits(64))
        self._stack = contextlib.ExitStack()
        self._turns = 0

    def __enter__(self) -> "Pair":
        try:
            self.reference, self.learner = (
                Runner(self._stack.enter_context(entry.contestant()), entry.key, self._workers)
                for entry in self._entries
            )
        except BaseException:
            self._stack.close()
            raise
        self._numbers = self._calibrate()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _calibrate(self) -> int:
        """How many numbers an item has, so that it costs about 15 ms of CPU here."""
        probe = min(cpu_seconds((1_000_001, 100)) for _ in range(3))
        return max(10, int(100 * ITEM_SECONDS / max(probe, 1e-6)))

    def items(self, share: float = 1.0) -> list[tuple[int, int]]:
        """Fresh items of equal cost; with `share`, so much smaller ones."""
        numbers = max(2, int(self._numbers * share))
        return [
            (self._random.randrange(1_000_000, 1_050_000), numbers)
            for _ in range(ITEMS_PER_WORKER * self._workers)
        ]

    def warm_up(self) -> tuple[Answer, Answer]:
        """One small turn each, not measured; returns the reference's answer and the learner's."""
        items = self.items(0.05)
        turns = [
            runner.take_turn(self._call, items, self._seconds)
            for runner in (self.reference, self.learner)
        ]
        return turns[0].answer, turns[1].answer

    def round(self) -> Round:
        """One turn each over the same fresh items; who begins changes from round to round."""
        items = self.items()
        order = [self.reference, self.learner]
        if self._turns % 2:
            order.reverse()
        self._turns += 1
        turns = {id(r): r.take_turn(self._call, items, self._seconds) for r in order}
        return Round(turns[id(self.reference)], turns[id(self.learner)], len(items))


def same_answer(reference: Answer, learner: Answer) -> bool:
    """Whether the learner returned what the reference returned."""
    return learner.raised is None and _plain(reference.value) == _plain(learner.value)


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
