"""Where in the learner's code something happens, and what it waits for there.

    {"line": 12, "function": "acquire", "what": "Condition.wait"}

The innermost line that is the learner's counts: neither the standard library's, nor the judge's,
nor the teacher's scenario.
"""

import asyncio
import contextlib
import inspect
import sys
import traceback
import types
from collections.abc import Iterator
from typing import Any

from parcours.judge.virtual_adoption import is_learners

_POOL = "thread.py"


class Places:
    """Tells the learner's code from all other code."""

    def __init__(self) -> None:
        self._scenario: types.CodeType | None = None
        self._files: set[str] = set()

    def know(self, scenario: Any, function: Any) -> None:
        """Note which code is the teacher's, and which files are surely the learner's."""
        self._scenario = getattr(scenario, "__code__", None)
        found = [function, *vars(function).values()] if isinstance(function, type) else [function]
        self._files = {code.co_filename for f in found if (code := getattr(f, "__code__", None))}

    def is_learners(self, code: types.CodeType) -> bool:
        """Whether code is the learner's."""
        return is_learners(code.co_filename) and not self._is_scenarios(code)

    def _is_scenarios(self, code: types.CodeType) -> bool:
        scenario = self._scenario
        if scenario is None or code.co_filename != scenario.co_filename:
            return code.co_filename == "<test cell>"
        within = code.co_qualname.startswith(scenario.co_qualname)
        return code.co_filename not in self._files or within

    def here(self) -> dict[str, Any] | None:
        """Where the calling thread is."""
        return self.of_frame(sys._getframe(1))

    def of_frame(self, frame: types.FrameType | None) -> dict[str, Any] | None:
        """The place of a thread whose innermost frame this is; None: nowhere in learner's code."""
        what = ""
        while frame is not None:
            code = frame.f_code
            if self.is_learners(code):
                return {"line": frame.f_lineno, "function": code.co_name, "what": what}
            # The outermost call of a library: `Queue.get`, not the lock below it.
            if not self._is_scenarios(code):
                what = _called(frame)
            frame = frame.f_back
        return None

    def of_task(self, task: asyncio.Task) -> dict[str, Any] | None:
        """Where a task waits."""
        found = None
        for frame in _chain(task.get_coro()):
            if self.is_learners(frame.f_code):
                found = {"line": frame.f_lineno, "function": frame.f_code.co_name, "what": ""}
            elif found is not None and not found["what"]:
                found["what"] = _called(frame)
        return found

    def raised(self, error: BaseException) -> dict[str, Any]:
        """The innermost line of the learner's in an exception's traceback."""
        found: dict[str, Any] = {}
        with contextlib.suppress(Exception):
            for frame, line in traceback.walk_tb(error.__traceback__):
                if self.is_learners(frame.f_code):
                    found = {"line": line, "function": frame.f_code.co_name}
        return found

    def is_idle(self, frame: types.FrameType | None) -> bool:
        """Whether a thread is a pool's that waits for work."""
        names = set()
        while frame is not None:
            if frame.f_code.co_filename.endswith(_POOL):
                names.add(frame.f_code.co_name)
            frame = frame.f_back
        return "_worker" in names and "run" not in names


def _chain(coroutine: Any) -> Iterator[types.FrameType]:
    """The frames of a coroutine and of what it awaits, from the outside in."""
    while coroutine is not None:
        if inspect.iscoroutine(coroutine):
            frame, coroutine = coroutine.cr_frame, coroutine.cr_await
        elif inspect.isgenerator(coroutine):
            frame, coroutine = coroutine.gi_frame, coroutine.gi_yieldfrom
        elif inspect.isasyncgen(coroutine):
            frame, coroutine = coroutine.ag_frame, coroutine.ag_await
        else:
            return
        if frame is not None:
            yield frame


def _called(frame: types.FrameType) -> str:
    """The name of what was called: `Condition.wait`, `time.sleep`."""
    name = frame.f_code.co_name
    owner = frame.f_locals.get("self")
    if name in ("work", "sleep") and type(owner).__name__ == "Clock":
        return "computing" if name == "work" else "time.sleep"
    if owner is not None:
        kind = type(owner).__name__.removeprefix("Virtual")
        return f"{kind}.{'acquire' if name in ('__enter__', '__aenter__') else name}"
    if frame.f_globals.get("__name__", "").startswith("asyncio"):
        return f"asyncio.{name}"
    return "time.sleep" if name == "sleep" else name
