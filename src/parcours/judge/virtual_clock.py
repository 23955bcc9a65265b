"""One clock that jumps and one baton: threads run one at a time, and waiting takes no time.

    scheduler = Scheduler(horizon=60 * SECOND)
    scheduler.wait(deadline=scheduler.now + 5 * SECOND)     # in a thread of the scenario

Only the thread that has the baton runs. It hands the baton on where it has to wait, and nowhere
else; when every thread waits, the clock jumps to the earliest deadline and that thread goes on. So
what happens when is exact, the same each time, and costs no time. Nobody can go on and nothing has
a deadline: that is a deadlock, for certain. While a thread really works, the clock stands still.

This module knows nothing of locks and loops: see `virtual_threads` and `virtual_loop`. Threads that
do not belong to the scenario are never held up. Times are whole nanoseconds of virtual time.
"""

import _thread
import heapq
import itertools
import threading
from collections import deque
from collections.abc import Callable
from typing import Any

from parcours.judge.virtual_strands import Poller, Stall, Strand, in_loop

# Between two jumps of the clock nobody needs so many looks at it, or so many changes of turn.
MOST_READINGS = 200_000
# Real time never stands still: code such as `while end - monotonic() >= 0` relies on it. Who asks
# that often in one instant sees nanoseconds pass, but never so many that an answer would change.
SOME_READINGS, MOST_TICKS = 100, 5_000
MOST_TURNS = 200_000
MOST_JUMPS = 200_000
# Real seconds in which a socket or pipe may still bring something before the clock jumps on.
GRACE = 0.05

get_ident = _thread.get_ident


class Scheduler:
    """Whose turn it is, and what time it is. `how` says how the scenario ended, "" until then."""

    def __init__(self, horizon: int, locate: Callable[[], Any] = lambda: None):
        self.now = 0
        self.how = ""
        self.at_the_end: Any = None  # the strand at work when it ended
        self.over = _thread.allocate_lock()
        self.over.acquire()
        self.strands: list[Strand] = []
        self.stalls: list[Stall] = []
        self.outside: set[str] = set()  # what happened that no virtual clock can follow
        self._horizon, self._locate = horizon, locate
        self._by_ident: dict[int, Strand] = {}
        self._by_thread: dict[int, Strand] = {}
        self._runnable: deque[Strand] = deque()
        self._polling: list[Strand] = []
        self._timers: list[tuple[int, int, int, Strand]] = []
        self._order = itertools.count()
        self._settling: Strand | None = None
        self._readings = self._turns = self._jumps = 0

    # ---- threads --------------------------------------------------------------------------------

    def current(self) -> Strand | None:
        """The strand of the calling thread; None for threads that are not the scenario's."""
        return self._by_ident.get(get_ident())

    def strand_of(self, thread: threading.Thread) -> Strand | None:
        return self._by_thread.get(id(thread))

    def new_strand(self, thread: threading.Thread | None, place: str = "thread") -> Strand:
        """Make a strand; `enrol` gives it its first turn."""
        name = thread.name if thread is not None else f"thread {len(self.strands)}"
        strand = Strand(self, name, thread, place)
        self.strands.append(strand)
        if thread is not None:
            self._by_thread[id(thread)] = strand
        return strand

    def enrol(self, strand: Strand) -> None:
        """Its thread has been started: it goes on when it is its turn."""
        self._runnable.append(strand)

    def begin(self, strand: Strand, at_once: bool = False) -> None:
        """The first act of a strand's thread: wait for its first turn."""
        if not at_once:
            strand.baton.acquire()
        strand.ident = get_ident()
        self._by_ident[strand.ident] = strand

    def end(self, strand: Strand) -> None:
        """The last act of a strand's thread."""
        strand.done = True
        for joiner in strand.joiners:
            self.wake(joiner)
        self._by_ident.pop(strand.ident, None)
        following = self._next()
        if following is not None:
            following.baton.release()

    # ---- waiting --------------------------------------------------------------------------------

    def wait(self, deadline: int | None = None, poller: Poller | None = None) -> bool:
        """Wait for `wake`, or for what a poller waits for; False when the deadline came first."""
        me = self._by_ident[get_ident()]
        began = self.now
        me.turn += 1
        me.waits, me.timed_out, me.poller = True, False, poller
        if deadline is not None:
            heapq.heappush(self._timers, (deadline, next(self._order), me.turn, me))
        if poller is not None:
            self._polling.append(me)
        self._hand_over(me)
        if poller is not None:
            self._polling.remove(me)
        elif self.now > began + MOST_TICKS and in_loop():
            self.stalls.append(Stall(began, self.now - began, self._locate()))
        return not me.timed_out

    def wake(self, strand: Strand) -> None:
        """What a strand waits for has come: it goes on when it is its turn."""
        if strand.waits:
            strand.waits = False
            strand.turn += 1
            self._runnable.append(strand)

    def pause(self) -> None:
        """Let the others go on that can at this instant."""
        me = self._by_ident[get_ident()]
        self._runnable.append(me)
        self._hand_over(me)

    def settle(self) -> None:
        """Let the others go on until all of them wait; the clock does not jump."""
        me = self._by_ident[get_ident()]
        self._settling = me
        self._hand_over(me)

    def look(self) -> int:
        """What time it is, for code that asks: who asks for ever in one instant, polls."""
        self._readings += 1
        if self._readings > MOST_READINGS:
            self.finish("polls")
            self._freeze()
        if SOME_READINGS < self._readings <= SOME_READINGS + MOST_TICKS:
            self.now += 1
        return self.now

    # ---- the end --------------------------------------------------------------------------------

    def finish(self, how: str) -> None:
        """End the scenario: nobody gets the baton any more. Its threads stay where they are."""
        if not self.how:
            self.how = how
            self.at_the_end = self.current()
            self.over.release()

    def forget_threads(self) -> None:
        """In a copy of this process, where none of the threads is: time is real there."""
        self._by_ident.clear()

    def _freeze(self) -> None:
        lock = _thread.allocate_lock()
        lock.acquire()
        lock.acquire()

    # ---- whose turn it is -----------------------------------------------------------------------

    def _hand_over(self, me: Strand) -> None:
        following = self._next()
        if following is me:
            return
        if following is not None:
            following.baton.release()
        me.baton.acquire()

    def _next(self) -> Strand | None:
        """Who goes on; None when nobody does any more."""
        while not self.how:
            self._turns += 1
            if self._turns > MOST_TURNS:
                self.finish("spins")
                break
            for strand in self._polling:
                if strand.waits and strand.poller.ready():
                    self.wake(strand)
            if self._runnable:
                return self._runnable.popleft()
            if self._settling is not None:
                strand, self._settling = self._settling, None
                return strand
            if not self._something_comes():
                self._jump()
        return None

    def _something_comes(self) -> bool:
        """Whether a socket or pipe brings something within the grace, in real time."""
        pollers = [s.poller for s in self._polling if s.waits and s.poller.is_connected()]
        if not pollers:
            return False
        self.outside.add("sockets or pipes")
        return any(poller.wait_really(GRACE / len(pollers)) for poller in pollers)

    def _jump(self) -> None:
        """Everybody waits: go to the earliest deadline and wake the one who has it."""
        timers = self._timers
        # One at a time, also at the same instant: what the first does may end the others' waits.
        while timers:
            deadline, _, turn, strand = heapq.heappop(timers)
            if strand.turn != turn or not strand.waits:
                continue
            if deadline > self._horizon:
                self.finish("too late")
                return
            if deadline > self.now:
                self.now = deadline
                self._readings = self._turns = 0
                self._jumps += 1
                if self._jumps > MOST_JUMPS:
                    self.finish("endless")
                    return
            strand.timed_out = True
            self.wake(strand)
            return
        self.finish("deadlock")


_active: Scheduler | None = None


def use(scheduler: Scheduler) -> None:
    """From now on the scenario of this process is this scheduler's."""
    global _active
    _active = scheduler


def current() -> Strand | None:
    """The strand of the calling thread; None for threads that are not the scenario's."""
    return _active.current() if _active is not None else None
