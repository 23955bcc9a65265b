"""The same tasks by every kind of executor: serial, threads, processes, asyncio, interpreters.

    >>> spans = []
    >>> run(Plan("threads", workers=2, work="waiting", tasks=2, seconds=0.001), spans.append)
    >>> {span.kind for span in spans}
    {'io'}

Spans are emitted while the run goes on. From child processes and subinterpreters they come back
through a pipe of their own, so that a picture can be drawn before the tasks have ended.
"""

import importlib
import multiprocessing
import os
import sys
import threading
from collections.abc import Callable

from parcours.labs.plan import Plan
from parcours.labs.spans import Span
from parcours.labs.tasks import (
    Emit,
    compute_steps,
    compute_steps_async,
    current_worker,
    shrunk,
    wait_steps,
    wait_steps_async,
)
from parcours.labs.workers import worker_id

Steps = list[tuple[str, float]]

# In a child process: where its spans go. Set when the process starts.
_emit: Emit | None = None


def run(plan: Plan, emit: Emit) -> None:
    """Run the plan to its end; `emit` gets every span, from any thread of this process."""
    jobs = [
        (str(index + 1), [(kind, shrunk(seconds)) for kind, seconds in plan.steps(index)])
        for index in range(plan.tasks)
    ]
    _RUN[plan.executor](jobs, plan.workers, emit)


def start_method() -> str:
    """How The Bench starts processes: by the quickest way that is safe on this system."""
    offered = multiprocessing.get_all_start_methods()
    return "forkserver" if "forkserver" in offered and sys.platform != "darwin" else "spawn"


def perform(label: str, steps: Steps, emit: Emit) -> None:
    """Do one task's steps, one after another, in whatever worker calls."""
    worker = worker_id()
    for kind, seconds in steps:
        (compute_steps if kind == "cpu" else wait_steps)(emit, worker, label, seconds)


def _serial(jobs: list, workers: int, emit: Emit) -> None:
    for label, steps in jobs:
        perform(label, steps, emit)


def _threads(jobs: list, workers: int, emit: Emit) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(workers) as pool:
        for future in [pool.submit(perform, label, steps, emit) for label, steps in jobs]:
            future.result()


def _asyncio(jobs: list, workers: int, emit: Emit) -> None:
    import asyncio

    async def work(left: list) -> None:
        worker = current_worker()
        while left:
            label, steps = left.pop(0)
            for kind, seconds in steps:
                do = compute_steps_async if kind == "cpu" else wait_steps_async
                await do(emit, worker, label, seconds)

    async def work_together() -> None:
        left = list(jobs)
        await asyncio.gather(*(work(left) for _ in range(workers)))

    asyncio.run(work_together())


def _processes(jobs: list, workers: int, emit: Emit) -> None:
    from concurrent.futures import ProcessPoolExecutor

    context = multiprocessing.get_context(start_method())
    spans = context.SimpleQueue()
    collector = _collecting(spans.get, emit)
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_send_by, initargs=(spans,))
    try:
        with pool:
            for future in [pool.submit(_perform_here, *job) for job in jobs]:
                future.result()
    finally:
        spans.put(None)
        collector.join()
        spans.close()


def _interpreters(jobs: list, workers: int, emit: Emit) -> None:
    from concurrent.futures import InterpreterPoolExecutor

    # A pipe between interpreters of one process: each writes short whole lines.
    reading, writing = os.pipe()
    with os.fdopen(reading, encoding="utf-8") as lines:
        collector = _collecting(lambda: _parsed(lines.readline()), emit)
        try:
            with InterpreterPoolExecutor(workers) as pool:
                for future in [pool.submit(_perform_into, writing, *job) for job in jobs]:
                    future.result()
        finally:
            os.close(writing)
            collector.join()


_RUN: dict[str, Callable[[list, int, Emit], None]] = {
    "serial": _serial,
    "threads": _threads,
    "processes": _processes,
    "asyncio": _asyncio,
    "interpreters": _interpreters,
}


def _collecting(take: Callable[[], Span | None], emit: Emit) -> threading.Thread:
    """A thread that emits what `take` gives, until that is None."""

    def collect() -> None:
        while (span := take()) is not None:
            emit(Span(*span))

    thread = threading.Thread(target=collect, name="spans", daemon=True)
    thread.start()
    return thread


def _parsed(line: str) -> Span | None:
    if not line:
        return None
    worker, kind, start, end, label = line.rstrip("\n").split("\t")
    return Span(worker, kind, float(start), float(end), label)


def _perform_here(label: str, steps: Steps) -> None:
    perform(label, steps, _emit)


def _send_by(spans) -> None:
    global _emit
    _emit = spans.put


def _perform_into(descriptor: int, label: str, steps: Steps) -> None:
    # An initializer could not set a global of this module for the tasks that come later.
    def write(span: Span) -> None:
        worker, kind, start, end, told = span
        os.write(descriptor, f"{worker}\t{kind}\t{start!r}\t{end!r}\t{told}\n".encode())

    perform(label, steps, write)


def warm_up() -> None:
    """Import and start what the first run of an executor would have to wait for."""
    for name in ("asyncio", "concurrent.futures.process", "concurrent.futures.thread"):
        importlib.import_module(name)
    if start_method() == "forkserver":
        multiprocessing.set_forkserver_preload(["parcours.labs.executors"])
        first = multiprocessing.get_context("forkserver").Process(target=worker_id)
        first.start()
        first.join()
