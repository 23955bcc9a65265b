"""The experiment of Break-even: the same tasks serially and in a pool, for longer and longer tasks.

>>> points = []
>>> run(BreakEvenPlan("threads", workers=2, work="waiting"), points.append)
>>> points[0]._fields
('task', 'serial', 'pooled', 'start')
"""

import multiprocessing
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from typing import NamedTuple

from parcours.labs.executors import start_method
from parcours.labs.plan import MOST_WORKERS, WORKS
from parcours.labs.tasks import compute_turns, shrunk, turns_per_second

EXECUTORS = ("threads", "processes")
LENGTHS = (0.00003, 0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03)
"""Seconds of the tasks of each measurement."""

DATA = {0: "None", 100_000: "100 kB", 1_000_000: "1 MB"}
"""Bytes that each task may carry to its worker."""

TASKS = 16
_ROUNDS = 2
_LEAST_SECONDS = 0.01


class BreakEvenPlan(NamedTuple):
    """One run: tasks of every length, each with so many bytes, by a pool of workers."""

    executor: str = "processes"
    workers: int = 4
    work: str = "cpu"
    data: int = 0

    def expected_seconds(self, cores: int, gil: bool) -> float:
        """For the frame; the axis of this lab is the length of a task."""
        return 1.0

    def checked(self) -> "BreakEvenPlan":
        """The same plan. ValueError in one sentence when it cannot be run."""
        offered = [kind for kind in WORKS if kind != "mixed"]
        for name, value, choices in (
            ("executor", self.executor, EXECUTORS),
            ("work", self.work, offered),
            ("data", self.data, list(DATA)),
            ("workers", self.workers, range(1, MOST_WORKERS + 1)),
        ):
            if value not in choices:
                raise ValueError(
                    f"no {name} {value!r}: choose one of {', '.join(map(str, choices))}"
                )
        return self


class Point(NamedTuple):
    """Seconds of one task, of all tasks serially, of all in a pool that is there, of its start."""

    task: float
    serial: float
    pooled: float
    start: float


def task(work: str, amount: float, data: bytes) -> int:
    """One task: so many turns of computing, or seconds of waiting. Returns the size of its data."""
    if work == "cpu":
        compute_turns(int(amount))
    else:
        time.sleep(amount)
    return len(data)


def run(
    plan: BreakEvenPlan, emit: Callable[[Point], None], lengths: Sequence[float] = LENGTHS
) -> None:
    """Measure one length after another, from the shortest on; `emit` gets each point."""
    data = bytes(plan.data)
    rate = turns_per_second()
    begun = time.perf_counter()
    with _pool(plan) as pool:
        # As many at once as there are workers, each long enough for the next one to be started.
        list(pool.map(time.sleep, [0.002] * plan.workers))
        start = time.perf_counter() - begun
        for length in lengths:
            seconds = shrunk(length)
            amount = seconds * rate if plan.work == "cpu" else seconds
            tasks = [(plan.work, amount, data)] * TASKS
            # In turns, and the best of each: what else runs on this machine slows down both.
            turns = [(_serially(tasks), _in_pool(pool, tasks)) for _ in range(_ROUNDS)]
            emit(Point(length, *map(min, zip(*turns, strict=True)), start))


def _pool(plan: BreakEvenPlan) -> Executor:
    from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

    if plan.executor == "threads":
        return ThreadPoolExecutor(plan.workers)
    context = multiprocessing.get_context(start_method())
    return ProcessPoolExecutor(plan.workers, mp_context=context)


def _serially(tasks: list[tuple]) -> float:
    return _each(lambda: [task(*one) for one in tasks])


def _in_pool(pool: Executor, tasks: list[tuple]) -> float:
    return _each(lambda: [one.result() for one in [pool.submit(task, *t) for t in tasks]])


def _each(action: Callable[[], object]) -> float:
    """Mean seconds of an action; what is very short is repeated."""
    begun, times = time.perf_counter(), 0
    while (elapsed := time.perf_counter() - begun) < _LEAST_SECONDS or not times:
        action()
        times += 1
    return elapsed / times
