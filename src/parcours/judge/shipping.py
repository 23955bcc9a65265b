"""Sends a function from a learner's kernel (or a test's process) to a contestant.

    contestant.define("f", pack(f))

cloudpickle takes along what the function needs from its notebook. Locks and the like cannot be
copied while somebody holds them, but a fresh one serves a fresh process just as well.
"""

import io
import queue
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import cloudpickle


class CannotShip(ValueError):
    """The function uses something that exists in its own process only. `str()` is a sentence."""


_FRESH: dict[type, Callable[[Any], tuple]] = {
    type(threading.Lock()): lambda _: (threading.Lock, ()),
    type(threading.RLock()): lambda _: (threading.RLock, ()),
    threading.local: lambda _: (threading.local, ()),
    queue.SimpleQueue: lambda _: (queue.SimpleQueue, ()),
    ThreadPoolExecutor: lambda pool: (ThreadPoolExecutor, (pool._max_workers,)),
}


class _Pickler(cloudpickle.Pickler):
    def reducer_override(self, value: Any) -> Any:
        fresh = _FRESH.get(type(value))
        return fresh(value) if fresh is not None else super().reducer_override(value)


def pack(function: Callable) -> bytes:
    """Pickle a function with what it needs. Raises CannotShip with a sentence."""
    buffer = io.BytesIO()
    try:
        _Pickler(buffer).dump(function)
    except Exception as error:
        name = getattr(function, "__name__", "the function")
        raise CannotShip(
            f"`{name}` uses something that cannot be copied into a process of its own ({error}); "
            "make it inside the function"
        ) from None
    return buffer.getvalue()
