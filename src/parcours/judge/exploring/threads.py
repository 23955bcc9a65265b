"""Start, join and life of threads under the explorer, and what takes the place of what for good.

    adopt(roots, install())     # once, in a contestant that is used for nothing else

Names bound before (`from threading import Lock`) and locks made before are found and replaced by
`virtual_adoption`, here with the explorer's own locks.
"""

import _thread
import logging
import queue
import re
import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from parcours.judge import virtual_adoption
from parcours.judge.exploring.locks import ModelLock, ModelRLock, notify, scheduler
from parcours.judge.exploring.steps import Ending, Step, Strand
from parcours.judge.exploring.tracing import tracing
from parcours.judge.virtual_now import stand_ins

real_start, real_join = threading.Thread.start, threading.Thread.join
real_is_alive = threading.Thread.is_alive
real_new_pool = ThreadPoolExecutor.__init__
_COUNTED = re.compile(r"^(Thread|ThreadPoolExecutor)-\d+_?(.*)$")


def run_strand(strand: Strand, function: Any) -> None:
    """The life of a strand's thread."""
    error: BaseException | None = None
    try:
        strand.scheduler.begin(strand)
        with tracing():
            function()
    except Ending:
        pass
    except BaseException as raised:
        error = raised
    finally:
        strand.scheduler.end(strand, error)


def start(self: threading.Thread) -> None:
    """`Thread.start`."""
    control = scheduler()
    me = control.current()
    if me is None or self._started.is_set():
        real_start(self)
        return
    control.switch(me, Step("start", self))
    name = self.name
    counted = _COUNTED.match(name)
    if counted is not None:
        # Their numbers count through all runs of the process.
        number = len(control.strands)
        what = counted[2].strip() if counted[1] == "Thread" else "(pool)"
        name = f"thread {number} {what}".strip()
    strand = control.new_strand(name, self, self.daemon)
    strand.pending.frame = None
    self._strand = strand
    inner = self.run
    self.run = lambda: run_strand(strand, inner)
    me.unseen = True
    try:
        real_start(self)
    finally:
        me.unseen = False
        del self.run


def join(self: threading.Thread, timeout: float | None = None) -> None:
    """`Thread.join`."""
    control = scheduler()
    me, strand = control.current(), getattr(self, "_strand", None)
    if me is None or strand is None or strand is me or strand not in control.strands:
        real_join(self, timeout)
        return
    step = Step("join", strand)
    if timeout is not None:
        step.deadline = control.now + max(1, round(max(0.0, timeout) * 1e9))
    control.switch(me, step)
    me.timed_out = False


def is_alive(self: threading.Thread) -> bool:
    """`Thread.is_alive`."""
    strand = getattr(self, "_strand", None)
    if scheduler().current() is None or strand is None:
        return real_is_alive(self)
    return not strand.done


class Workers(dict):
    """The threads of a pool, in the order in which they began: a set's order changes by chance."""

    def add(self, thread: threading.Thread) -> None:
        self[thread] = None


def new_pool(self: ThreadPoolExecutor, *args: Any, **kwargs: Any) -> None:
    """`ThreadPoolExecutor.__init__`."""
    real_new_pool(self, *args, **kwargs)
    self._threads = Workers()


class _Walk(virtual_adoption._Walk):
    """The walk through what the learner's code reaches, with the explorer's locks."""

    def _made_anew(self, value: Any) -> Any:
        kind = type(value)
        if kind is virtual_adoption._LOCK:
            lock = ModelLock()
            if value.locked():
                lock.held_before()
            return lock
        if kind is virtual_adoption._RLOCK or kind is threading._PyRLock:
            return ModelRLock()
        return super()._made_anew(value)


def install() -> dict[Any, Any]:
    """Put the stand-ins in place; answers all: real -> its stand-in."""
    replaced = stand_ins(scheduler()) | {
        threading.Lock: ModelLock,
        _thread.allocate_lock: ModelLock,
        threading.RLock: ModelRLock,
        queue.SimpleQueue: queue._PySimpleQueue,
    }
    threading.Thread.start, threading.Thread.join = start, join
    threading.Thread.is_alive = is_alive
    threading.Condition.notify = notify
    ThreadPoolExecutor.__init__ = new_pool
    virtual_adoption.rebind(replaced)
    # What a pool says while a run is unwound is nobody's concern.
    logging.getLogger("concurrent.futures").disabled = True
    return replaced


def adopt(roots: Iterable[Any], replaced: dict[Any, Any]) -> None:
    """Replace what was made before and can be reached from the roots."""
    import concurrent.futures.thread as pools

    walk = _Walk(replaced)
    for root in roots:
        walk.visit(root)
    pools._global_shutdown_lock = walk.swapped(pools._global_shutdown_lock)
    walk.run()
