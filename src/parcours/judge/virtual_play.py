"""The contestant's side of `virtual_time`: plays one scenario under the virtual clock.

    report = play(names, "retry", pickled_scenario, horizon=3600 * SECOND)

The scenario gets the learner's function and a `Clock`, by which it notes what happens when. It runs
in a thread of its own; when it is over, all threads stay where they are and this process, which is
killed afterwards, tells the judge what was seen. Everything in the report is plain values.
"""

import gc
import inspect
import pickle
import sys
import threading
from collections.abc import Callable, Sequence
from typing import Any

from parcours.judge import virtual_adoption, virtual_loop, virtual_threads
from parcours.judge.virtual_clock import Scheduler, current
from parcours.judge.virtual_places import Places
from parcours.judge.virtual_strands import SECOND, in_loop, nanoseconds


class Clock:
    """What a scenario is given besides the learner's function."""

    def __init__(self, scheduler: Scheduler):
        self._scheduler = scheduler
        self._marks: list[list[Any]] = []

    def now(self) -> float:
        """Virtual seconds since the scenario began."""
        return self._scheduler.look() / SECOND

    def mark(self, label: str) -> None:
        """Note that something happens now."""
        strand = current()
        place = "loop" if in_loop() else strand.place if strand is not None else "outside"
        self._marks.append([self._scheduler.look(), str(label), place])

    def sleep(self, seconds: float) -> None:
        """Wait, as `time.sleep` does."""
        self._scheduler.wait(self._scheduler.now + nanoseconds(seconds))

    def work(self, seconds: float) -> None:
        """Compute for so long: whoever calls this does nothing else meanwhile, a loop included."""
        self._scheduler.wait(self._scheduler.now + nanoseconds(seconds))

    def together(self, functions: Sequence[Callable[[], Any]]) -> list[Any]:
        """Call each function in a thread of its own; answers their results, or raises for one."""
        results: list[Any] = [None] * len(functions)
        errors: list[BaseException] = []

        def call(index: int, function: Callable[[], Any]) -> None:
            try:
                results[index] = function()
            except BaseException as error:
                errors.append(error)

        threads = [
            threading.Thread(target=call, args=(index, function), name=f"caller {index + 1}")
            for index, function in enumerate(functions)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if errors:
            raise errors[0]
        return results


class _Stage:
    """One scenario: what it gave, and when it was over."""

    def __init__(self, horizon: int):
        self.places = Places()
        self.scheduler = Scheduler(horizon, self.places.here)
        self.clock = Clock(self.scheduler)
        self.given: dict[str, Any] = {}
        self.end: int | None = None
        self.died: list[list[Any]] = []

    def prepare(self, names: dict[str, Any], name: str, packed: bytes) -> threading.Thread:
        """Make time virtual in this process; answers the thread that is to play."""
        thread = threading.Thread(target=self._play, name="MainThread", daemon=True)
        self._open = threading.Lock()
        self._open.acquire()
        thread.start()
        replaced = virtual_threads.install(self.scheduler) | virtual_loop.install(self.scheduler)
        virtual_adoption.rebind(replaced)
        # Only now: what the scenario names is found in modules whose names are bound anew.
        self.scenario = pickle.loads(packed)
        self.function = names[name]
        virtual_adoption.adopt([self.function, names, self.scenario], replaced)
        self.function = names[name]
        self.places.know(self.scenario, self.function)
        self._note_deaths()
        gc.disable()
        self._strand = self.scheduler.new_strand(thread, "main")
        return thread

    def run(self) -> None:
        self._open.release()
        self.scheduler.over.acquire()

    def _play(self) -> None:
        self._open.acquire()
        self.scheduler.begin(self._strand, at_once=True)
        try:
            value = self.scenario(self.function, self.clock)
            if inspect.iscoroutine(value):
                value = virtual_loop.play(self.scheduler, value)
            self.given = {"value": value}
        except BaseException as error:
            self.given = {"raised": error, "where": self.places.raised(error)}
        self.end = self.scheduler.now
        self.scheduler.settle()
        virtual_loop.settle()
        self.scheduler.finish("returned")

    def _note_deaths(self) -> None:
        hook = threading.excepthook

        def note(args: Any) -> None:
            if current() is not None and args.exc_type is not SystemExit:
                name = getattr(args.thread, "name", "a thread")
                error = args.exc_value if args.exc_value is not None else args.exc_type()
                self.died.append([name, error, self.places.raised(error)])
            hook(args)

        threading.excepthook = note

    def report(self) -> dict[str, Any]:
        scheduler, frames = self.scheduler, sys._current_frames()
        alive = [strand for strand in scheduler.strands if not strand.done]
        tasks = virtual_loop.tasks_left()
        found = [(task.get_name(), self.places.of_task(task)) for task in tasks]
        # A thread that runs a loop waits for what the tasks of the loop wait for.
        known = any(place for _, place in found)
        for strand in alive:
            if strand.poller is None or not strand.waits or not known:
                found.append((strand.name, self.places.of_frame(frames.get(strand.ident))))
        waits = [{"who": who, **(place or {})} for who, place in found]
        left = [
            strand.name
            for strand in alive
            if strand is not self._strand and not self.places.is_idle(frames.get(strand.ident))
        ]
        at = scheduler.at_the_end
        stopped = self.places.of_frame(frames.get(at.ident)) if at is not None else None
        return {
            "how": scheduler.how,
            "now": scheduler.now,
            "end": self.end,
            "marks": list(self.clock._marks),
            "stalls": [list(stall) for stall in scheduler.stalls[:100]],
            "waits": waits[:20],
            "stopped": stopped,
            "threads left": left[:20],
            "tasks left": [task.get_name() for task in tasks[:20]],
            "died": self.died[:20],
            "outside": sorted(scheduler.outside),
            **self.given,
        }


def play(names: dict[str, Any], name: str, packed: bytes, horizon: int) -> dict[str, Any]:
    """Play a scenario with the function `name`; answers what was seen, as plain values."""
    stage = _Stage(horizon)
    try:
        stage.prepare(names, name, packed)
    except Exception as error:
        return {"unplayable": f"{type(error).__name__}: {error}"}
    stage.run()
    return stage.report()
