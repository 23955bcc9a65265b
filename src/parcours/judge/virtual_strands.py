"""What the scheduler of virtual time deals with: strands, what they wait for, spans of time.

    deadline = scheduler.now + nanoseconds(0.25)

A strand is one thread of a scenario. Times are whole nanoseconds of virtual time.
"""

import _thread
import threading
from asyncio import _get_running_loop
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from parcours.judge.virtual_clock import Scheduler

SECOND = 1_000_000_000


class Poller(Protocol):
    """What an event loop waits for besides its timers."""

    def ready(self) -> bool:
        """Whether something has come."""

    def is_connected(self) -> bool:
        """Whether sockets or pipes to the world outside are waited for."""

    def wait_really(self, seconds: float) -> bool:
        """Wait in real time until something has come; False when nothing did."""


class Strand:
    """One thread of the scenario; `place` is "main", "thread" or "process"."""

    def __init__(
        self, scheduler: "Scheduler", name: str, thread: threading.Thread | None, place: str
    ):
        self.scheduler, self.name, self.thread, self.place = scheduler, name, thread, place
        self.ident = 0
        self.waits = False
        self.timed_out = False
        self.done = False
        self.turn = 0  # how often it began or ended a wait: a timer of an earlier wait is void
        self.poller: Poller | None = None
        self.joiners: list[Strand] = []
        self.baton = _thread.allocate_lock()
        self.baton.acquire()


class Stall(NamedTuple):
    """Time that an event loop stood still: from when, how long (ns), and where in the code."""

    began: int
    length: int
    where: Any


def in_loop() -> bool:
    """Whether the calling thread is inside a running event loop."""
    return _get_running_loop() is not None


def nanoseconds(seconds: float) -> int:
    """Whole nanoseconds; never 0 for a wait, however short, or who waits for a rest would spin."""
    return max(1, round(seconds * SECOND)) if seconds > 0 else 0
