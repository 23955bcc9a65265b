"""Locks under the virtual clock, on which the standard library builds all that waits.

    lock = VirtualLock()
    lock.acquire(timeout=3600)      # no time passes out here

Condition, Event, Semaphore, Barrier, Queue, Future and ThreadPoolExecutor are the standard
library's own classes on top of these two. A lock is handed over to who asked first. Threads outside
of the scenario get a real lock, so that what the whole process shares goes on working.
"""

import _thread
import threading
from collections import deque
from typing import Any

from parcours.judge.virtual_clock import current
from parcours.judge.virtual_strands import Strand, nanoseconds

real_rlock = _thread.RLock


class VirtualLock:
    """`threading.Lock` under the virtual clock. Who asks first gets it first."""

    def __init__(self) -> None:
        self._real = _thread.allocate_lock()
        self._holder: Any = None
        self._waiters: deque[Strand] = deque()

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        me = current()
        if me is None:
            return self._real.acquire(blocking, timeout)
        _check(blocking, timeout)
        if self._is_free():
            self._holder = me
            return True
        if not blocking or timeout == 0:
            # A loop around it must not keep the holder from ever letting go.
            me.scheduler.pause()
            if self._is_free():
                self._holder = me
                return True
            return False
        return _queue_up(self._waiters, me, timeout)

    def release(self) -> None:
        if self._holder is None:
            self._real.release()  # held from before, or by a thread outside; raises if by nobody
        self._holder = _first(self._waiters)

    def locked(self) -> bool:
        return not self._is_free()

    def _is_free(self) -> bool:
        return self._holder is None and not self._real.locked()

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()

    # A Condition asks this, and would try to acquire the lock if it could not.
    _is_owned = locked

    def _at_fork_reinit(self) -> None:
        self.__init__()

    def __reduce__(self) -> Any:
        raise TypeError("cannot pickle '_thread.lock' object")

    acquire_lock, release_lock, locked_lock = acquire, release, locked


class VirtualRLock:
    """`threading.RLock` under the virtual clock."""

    def __init__(self) -> None:
        self._real = real_rlock()
        self._holder: Strand | None = None
        self._count = 0
        self._waiters: deque[Strand] = deque()

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        me = current()
        if me is None:
            return self._real.acquire(blocking, timeout)
        _check(blocking, timeout)
        if self._holder not in (None, me):
            if not blocking or timeout == 0:
                me.scheduler.pause()
                if self._holder is not None:
                    return False
            elif not _queue_up(self._waiters, me, timeout):
                return False
        self._holder = me
        self._count += 1
        return True

    def release(self) -> None:
        me = current()
        if me is None:
            self._real.release()
            return
        if self._holder is not me:
            raise RuntimeError("cannot release un-acquired lock")
        self._count -= 1
        if self._count == 0:
            self._holder = _first(self._waiters)

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()

    def locked(self) -> bool:
        return self._holder is not None

    def _is_owned(self) -> bool:
        me = current()
        return self._real._is_owned() if me is None else self._holder is me

    def _recursion_count(self) -> int:
        return self._count if self._holder is current() else 0

    def _release_save(self) -> Any:
        if current() is None:
            return self._real._release_save()
        count, self._count = self._count, 0
        self._holder = _first(self._waiters)
        return count

    def _acquire_restore(self, count: Any) -> None:
        if current() is None:
            self._real._acquire_restore(count)
            return
        self.acquire()
        self._count = count

    def _at_fork_reinit(self) -> None:
        self.__init__()

    def __reduce__(self) -> Any:
        raise TypeError("cannot pickle '_thread.RLock' object")


def _check(blocking: bool, timeout: float) -> None:
    """Refuse what a real lock refuses."""
    if timeout == -1:
        return
    if not blocking:
        raise ValueError("can't specify a timeout for a non-blocking call")
    if timeout < 0:
        raise ValueError("timeout value must be a non-negative number")
    if timeout > threading.TIMEOUT_MAX:
        raise OverflowError("timeout value is too large")


def _queue_up(waiters: deque[Strand], me: Strand, timeout: float) -> bool:
    """Wait until a release hands the lock over; False when the timeout came first."""
    waiters.append(me)
    deadline = None if timeout == -1 else me.scheduler.now + nanoseconds(timeout)
    if me.scheduler.wait(deadline):
        return True
    waiters.remove(me)
    return False


def _first(waiters: deque[Strand]) -> Strand | None:
    """Hand a lock over to the first who waits for it."""
    if not waiters:
        return None
    strand = waiters.popleft()
    strand.scheduler.wake(strand)
    return strand
