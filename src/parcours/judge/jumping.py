"""A wall clock that jumps while a learner's function runs.

The clock on the wall may be set at any moment (by hand, by the network, at the end of summer time);
only a monotonic clock measures how long something took. `install` gives the contestant a wall clock
that jumps by some seconds at every second reading; `time.monotonic` and `time.perf_counter`
stay as they are.
"""

import datetime as _datetime
import time as _time
from typing import Any


def install(names: dict[str, Any], seconds: float) -> None:
    """Make the wall clock jump by `seconds` between readings, also under names bound earlier."""
    real_time, real_time_ns, real_datetime = _time.time, _time.time_ns, _datetime.datetime
    readings = 0

    def offset() -> float:
        nonlocal readings
        readings += 1
        return (readings - 1) * seconds

    def time() -> float:
        return real_time() + offset()

    def time_ns() -> int:
        return real_time_ns() + int(offset() * 1_000_000_000)

    class JumpingDatetime(real_datetime):
        @classmethod
        def now(cls, tz: _datetime.tzinfo | None = None) -> _datetime.datetime:
            return real_datetime.now(tz) + _datetime.timedelta(seconds=offset())

        @classmethod
        def utcnow(cls) -> _datetime.datetime:
            return real_datetime.fromtimestamp(real_time(), _datetime.UTC).replace(
                tzinfo=None
            ) + _datetime.timedelta(seconds=offset())

        @classmethod
        def today(cls) -> _datetime.datetime:
            return cls.now()

    replaced = {
        id(real_time): time,
        id(real_time_ns): time_ns,
        id(real_datetime): JumpingDatetime,
    }
    _time.time, _time.time_ns, _datetime.datetime = time, time_ns, JumpingDatetime
    for name, value in list(names.items()):
        if id(value) in replaced:
            names[name] = replaced[id(value)]
