"""Every run begins alike: what the learner's code can reach is put back as it was before.

    memento = Memento([make, function]);  run();  memento.restore()

A notebook's counter is a global name, a cache an attribute of a class: without this the second run
would begin where the first one ended. Containers, attributes and names are restored in place.
"""

import threading
import types
from collections import deque
from collections.abc import Iterable
from typing import Any

from parcours.judge.exploring.locks import ModelLock, ModelRLock
from parcours.judge.virtual_adoption import is_learners

MOST = 20_000
_STANDARD = ("threading", "queue", "concurrent.futures")
_SKIPPED = frozenset(("In", "Out", "get_ipython", "exit", "quit"))


class Memento:
    """The state of everything that is reachable from the roots now."""

    def __init__(self, roots: Iterable[Any]):
        self._kept: list[tuple[Any, Any]] = []
        self._seen: dict[int, Any] = {}
        todo = list(roots)
        while todo and len(self._seen) < MOST:
            value = todo.pop()
            if id(value) not in self._seen:
                self._seen[id(value)] = value
                todo.extend(self._keep(value))

    def restore(self) -> None:
        """Put everything back."""
        for value, copy in self._kept:
            if isinstance(value, types.CellType):
                value.cell_contents = copy
            elif isinstance(value, _Names):
                value.names.update(copy)
            elif isinstance(value, type):
                _restore_class(value, copy)
            elif isinstance(value, (dict, set)):
                value.clear()
                value.update(copy)
            elif isinstance(value, list):
                value[:] = copy
            else:
                value.clear()
                value.extend(copy)

    def _keep(self, value: Any) -> list[Any]:
        if isinstance(value, types.FunctionType):
            return self._function(value)
        if isinstance(value, types.MethodType):
            return [value.__func__, value.__self__]
        if isinstance(value, (staticmethod, classmethod)):
            return [value.__func__]
        if isinstance(value, (type, types.ModuleType)):
            return self._class(value) if isinstance(value, type) else []
        if isinstance(value, (list, set, deque)):
            self._kept.append((value, list(value)))
            return list(value)
        if isinstance(value, (tuple, frozenset)):
            return list(value)
        if isinstance(value, dict):
            self._kept.append((value, dict(value)))
            return list(value.values())
        if self._is_kept(type(value)):
            own = getattr(value, "__dict__", None)
            if isinstance(own, dict):
                self._kept.append((own, dict(own)))
                return list(own.values())
        return []

    def _function(self, function: types.FunctionType) -> list[Any]:
        if not is_learners(function.__code__.co_filename):
            return []
        found: list[Any] = [
            *(function.__defaults__ or ()),
            *(function.__kwdefaults__ or {}).values(),
        ]
        for cell in function.__closure__ or ():
            try:
                contents = cell.cell_contents
            except ValueError:  # still empty
                continue
            self._kept.append((cell, contents))
            found.append(contents)
        names = function.__globals__
        if id(names) not in self._seen:
            self._seen[id(names)] = names
            own = {k: v for k, v in names.items() if k not in _SKIPPED and not k.startswith("_")}
            self._kept.append((_Names(names), own))
            found.extend(own.values())
        return found

    def _class(self, kind: type) -> list[Any]:
        if not self._is_learners(kind):
            return []
        own = {k: v for k, v in vars(kind).items() if not k.startswith("__")}
        self._kept.append((kind, own))
        return [*own.values(), *kind.__mro__[1:]]

    def _is_learners(self, kind: type) -> bool:
        functions = (v for v in vars(kind).values() if isinstance(v, types.FunctionType))
        code = next((function.__code__ for function in functions), None)
        known = kind.__module__ in ("__main__", "__mp_main__")
        return known or (code is not None and is_learners(code.co_filename))

    def _is_kept(self, kind: type) -> bool:
        if kind in (ModelLock, ModelRLock) or issubclass(kind, threading.Thread):
            return False
        return self._is_learners(kind) or kind.__module__.startswith((*_STANDARD, "types"))


class _Names:
    """The names of a module: those that were there are put back, new ones stay."""

    def __init__(self, names: dict[str, Any]):
        self.names = names


def _restore_class(kind: type, own: dict[str, Any]) -> None:
    for name, value in own.items():
        if vars(kind).get(name) is not value:
            setattr(kind, name, value)
    for name in [name for name in vars(kind) if not name.startswith("__") and name not in own]:
        delattr(kind, name)
