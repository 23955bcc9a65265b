"""Lock and RLock whose waiting the scheduler knows; everything else of `threading` stands on them.

    lock = ModelLock(scheduler)     # in a thread of the scenario a model, elsewhere a real lock

A release never waits and lets nobody else go first: who gets a free lock is chosen when somebody
acquires it. What a run left locked is free in the next.
"""

import _thread
import sys
import threading
from typing import Any

from parcours.judge.exploring.scheduler import Scheduler
from parcours.judge.exploring.steps import Ending, Step, Strand
from parcours.judge.virtual_locks import _check as check

real_rlock = _thread.RLock
real_notify = threading.Condition.notify
_WAIT = threading.Condition.wait.__code__
_scheduler = Scheduler()


def scheduler() -> Scheduler:
    """The scheduler of this process."""
    return _scheduler


class ModelLock:
    """`threading.Lock`."""

    def __init__(self) -> None:
        self._real = _thread.allocate_lock()
        self._holder: Any = None
        self._from_before: Any = None
        self._run = 0
        # The lock by which one thread waits in Condition.wait: taken once for good, then waited for
        caller = sys._getframe(1)
        self.condition = caller.f_locals.get("self") if caller.f_code is _WAIT else None

    def held_before(self) -> None:
        """It was locked when the scenario came to know it."""
        self._from_before = "somebody before"

    def holder(self) -> Any:
        if self._run != _scheduler.runs:
            self._run, self._holder = _scheduler.runs, self._from_before
        return self._holder

    def is_free_for(self, strand: Strand) -> bool:
        return self.holder() is None

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        me = _scheduler.current()
        if me is None:
            return self._real.acquire(blocking, timeout)
        check(blocking, timeout)
        if self.condition is not None and self.holder() is None:
            self._holder = me
            return True
        kind = "wait" if self.condition is not None else "acquire"
        if not _taken(self, me, kind, blocking, timeout):
            return False
        self._holder = me
        if self.condition is None:
            me.held.append(self)
        return True

    def release(self) -> None:
        me = _scheduler.current()
        if me is None:
            self._real.release()
            return
        holder = self.holder()
        if holder is None:
            if _scheduler.ending:
                raise Ending
            raise RuntimeError("release unlocked lock")
        self._holder = None
        if isinstance(holder, Strand) and self in holder.held:
            holder.held.remove(self)
        if self.condition is None:
            _noted(me, self)

    def locked(self) -> bool:
        return self._real.locked() if _scheduler.current() is None else self.holder() is not None

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()

    _is_owned = locked

    def _at_fork_reinit(self) -> None:
        self._real = _thread.allocate_lock()

    acquire_lock, release_lock, locked_lock = acquire, release, locked


class ModelRLock:
    """`threading.RLock`."""

    condition = None

    def __init__(self) -> None:
        self._real = real_rlock()
        self._holder: Strand | None = None
        self._count = 0
        self._run = 0

    def holder(self) -> Strand | None:
        if self._run != _scheduler.runs:
            self._run, self._holder, self._count = _scheduler.runs, None, 0
        return self._holder

    def is_free_for(self, strand: Strand) -> bool:
        return self.holder() in (None, strand)

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        me = _scheduler.current()
        if me is None:
            return self._real.acquire(blocking, timeout)
        check(blocking, timeout)
        if self.holder() is me:
            self._count += 1
            return True
        if not _taken(self, me, "acquire", blocking, timeout):
            return False
        self._holder, self._count = me, 1
        me.held.append(self)
        return True

    def release(self) -> None:
        me = _scheduler.current()
        if me is None:
            self._real.release()
            return
        if self.holder() is not me:
            if _scheduler.ending:
                raise Ending
            raise RuntimeError("cannot release un-acquired lock")
        self._count -= 1
        if self._count == 0:
            self._let_go(me)

    def _let_go(self, me: Strand) -> None:
        self._holder = None
        if self in me.held:
            me.held.remove(self)
        _noted(me, self)

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()

    def locked(self) -> bool:
        return self.holder() is not None

    def _is_owned(self) -> bool:
        me = _scheduler.current()
        return self._real._is_owned() if me is None else self.holder() is me

    def _recursion_count(self) -> int:
        return self._count if self.holder() is _scheduler.current() else 0

    def _release_save(self) -> Any:
        me = _scheduler.current()
        if me is None:
            return self._real._release_save()
        count, self._count = self._count, 0
        self._let_go(me)
        return count

    def _acquire_restore(self, count: Any) -> None:
        if _scheduler.current() is None:
            self._real._acquire_restore(count)
            return
        self.acquire()
        self._count = count

    def _at_fork_reinit(self) -> None:
        self._real = real_rlock()


def notify(self: threading.Condition, n: int = 1) -> None:
    """`Condition.notify`, noted."""
    me = _scheduler.current()
    if me is not None:
        waiters = len(self._waiters)
        if not waiters:
            _scheduler.idle_notifies.append(self)
        if _scheduler.recorder is not None:
            _scheduler.recorder.notified(me, self, min(n, waiters))
    real_notify(self, n)


def _taken(lock: Any, me: Strand, kind: str, blocking: bool, timeout: float) -> bool:
    """Announce that a lock is wanted; False when it cannot be had (in time)."""
    if not blocking or timeout == 0:
        _scheduler.switch(me, Step("try", lock))
        return lock.is_free_for(me)
    step = Step(kind, lock)
    if timeout > 0:
        step.deadline = _scheduler.now + max(1, round(timeout * 1e9))
    _scheduler.switch(me, step)
    timed_out, me.timed_out = me.timed_out, False
    return not timed_out


def _noted(me: Strand, lock: Any) -> None:
    if _scheduler.recorder is not None and not _scheduler.ending:
        _scheduler.recorder.settle(me)
        _scheduler.recorder.released(me, lock, _scheduler.learners_frame())
