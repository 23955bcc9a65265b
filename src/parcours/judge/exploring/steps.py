"""What threads say to the scheduler: steps, the choices made of them, and the threads themselves.

step = Step("acquire", lock);  strand.pending = step
"""

import _thread
import sys
import threading
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from parcours.judge.exploring.scheduler import Scheduler


class Ending(BaseException):
    """Unwinds the threads of a run that is over."""


class Diverged(Exception):
    """A replay came to a thread that cannot go on."""


class Step:
    """What a thread is about to do: take a lock, join, sleep, touch a variable."""

    __slots__ = ("access", "deadline", "frame", "kind", "object", "site")

    def __init__(self, kind: str, object: Any = None, site: Any = None, access: Any = None):
        self.kind, self.object, self.site, self.access = kind, object, site, access
        self.deadline: int | None = None
        self.frame: Any = None


class Decision(NamedTuple):
    """One choice: who could go on, who was at it, who was chosen; free: leaving was no pre-emption.

    All threads by number.
    """

    able: tuple[int, ...]
    current: int | None
    chosen: int
    free: bool

    @property
    def preempts(self) -> bool:
        return self.current is not None and self.chosen != self.current and not self.free


class Strategy(Protocol):
    """Who goes on."""

    def pick(self, able: "list[Strand]", current: "Strand | None") -> "Strand":
        """One of `able`; `current` is the thread at work when it is among them."""


class Strand:
    """One thread of the scenario."""

    def __init__(self, scheduler: "Scheduler", number: int, name: str, daemon: bool):
        self.scheduler, self.number, self.name, self.daemon = scheduler, number, name, daemon
        self.baton = _thread.allocate_lock()
        self.baton.acquire()
        self.thread: threading.Thread | None = None
        self.ident = 0
        self.pending = Step("begin")
        self.last: Step | None = None
        self.done = self.joined = self.timed_out = self.unseen = False
        self.held: list[Any] = []
        self.yields_to: set[Strand] = set()
        self.endings = self.alone = 0


def is_idle(strand: Strand) -> bool:
    """Whether a thread is a pool's that waits for work."""
    if strand.done or strand.pending.kind not in ("acquire", "wait"):
        return False
    frame, names = sys._current_frames().get(strand.ident), set()
    while frame is not None:
        if frame.f_code.co_filename.endswith("thread.py"):
            names.add(frame.f_code.co_name)
        frame = frame.f_back
    return "_worker" in names and "run" not in names
