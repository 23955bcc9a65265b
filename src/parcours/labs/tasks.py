"""Tasks that know what they did: each returns the spans of its own time, wherever it ran.

    >>> [span.kind for span in wait(0, seconds=0.001)]
    ['io']

They are plain importable functions, so every executor under every start method can run them, and
they record nothing anywhere else: what a task did is what it returns. Standard library only, since
child processes import this module before they run a task.

A computing task notices that it was held up when one of its small pieces of work takes far longer
than it should: the time in between was spent waiting for the GIL or for a free core.

asyncio is imported where it is used: it would take most of the time that a child needs to start.
"""

import os
import threading
import time
from collections.abc import Callable
from time import perf_counter

from parcours.labs.spans import Span, merged
from parcours.labs.unwatched import unwatched
from parcours.labs.workers import worker_id
from parcours.machine import gil_enabled

Emit = Callable[[Span], None]

SHORT = 0.001
"""Seconds of a task when nobody watches."""

_PIECE = 2_000
"""Turns of the loop in one piece of work, about a tenth of a millisecond."""

_LATE = 0.0015
"""Seconds without progress after which a worker counts as held up."""

_REPORT = 0.04
"""Seconds after which a computing task emits what it has done so far, for pictures that move."""

_RATE = "PARCOURS_PIECES_PER_SECOND"

# Who computes in this process at the moment: decides what a hold-up was for.
_computing: set[int] = set()


def compute(index: int = 0, seconds: float = 0.1) -> list[Span]:
    """Compute for about `seconds` (alone on a core) and return the spans of that time.

    The amount of work is fixed before it begins, so it takes longer when the core or the GIL is
    shared. `index` labels the spans and makes the task fit `map`.
    """
    return _collected(compute_steps, index, seconds)


def wait(index: int = 0, seconds: float = 0.1) -> list[Span]:
    """Wait `seconds`, as for an answer from a network, and return the spans of that time."""
    return _collected(wait_steps, index, seconds)


async def compute_async(index: int = 0, seconds: float = 0.1) -> list[Span]:
    """Like `compute`, as a coroutine. It computes in one go: meanwhile the event loop stands still.

    Before that it lets the others begin, so that the time until its turn can be seen.
    """
    spans: list[Span] = []
    await compute_steps_async(spans.append, current_worker(), str(index), shrunk(seconds))
    return merged(spans)


async def wait_async(index: int = 0, seconds: float = 0.1) -> list[Span]:
    """Like `wait`, as a coroutine: while it waits, the event loop serves other tasks."""
    spans: list[Span] = []
    await wait_steps_async(spans.append, current_worker(), str(index), shrunk(seconds))
    return merged(spans)


def shrunk(seconds: float) -> float:
    """`seconds`, or almost nothing where nobody watches. ValueError when it is negative."""
    if seconds < 0:
        raise ValueError(f"a task cannot take {seconds} seconds: give a number from 0 up")
    return min(seconds, SHORT) if unwatched() else seconds


def current_worker() -> str:
    """The identity of the asyncio task that calls, and of the thread that it runs in."""
    import asyncio

    task = asyncio.current_task()
    return worker_id(task.get_name() if task else "")


def _collected(steps: Callable, index: int, seconds: float) -> list[Span]:
    spans: list[Span] = []
    steps(spans.append, worker_id(), str(index), shrunk(seconds))
    return merged(spans)


def compute_steps(emit: Emit, worker: str, label: str, seconds: float) -> None:
    """Do the work of `seconds` and emit its spans while it goes on."""
    pieces = max(1, round(seconds * pieces_per_second()))
    me = threading.get_ident()
    _computing.add(me)
    try:
        begun = last = perf_counter()
        switches = _times_slept()
        for _ in range(pieces):
            compute_turns(_PIECE)
            now = perf_counter()
            slept = _times_slept()
            if now - last > _LATE:
                if last > begun:
                    emit(Span(worker, "cpu", begun, last, label))
                emit(Span(worker, _reason(switches, slept), last, now, label))
                begun = now
            elif now - begun > _REPORT:
                emit(Span(worker, "cpu", begun, now, label))
                begun = now
            last, switches = now, slept
        if last > begun:
            emit(Span(worker, "cpu", begun, last, label))
    finally:
        _computing.discard(me)


def wait_steps(emit: Emit, worker: str, label: str, seconds: float) -> None:
    """Wait `seconds`. The span is emitted beforehand, its end being known: it can be drawn live."""
    begun = perf_counter()
    emit(Span(worker, "io", begun, begun + seconds, label))
    time.sleep(seconds)
    _emit_lateness(emit, worker, label, begun + seconds, "gil" if _gil_is_busy() else "ready")


async def compute_steps_async(emit: Emit, worker: str, label: str, seconds: float) -> None:
    """Let the other tasks begin, then compute: the wait for the event loop is emitted too."""
    import asyncio

    asked = perf_counter()
    await asyncio.sleep(0)
    _emit_lateness(emit, worker, label, asked, "gil")
    compute_steps(emit, worker, label, seconds)


async def wait_steps_async(emit: Emit, worker: str, label: str, seconds: float) -> None:
    """Wait `seconds`; if the event loop is busy when they are over, that wait is emitted too."""
    import asyncio

    begun = perf_counter()
    emit(Span(worker, "io", begun, begun + seconds, label))
    await asyncio.sleep(seconds)
    _emit_lateness(emit, worker, label, begun + seconds, "gil")


def _emit_lateness(emit: Emit, worker: str, label: str, due: float, kind: str) -> None:
    now = perf_counter()
    if now - due > _LATE:
        emit(Span(worker, kind, due, now, label))


def compute_turns(turns: int) -> int:
    """Compute for so many turns of a loop, and do nothing else: for tasks of any length."""
    total = 0
    for number in range(turns):
        total += number * number % 7
    return total


def turns_per_second() -> float:
    """How many turns of `compute_turns` one core does in a second."""
    return pieces_per_second() * _PIECE


def pieces_per_second() -> float:
    """How many pieces of work one core does in a second, measured once per process tree.

    Child processes find the figure in the environment, so that all of them do equal work.
    """
    known = os.environ.get(_RATE)
    if known is None:
        # Two threads may both measure: the first figure counts, for both of them.
        known = os.environ.setdefault(_RATE, f"{_measured_rate():.1f}")
    return float(known)


def _measured_rate() -> float:
    # CPU time, not elapsed time: others may be computing on the same core or hold the GIL.
    clock = time.thread_time if hasattr(time, "thread_time") else time.process_time
    best = 0.0
    for _ in range(10):
        begun, pieces = clock(), 0
        while (spent := clock() - begun) < 0.004:
            compute_turns(_PIECE)
            pieces += 1
        best = max(best, pieces / spent)
    return best


def _gil_is_busy() -> bool:
    return gil_enabled() and bool(_computing)


try:
    from resource import RUSAGE_THREAD, getrusage

    def _times_slept() -> int:
        """How often this thread gave its core away of its own accord (Linux)."""
        return getrusage(RUSAGE_THREAD).ru_nvcsw

except ImportError:

    def _times_slept() -> None:
        return None


def _reason(before: int | None, after: int | None) -> str:
    """Why a computing thread made no progress: it slept until it got the GIL, or had no core."""
    if not gil_enabled():
        return "ready"
    if before is None:
        return "gil" if len(_computing) > 1 else "ready"
    return "gil" if after != before else "ready"
