"""An event loop under the virtual clock: nothing is ready, so the clock goes to the next timer.

    value = play(scheduler, coroutine)

It is asyncio's own selector loop; only the selector and `time()` are ours. `asyncio.sleep`,
`timeout`, `wait_for`, `call_later` are exact. Work in other threads (`to_thread`,
`run_in_executor`) takes its turns as every thread does, so the clock never jumps past it. Sockets
and pipes are polled, and given some real milliseconds before each jump.
"""

import asyncio
import selectors
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from parcours.judge.virtual_clock import Scheduler
from parcours.judge.virtual_now import MONOTONIC_BASE
from parcours.judge.virtual_strands import SECOND, nanoseconds

loops: list["VirtualLoop"] = []


class VirtualSelector(selectors.BaseSelector):
    """Waits on the virtual clock; sees real descriptors through a selector of the system."""

    def __init__(self, scheduler: Scheduler):
        self._scheduler = scheduler
        self._inner = selectors.DefaultSelector()
        self.when_idle: Callable[[], None] | None = None

    def select(self, timeout: float | None = None) -> list[Any]:
        scheduler = self._scheduler
        if scheduler.current() is None:
            return self._inner.select(timeout)
        found = self._inner.select(0)
        if found:
            return found
        if timeout is not None and timeout <= 0:
            scheduler.pause()
        elif self.when_idle is not None:
            scheduler.settle()
            if not self.ready():
                self.when_idle()
        else:
            scheduler.wait(
                None if timeout is None else scheduler.now + nanoseconds(timeout), poller=self
            )
        return self._inner.select(0)

    def ready(self) -> bool:
        return bool(self._inner.select(0))

    def is_connected(self) -> bool:
        # One descriptor is the loop's own, by which other threads wake it.
        return len(self._inner.get_map()) > 1

    def wait_really(self, seconds: float) -> bool:
        return bool(self._inner.select(seconds))

    def register(self, fileobj: Any, events: int, data: Any = None) -> Any:
        return self._inner.register(fileobj, events, data)

    def unregister(self, fileobj: Any) -> Any:
        return self._inner.unregister(fileobj)

    def modify(self, fileobj: Any, events: int, data: Any = None) -> Any:
        return self._inner.modify(fileobj, events, data)

    def get_map(self) -> Mapping:
        return self._inner.get_map()

    def close(self) -> None:
        self._inner.close()


class VirtualLoop(asyncio.SelectorEventLoop):
    """asyncio's loop on the virtual clock."""

    def __init__(self, scheduler: Scheduler):
        self._scheduler = scheduler
        self.virtual_selector = VirtualSelector(scheduler)
        super().__init__(self.virtual_selector)
        # Timers that are due within a tick of the clock run together; on Windows a tick is 16 ms.
        self._clock_resolution = 1e-9
        loops.append(self)

    def time(self) -> float:
        return (MONOTONIC_BASE + self._scheduler.look()) / SECOND


def install(scheduler: Scheduler) -> dict[Any, Any]:
    """Let `asyncio.run` use the virtual loop; answers real function -> its stand-in."""
    real = asyncio.new_event_loop

    def new_event_loop() -> asyncio.AbstractEventLoop:
        return real() if scheduler.current() is None else VirtualLoop(scheduler)

    return {real: new_event_loop}


def play(scheduler: Scheduler, coroutine: Coroutine) -> Any:
    """Run a coroutine to its end; its loop stays, with the tasks that it left."""
    return VirtualLoop(scheduler).run_until_complete(coroutine)


def settle() -> None:
    """Let every loop that does not run go on with what can go on at this instant."""
    for loop in loops:
        if not loop.is_closed() and not loop.is_running():
            loop.virtual_selector.when_idle = loop.stop
            loop.run_forever()


def tasks_left() -> list[asyncio.Task]:
    """Tasks that have not ended, of all loops."""
    return [
        task
        for loop in loops
        if not loop.is_closed()
        for task in asyncio.all_tasks(loop)
        if not task.done()
    ]
