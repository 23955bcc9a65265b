"""Threads under the virtual clock: what starts and ends them, and what else has to be replaced.

    replaced = install(scheduler)       # once, in a contestant that is used for nothing else

Answers every function and class that is replaced, with its stand-in; names that are bound to them
are the matter of `virtual_adoption`. Only what blocks at the bottom is replaced: locks, sleep, the
start and end of a thread, `SimpleQueue`, and the pool of processes.
"""

import _thread
import functools
import os
import queue
import subprocess
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing.pool import Pool
from multiprocessing.process import BaseProcess
from typing import Any

from parcours.judge.virtual_clock import Scheduler, current, use
from parcours.judge.virtual_locks import VirtualLock, VirtualRLock
from parcours.judge.virtual_now import stand_ins
from parcours.judge.virtual_strands import Strand, nanoseconds

real_join, real_is_alive = threading.Thread.join, threading.Thread.is_alive
real_wait_for_updates = getattr(Pool, "_wait_for_updates", None)
real_new_thread = _thread.start_new_thread
real_joinable_thread = getattr(_thread, "start_joinable_thread", None)


def _run(strand: Strand, function: Any, args: tuple, kwargs: dict[str, Any]) -> None:
    strand.scheduler.begin(strand)
    try:
        function(*args, **kwargs)
    finally:
        strand.scheduler.end(strand)


def _strand_for(function: Any) -> Strand | None:
    me = current()
    if me is None:
        return None
    owner = getattr(function, "__self__", None)
    place = "process" if me.place == "process" else "thread"
    thread = owner if isinstance(owner, threading.Thread) else None
    return me.scheduler.new_strand(thread, place)


def start_new_thread(function: Any, args: tuple = (), kwargs: dict[str, Any] | None = None) -> int:
    """`_thread.start_new_thread`; what `Thread.start` calls up to Python 3.12."""
    strand = _strand_for(function)
    if strand is None:
        return real_new_thread(function, args, kwargs or {})
    ident = real_new_thread(_run, (strand, function, args, kwargs or {}))
    strand.scheduler.enrol(strand)
    return ident


def start_joinable_thread(function: Any, handle: Any = None, daemon: bool = True) -> Any:
    """`_thread.start_joinable_thread`; what `Thread.start` calls from Python 3.13 on."""
    strand = _strand_for(function)
    if strand is None:
        return real_joinable_thread(function, handle=handle, daemon=daemon)
    started = real_joinable_thread(
        lambda: _run(strand, function, (), {}), handle=handle, daemon=daemon
    )
    strand.scheduler.enrol(strand)
    return started


def join(self: threading.Thread, timeout: float | None = None) -> None:
    """`Thread.join`."""
    me = current()
    strand = me.scheduler.strand_of(self) if me is not None else None
    if strand is None or strand is me:
        return real_join(self, timeout)
    if not strand.done:
        strand.joiners.append(me)
        deadline = None if timeout is None else me.scheduler.now + nanoseconds(timeout)
        if not me.scheduler.wait(deadline):
            strand.joiners.remove(me)
            return None
    # It has done all that it had to do: this takes no time, and clears the thread away.
    return real_join(self)


def is_alive(self: threading.Thread) -> bool:
    """`Thread.is_alive`."""
    me = current()
    strand = me.scheduler.strand_of(self) if me is not None else None
    if strand is None:
        return real_is_alive(self)
    return not strand.done


class VirtualProcessPool(ThreadPoolExecutor):
    """`ProcessPoolExecutor`: the same life on the clock, in threads that count as processes."""

    def __init__(
        self,
        max_workers: int | None = None,
        mp_context: Any = None,
        initializer: Any = None,
        initargs: tuple = (),
        **_: Any,
    ):
        workers = max_workers or os.cpu_count() or 1
        super().__init__(workers, "process", self._begin, (initializer, initargs))

    @staticmethod
    def _begin(initializer: Any, initargs: tuple) -> None:
        me = current()
        if me is not None:
            me.place = "process"
        if initializer is not None:
            initializer(*initargs)


class _Pipe:
    """By which a `multiprocessing.pool.ThreadPool` wakes the thread that looks after its others."""

    def __init__(self, notifier: Any):
        self._notifier = notifier

    def ready(self) -> bool:
        return not self._notifier.empty()

    def is_connected(self) -> bool:
        return False

    def wait_really(self, seconds: float) -> bool:
        return self.ready()


def _wait_for_updates(sentinels: Any, change_notifier: Any, timeout: float | None = None) -> None:
    """`Pool._wait_for_updates`; a ThreadPool's would keep the baton while it waits."""
    me = current()
    if me is None or list(sentinels) != [change_notifier._reader]:
        real_wait_for_updates(sentinels, change_notifier, timeout)
        return
    deadline = None if timeout is None else me.scheduler.now + nanoseconds(timeout)
    me.scheduler.wait(deadline, poller=_Pipe(change_notifier))
    while not change_notifier.empty():
        change_notifier.get()


def _noted(start: Any) -> Any:
    """Note that a process is started: it lives in real time, and so does who waits for it."""

    @functools.wraps(start)
    def noting(*args: Any, **kwargs: Any) -> Any:
        me = current()
        if me is not None:
            me.scheduler.outside.add("processes")
        return start(*args, **kwargs)

    return noting


def install(scheduler: Scheduler) -> dict[Any, Any]:
    """Put the stand-ins of threads in place, for good; answers all: real -> its stand-in."""
    use(scheduler)
    replaced = stand_ins(scheduler) | {
        threading.Lock: VirtualLock,
        _thread.allocate_lock: VirtualLock,
        threading.RLock: VirtualRLock,
        queue.SimpleQueue: queue._PySimpleQueue,
        ProcessPoolExecutor: VirtualProcessPool,
        real_new_thread: start_new_thread,
    }
    _thread.start_new_thread = start_new_thread
    if real_joinable_thread is not None:
        _thread.start_joinable_thread = start_joinable_thread
        replaced[real_joinable_thread] = start_joinable_thread
    threading.Thread.join, threading.Thread.is_alive = join, is_alive
    if real_wait_for_updates is not None:
        Pool._wait_for_updates = staticmethod(_wait_for_updates)
    for kind, name in ((BaseProcess, "start"), (subprocess.Popen, "__init__")):
        setattr(kind, name, _noted(getattr(kind, name)))
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=scheduler.forget_threads)
    return replaced
