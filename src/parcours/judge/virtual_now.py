"""Sleep and clocks of the scenario: `time.sleep`, `time.monotonic`, `datetime.now` and the like.

    replaced = clocks(scheduler)        # real function -> its stand-in

For threads outside of the scenario they are as they were. `process_time` and `thread_time` stay:
they measure work, and work is real.
"""

import datetime
import operator
import threading
import time
from typing import Any

from parcours.judge.virtual_clock import Scheduler
from parcours.judge.virtual_strands import SECOND, nanoseconds

# Monotonic clocks begin anywhere but at 0, else `last = 0` would look right; floats near this
# number are exact to 15 picoseconds.
MONOTONIC_BASE = 65_536 * SECOND


def stand_ins(scheduler: Scheduler) -> dict[Any, Any]:
    """Real function or class -> its stand-in."""
    wall_base = int(time.time()) * SECOND
    bases = {"monotonic": MONOTONIC_BASE, "perf_counter": MONOTONIC_BASE, "time": wall_base}
    made: dict[Any, Any] = {time.sleep: _sleep(scheduler)}
    for name, base in bases.items():
        real, real_ns = getattr(time, name), getattr(time, name + "_ns")
        made[real] = _clock(scheduler, real, base, SECOND)
        made[real_ns] = _clock(scheduler, real_ns, base, None)
    made[datetime.datetime] = _datetime(made[time.time])
    return made


def _clock(scheduler: Scheduler, real: Any, base: int, unit: int | None) -> Any:
    def clock() -> Any:
        if scheduler.current() is None:
            return real()
        count = base + scheduler.look()
        return count if unit is None else count / unit

    return _named(clock, real)


def _named(stand_in: Any, real: Any) -> Any:
    """Pickle finds it by its name; in another process that is the real one."""
    stand_in.__module__ = real.__module__
    stand_in.__name__ = stand_in.__qualname__ = real.__name__
    return stand_in


def _sleep(scheduler: Scheduler) -> Any:
    real = time.sleep

    def sleep(seconds: float, /) -> None:
        if scheduler.current() is None:
            real(seconds)
            return
        if not isinstance(seconds, float):
            seconds = operator.index(seconds)
        if not seconds >= 0:
            raise ValueError("sleep length must be non-negative")
        if seconds > threading.TIMEOUT_MAX:
            raise OverflowError("timestamp too large to convert to C PyTime_t")
        if seconds == 0:
            scheduler.pause()
        else:
            scheduler.wait(scheduler.now + nanoseconds(seconds))

    return _named(sleep, real)


def _datetime(now: Any) -> type:
    real = datetime.datetime

    class Kind(type(real)):
        # What was made before, or by C code, is a datetime still.
        def __instancecheck__(cls, value: Any) -> bool:
            return isinstance(value, real)

    class VirtualDatetime(real, metaclass=Kind):
        def __new__(cls, *args: Any, **kwargs: Any) -> datetime.datetime:
            # What it makes is what it would have been; only a learner's own subclass is kept.
            return real.__new__(real if cls is VirtualDatetime else cls, *args, **kwargs)

        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> datetime.datetime:
            return real.fromtimestamp(now(), tz)

        @classmethod
        def utcnow(cls) -> datetime.datetime:
            return real.fromtimestamp(now(), datetime.UTC).replace(tzinfo=None)

        @classmethod
        def today(cls) -> datetime.datetime:
            return cls.now()

    return _named(VirtualDatetime, real)
