"""A run as plain rows: who did what at which line, to what, and what its value was afterwards.

    recorder = Recorder();  scheduler.reset(Replay(choices), racy, recorder);  recorder.rows

Only replays are recorded: looking at values costs time. A row is a dict of plain values, so that it
can cross to the judge. Values of the learner's own classes are told by their class alone, since
their `__repr__` is code that may wait or lie.
"""

import sys
import threading
import types
from collections import deque
from typing import Any

from parcours.judge.exploring.reach import NOTHING, attribute, resolve
from parcours.judge.exploring.scheduler import Scheduler
from parcours.judge.exploring.steps import Step, Strand

MOST_ROWS = 4000
_LIBRARY = ("threading", "queue", "concurrent")
_ENTERED = {"__enter__": "acquire", "__exit__": "release"}
_SPOKEN = {
    ("ThreadPoolExecutor", "submit"): "pool.submit",
    ("ThreadPoolExecutor", "map"): "pool.map",
    ("ThreadPoolExecutor", "__exit__"): "pool.shutdown",
}
_KINDS = {"acquire": "takes", "try": "tries", "wait": "wakes", "sleep": "sleeps", "join": "joins"}


class Recorder:
    """Collects the rows of one run."""

    def __init__(self, scheduler: Scheduler):
        self._scheduler = scheduler
        self.rows: list[dict[str, Any]] = []
        self._open: dict[int, tuple[dict[str, Any], Step]] = {}
        self._objects: dict[str, list[Any]] = {}
        self.locks = LockNames(self)

    def note(self, me: Strand, step: Step) -> None:
        """A step is done next."""
        if self._scheduler.quiet or len(self.rows) >= MOST_ROWS:
            return
        if step.kind == "access":
            row = self._row(me, step.site.kind, step.frame, step.site.line)
            row["name"] = step.site.text
            row["shared"] = step.site.key in self._scheduler.racy
            self._open[me.number] = (row, step)
        elif step.kind in _KINDS:
            row = self._row(me, _KINDS[step.kind], step.frame)
            called = library_call(sys._getframe(1), self._scheduler.traced)
            if called and step.kind in ("acquire", "try"):
                row["kind"], row["name"] = "calls", called
            elif step.kind in ("acquire", "try"):
                row["name"] = self.locks.name(step.object, step.frame)
                if step.kind == "try" and not step.object.is_free_for(me):
                    row["kind"] = "fails to take"
            elif step.kind == "wait":
                row["name"] = self.locks.name(step.object.condition, step.frame)
            elif step.kind == "join":
                row["name"] = step.object.name
        else:
            return
        self.rows.append(row)

    def released(self, me: Strand, lock: Any, frame: Any) -> None:
        inner = library_call(sys._getframe(1), self._scheduler.traced)
        if not self._scheduler.quiet and not inner:
            row = self._row(me, "gives back", frame)
            row["name"] = self.locks.name(lock, frame)
            self.rows.append(row)

    def notified(self, me: Strand, condition: Any, woken: int) -> None:
        inner = library_call(sys._getframe(1), self._scheduler.traced)
        if not self._scheduler.quiet and not inner:
            frame = self._scheduler.learners_frame()
            row = self._row(me, "notifies", frame)
            row["name"], row["woken"] = self.locks.name(condition, frame), woken
            self.rows.append(row)

    def settle(self, me: Strand) -> None:
        """The step before is done: what is the value now?"""
        row, step = self._open.pop(me.number, (None, None))
        if row is None:
            return
        site, frame = step.site, step.frame
        value: Any = NOTHING
        owner: Any = NOTHING
        if site.scope == "global":
            value = frame.f_globals.get(site.name, NOTHING)
        elif site.scope == "cell":
            value = frame.f_locals.get(site.name, NOTHING)
        elif site.scope == "attribute":
            owner = resolve(site.chain, frame)
            value = attribute(owner, site.name) if owner is not NOTHING else NOTHING
        else:
            chain = site.chain[:-1] if site.scope == "call" else site.chain
            value = resolve(chain, frame) if chain else NOTHING
            if value is NOTHING and site.chains:
                chain, value = site.chains[0], resolve(site.chains[0], frame)
            row["call"] = site.text
            row["name"] = "".join(_said(part) for part in chain) or site.text
            if len(chain) > 1:
                owner = resolve(chain[:-1], frame)
        if value is not NOTHING and not isinstance(value, (types.FunctionType, property)):
            row["value"] = looks(value)
        row["variables"] = self._numbers(step)
        if owner is not NOTHING and not isinstance(owner, (dict, list, types.ModuleType)):
            row["owner"] = self.numbered(owner)

    def numbered(self, value: Any) -> list[Any]:
        """The class of an object and which one of its class it is: ["Account", 2]."""
        kind = type(value).__name__
        known = self._objects.setdefault(kind, [])
        for number, one in enumerate(known, 1):
            if one is value:
                return [kind, number]
        known.append(value)
        return [kind, len(known)]

    def _numbers(self, step: Step) -> list[int]:
        """Small numbers for variables: equal for the same variable."""
        found = []
        for variable in step.access.variables:
            known = self._objects.setdefault("\N{NULL}", [])
            if variable not in known:
                known.append(variable)
            found.append(known.index(variable))
        # The objects stay alive, so that their ids stay their own.
        self._objects.setdefault("frames", []).append(step.frame)
        return found

    def _row(self, me: Strand, kind: str, frame: Any, line: int = 0) -> dict[str, Any]:
        where = frame.f_code.co_filename if frame is not None else ""
        line = line or (frame.f_lineno if frame is not None else 0)
        return {"who": me.number, "kind": kind, "name": "", "file": where, "line": line or 0}


def library_call(frame: Any, traced: Any) -> str:
    """The call of the library that a lock is part of, such as "Queue.get"; "" for a bare lock."""
    what = ""
    while frame is not None and not traced(frame.f_code):
        owner = frame.f_locals.get("self")
        kind = type(owner)
        if kind.__module__.startswith(_LIBRARY) and kind is not threading.Condition:
            name = frame.f_code.co_name
            plain = kind.__name__.removeprefix("_Py")
            what = _SPOKEN.get((plain, name)) or f"{plain}.{_ENTERED.get(name, name)}"
        frame = frame.f_back
    return what


class LockNames:
    """Names for locks that mean the same in every thread."""

    def __init__(self, recorder: Recorder):
        self._recorder = recorder
        self._names: dict[int, str] = {}
        self._kept: list[Any] = []

    def name(self, lock: Any, frame: Any) -> str:
        lock = getattr(lock, "_outer", lock)
        if id(lock) not in self._names:
            self._kept.append(lock)
            found = _find(lock, frame, self._recorder) if frame is not None else ""
            if not found:
                return "a lock"
            self._names[id(lock)] = found
        return self._names[id(lock)]


def _find(lock: Any, frame: types.FrameType, recorder: Recorder) -> str:
    """A global name, else an attribute or item of what is in reach, else a local name."""
    for name, value in list(frame.f_globals.items()):
        if not name.startswith("_") and (value is lock or _guards(value, lock)):
            return name
    own = list(frame.f_locals.items())
    for name, value in own + list(frame.f_globals.items()):
        if name.startswith("__") or isinstance(value, (types.ModuleType, type)):
            continue
        found = _inside(value, lock)
        if found:
            kind, number = recorder.numbered(value)
            plain = isinstance(value, (list, tuple, dict))
            return f"{name}{found}" if plain else f"{kind}#{number}{found}"
    return next((name for name, value in own if value is lock or _guards(value, lock)), "")


def _inside(value: Any, lock: Any) -> str:
    if isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            if item is lock or _guards(item, lock):
                return f"[{index}]"
    own = value if isinstance(value, dict) else getattr(value, "__dict__", None)
    if isinstance(own, dict):
        for name, item in list(own.items()):
            found = "" if item is lock or _guards(item, lock) else None
            if found is None and isinstance(item, (list, tuple)):
                found = _inside(item, lock) or None
            if found is not None:
                return f"[{name!r}]{found}" if isinstance(value, dict) else f".{name}{found}"
    return ""


def _guards(value: Any, lock: Any, depth: int = 2) -> bool:
    """Whether a lock is the one inside a Condition, Event, Queue or the like."""
    if depth == 0 or not type(value).__module__.startswith(("threading", "queue", "concurrent")):
        return False
    own = getattr(value, "__dict__", {})
    return any(v is lock or _guards(v, lock, depth - 1) for v in list(own.values()))


def looks(value: Any, depth: int = 3) -> str:
    """How a value looks, without running the learner's code."""
    if isinstance(value, type):
        return value.__name__
    if value is None or type(value) in (int, float, str, bytes, bool, complex, range):
        return _cut(repr(value))
    kind = type(value)
    if depth and kind in (list, tuple, set, frozenset, deque):
        items = ", ".join(looks(item, depth - 1) for item in list(value)[:8])
        if len(value) > 8:
            items += ", ..."
        if kind is tuple:
            return _cut(f"({items})")
        return _cut(f"[{items}]" if kind in (list, deque) else f"{{{items}}}")
    if depth and isinstance(value, dict):
        items = list(dict.items(value))[:8]
        pairs = ", ".join(f"{looks(k, 1)}: {looks(v, depth - 1)}" for k, v in items)
        return _cut(f"{{{pairs}}}")
    if isinstance(value, threading.Event):
        return "set" if value._flag else "not set"
    return f"a {kind.__name__}"


def _said(part: Any) -> str:
    if isinstance(part, str):
        return part
    how, what = part
    if how == ".":
        return f".{what}"
    return f"[{what!r}]" if how == "[]" else f"[{what}]"


def _cut(text: str) -> str:
    return text if len(text) <= 40 else text[:37] + "..."
