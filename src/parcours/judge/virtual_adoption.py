"""Names that were bound, and locks that were made, before the clock became virtual.

    adopt([function, names], replaced)

A notebook says `from time import sleep` and makes its locks in cells that ran long ago. So every
name of a module that stands for something replaced is bound anew, and everything that can be
reached from the learner's functions (globals, closures, defaults, attributes, containers) is walked
through: locks become virtual locks in the same state, conditions get their new lock.
"""

import _thread
import functools
import os
import queue
import sys
import threading
import time
import types
from collections import defaultdict, deque
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from parcours.judge.virtual_locks import VirtualLock, VirtualRLock

# What is below threads or the judge's own; and what waits for the world outside, in real time.
REAL = ("_thread", "importlib", "_frozen_importlib", "parcours.judge", "faulthandler")
OUTSIDE = ("subprocess", "multiprocessing", "socket", "selectors")
_ATOMS = (int, float, str, bytes, bool, complex, type(None))

_LOCK, _RLOCK = type(_thread.allocate_lock()), _thread.RLock
_SIMPLE_QUEUE = queue.SimpleQueue
_STANDARD = ("threading", "queue", "concurrent.futures", "functools", "collections", "sched")
_LIBRARY = str(Path(os.__file__).parent.resolve())
_PACKAGE = str(Path(__file__).parent.parent.resolve())


def rebind(replaced: dict[Any, Any]) -> None:
    """Bind the names of all modules anew that stand for something replaced."""
    new = {id(old): stand_in for old, stand_in in replaced.items()}
    real_time = types.ModuleType("time")
    vars(real_time).update(vars(time))
    for name, module in list(sys.modules.items()):
        if name.startswith(REAL) or not isinstance(module, types.ModuleType):
            continue
        names = vars(module)
        if name.startswith(OUTSIDE):
            if names.get("time") is time:
                names["time"] = real_time
            continue
        for key, value in list(names.items()):
            if id(value) in new:
                names[key] = new[id(value)]
    import sched

    scheduler = sched.scheduler.__init__
    scheduler.__defaults__ = tuple(new.get(id(v), v) for v in scheduler.__defaults__)


def adopt(roots: Iterable[Any], replaced: dict[Any, Any]) -> None:
    """Replace what is reachable from the learner's functions, and the pools' own lock."""
    walk = _Walk(replaced)
    for root in roots:
        walk.visit(root)
    import concurrent.futures.thread as pools

    pools._global_shutdown_lock = walk.swapped(pools._global_shutdown_lock)
    walk.run()


def is_learners(file: str) -> bool:
    """Whether a file holds code of a notebook or of a person's own module, not of a library."""
    if file.startswith("<"):
        return not file.startswith("<frozen")
    path = os.path.realpath(file)
    return not (
        path.startswith((_LIBRARY + os.sep, _PACKAGE + os.sep))
        or f"{os.sep}site-packages{os.sep}" in path
    )


class _Walk:
    def __init__(self, replaced: dict[Any, Any]):
        self._new = {id(old): stand_in for old, stand_in in replaced.items()}
        self._keep: list[Any] = []  # what was seen stays alive, so that its id stays its own
        self._seen: set[int] = set()
        self._todo: list[Any] = []

    def visit(self, value: Any) -> None:
        if id(value) not in self._seen:
            self._seen.add(id(value))
            self._keep.append(value)
            self._todo.append(value)

    def run(self) -> None:
        while self._todo:
            self._look_into(self._todo.pop())

    def swapped(self, value: Any) -> Any:
        """What takes the place of a value: a stand-in, a virtual lock, or the value itself."""
        if type(value) in _ATOMS:
            return value
        if id(value) in self._new:
            return self._new[id(value)]
        made = self._made_anew(value)
        if made is not None:
            self._keep.append(value)
            self._new[id(value)] = made
            return made
        self.visit(value)
        return value

    def _made_anew(self, value: Any) -> Any:
        kind = type(value)
        if kind is _LOCK:
            lock = VirtualLock()
            lock._holder = "somebody before" if value.locked() else None
            return lock
        if kind is _RLOCK or kind is threading._PyRLock:
            return VirtualRLock()
        if kind is _SIMPLE_QUEUE and kind is not queue._PySimpleQueue:
            made = queue._PySimpleQueue()
            while not value.empty():
                made.put(value.get())
            return made
        if kind is functools.partial:
            parts = [value.func, *value.args, *value.keywords.values()]
            new = [self.swapped(part) for part in parts]
            if all(one is other for one, other in zip(parts, new, strict=True)):
                return None
            count = 1 + len(value.args)
            keywords = dict(zip(value.keywords, new[count:], strict=True))
            return functools.partial(new[0], *new[1:count], **keywords)
        if kind in (staticmethod, classmethod) and id(value.__func__) in self._new:
            return kind(self._new[id(value.__func__)])
        if kind is tuple and any(type(v) in (_LOCK, _RLOCK) or id(v) in self._new for v in value):
            return tuple(self.swapped(item) for item in value)
        return None

    def _look_into(self, value: Any) -> None:
        if isinstance(value, dict):
            self._items(value)
            if isinstance(value, defaultdict):
                value.default_factory = self.swapped(value.default_factory)
        elif isinstance(value, (list, deque)):
            for index, item in enumerate(list(value)):
                new = self.swapped(item)
                if new is not item:
                    value[index] = new
        elif isinstance(value, (tuple, set, frozenset)):
            for item in list(value):
                self.visit(item)
        elif isinstance(value, types.FunctionType):
            self._function(value)
        elif isinstance(value, (types.MethodType, staticmethod, classmethod)):
            self.visit(value.__func__)
            self.visit(getattr(value, "__self__", None))
        elif isinstance(value, property):
            for part in (value.fget, value.fset, value.fdel):
                self.visit(part)
        elif isinstance(value, type):
            if self._is_learners(value):
                self._attributes(value, vars(value))
                for base in value.__mro__[1:]:
                    self.visit(base)
        elif isinstance(value, threading.Condition):
            threading.Condition.__init__(value, self.swapped(value._lock))
        elif isinstance(value, threading.Thread):
            self._thread(value)
        elif self._is_ours(type(value)):
            self._instance(value)

    def _items(self, names: dict) -> None:
        for key, item in list(names.items()):
            if isinstance(item, types.ModuleType):
                continue
            new = self.swapped(item)
            if new is not item:
                names[key] = new

    def _attributes(self, owner: Any, names: Any) -> None:
        for key, item in list(names.items()):
            new = self.swapped(item)
            if new is not item:
                setattr(owner, key, new)

    def _function(self, function: types.FunctionType) -> None:
        self.visit(getattr(function, "__wrapped__", None))
        if not is_learners(function.__code__.co_filename):
            return
        self.visit(function.__globals__)
        for cell in function.__closure__ or ():
            try:
                cell.cell_contents = self.swapped(cell.cell_contents)
            except ValueError:  # still empty
                continue
        if function.__defaults__:
            function.__defaults__ = tuple(self.swapped(v) for v in function.__defaults__)
        if function.__kwdefaults__:
            self._items(function.__kwdefaults__)
        self._items(vars(function))

    def _instance(self, value: Any) -> None:
        if isinstance(value, ThreadPoolExecutor):
            # Its threads, if it has any, wait outside of the scenario: it begins with new ones.
            value._threads, value._idle_semaphore = set(), threading.Semaphore(0)
        for name in {name for kind in type(value).__mro__ for name in _slots(kind)}:
            item = getattr(value, name, None)
            new = self.swapped(item)
            if new is not item:
                object.__setattr__(value, name, new)
        self._items(getattr(value, "__dict__", {}))

    def _thread(self, thread: threading.Thread) -> None:
        if thread.ident is not None:
            return  # it runs, or ran, outside of the scenario
        if hasattr(thread, "_handle"):
            # From 3.13 on a copy of a process takes every thread of its original for ended.
            thread._handle = type(thread._handle)()
        self._instance(thread)

    def _is_learners(self, kind: type) -> bool:
        module = sys.modules.get(kind.__module__)
        file = getattr(module, "__file__", None)
        return kind.__module__ in ("__main__", "__mp_main__") or (
            file is not None and is_learners(file)
        )

    def _is_ours(self, kind: type) -> bool:
        return any(
            self._is_learners(base) or base.__module__.startswith(_STANDARD)
            for base in kind.__mro__
        )


def _slots(kind: type) -> Iterable[str]:
    slots = vars(kind).get("__slots__", ())
    names = (slots,) if isinstance(slots, str) else tuple(slots)
    return [name for name in names if name not in ("__dict__", "__weakref__")]
