"""Stops a thread before every instruction of the learner's code that may touch what is shared.

    use(is_traced); with tracing(): function()

Python 3.11 calls back for every instruction (`sys.settrace`); from 3.12 on `sys.monitoring` is told
which instructions matter (and `sys.settrace` can crash 3.12). Only threads of the scenario stop.
"""

import atexit
import contextlib
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any

from parcours.judge.exploring.locks import scheduler
from parcours.judge.exploring.reach import access_of
from parcours.judge.exploring.sites import sites_of
from parcours.judge.exploring.steps import Step

MONITORING = sys.version_info >= (3, 12)
_tool = 0


def use(is_traced: Callable[[types.CodeType], bool]) -> None:
    """From now on this is the code in which threads stop. Once in a process."""
    answers: dict[types.CodeType, bool] = {}

    def traced(code: types.CodeType) -> bool:
        answer = answers.get(code)
        if answer is None:
            answer = answers[code] = is_traced(code)
        return answer

    scheduler().traced = traced
    if MONITORING:
        _monitor()


@contextlib.contextmanager
def tracing() -> Iterator[None]:
    """Stop in the calling thread."""
    if MONITORING:
        yield
        return
    sys.settrace(_called)
    try:
        yield
    finally:
        sys.settrace(None)


def _stop(me: Any, code: types.CodeType, offset: int, frame: types.FrameType) -> None:
    site = sites_of(code)[offset]
    access = access_of(site, frame)
    if access is None:
        return
    step = Step("access", None, site, access)
    step.frame = frame
    me.scheduler.touch(me, step)


# ---- Python 3.11 --------------------------------------------------------------------------------


def _called(frame: types.FrameType, event: str, argument: Any) -> Any:
    control = scheduler()
    if not control.traced(frame.f_code):
        return None
    frame.f_trace_opcodes, frame.f_trace_lines = True, False
    return _local


def _local(frame: types.FrameType, event: str, argument: Any) -> Any:
    control = scheduler()
    me = control.current()
    if me is None or event != "opcode":
        return _local
    control.tick(me)
    code, offset = frame.f_code, frame.f_lasti
    if offset in sites_of(code):
        _stop(me, code, offset, frame)
        # Python 3.11 writes back what the frame's variables were before this call, also those
        # that other threads share with it in a closure: make that what they are now.
        _ = frame.f_locals
    return _local


# ---- from Python 3.12 on ------------------------------------------------------------------------


def _monitor() -> None:
    global _tool
    monitoring = sys.monitoring
    _tool = next(n for n in (4, 3, 5, 2, 1, 0) if monitoring.get_tool(n) is None)
    monitoring.use_tool_id(_tool, "parcours")
    events = monitoring.events
    monitoring.register_callback(_tool, events.PY_START, _started)
    monitoring.register_callback(_tool, events.INSTRUCTION, _instruction)
    monitoring.register_callback(_tool, events.JUMP, _jumped)
    monitoring.set_events(_tool, events.PY_START)
    atexit.register(monitoring.set_events, _tool, 0)  # not while Python takes itself apart


def _started(code: types.CodeType, offset: int) -> Any:
    if scheduler().traced(code):
        events = sys.monitoring.events
        sys.monitoring.set_local_events(_tool, code, events.INSTRUCTION | events.JUMP)
    return sys.monitoring.DISABLE


def _instruction(code: types.CodeType, offset: int) -> Any:
    if offset not in sites_of(code):
        return sys.monitoring.DISABLE
    me = scheduler().current()
    if me is not None:
        _stop(me, code, offset, sys._getframe(1))
    return None


def _jumped(code: types.CodeType, offset: int, destination: int) -> Any:
    me = scheduler().current()
    if me is not None:
        me.scheduler.tick(me)
