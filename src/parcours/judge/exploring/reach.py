"""Which object an instruction touches, found without running any of the learner's code.

    access = access_of(site, frame)     # Access(variables, write) or None: nothing that is shared

Attributes are looked up in instances and classes themselves: no property, `__getattr__` or
`__getitem__` is called.
"""

import types
from typing import Any, NamedTuple

from parcours.judge.exploring.sites import Chain, Site

NOTHING = object()
_ATOMS = (int, float, str, bytes, bool, complex, type(None), range, type)
_CODE = (
    types.FunctionType,
    types.BuiltinFunctionType,
    types.MethodType,
    types.ModuleType,
    type,
    property,
    staticmethod,
    classmethod,
    types.MethodDescriptorType,
    types.WrapperDescriptorType,
)
_MODELLED = ("threading", "queue", "concurrent.futures", "parcours.judge", "_thread", "time")
# Methods of the library's synchronisation that look at it, or change it, without a lock.
_PEEKS = frozenset(("is_set", "set", "clear", "locked", "done", "empty", "qsize", "full"))
UNKNOWN = ("unknown",)


class Access(NamedTuple):
    """What one step touches: keys of the variables (equal in one run when the same), and how."""

    variables: tuple[tuple, ...]
    write: bool


def access_of(site: Site, frame: types.FrameType) -> Access | None:
    """What the instruction that comes next in a frame touches; None when no thread can see it."""
    write = site.kind == "write"
    if site.scope == "global":
        value = frame.f_globals.get(site.name, NOTHING)
        if not write and (value is NOTHING or isinstance(value, _CODE)):
            return None
        return Access((("global", id(frame.f_globals), site.name),), write)
    if site.scope == "cell":
        if not write and isinstance(frame.f_locals.get(site.name), _CODE):
            return None
        return Access((("cell", site.name),), write)
    if site.scope == "attribute":
        return _attribute(site, frame, write)
    if site.scope == "content":
        owner = resolve(site.chain, frame)
        if owner is NOTHING:
            return Access((UNKNOWN,), write)
        return None if _is_atom(owner) else Access((("content", id(owner)),), write)
    return _call(site, frame, write)


def _attribute(site: Site, frame: types.FrameType, write: bool) -> Access | None:
    owner = resolve(site.chain, frame)
    if owner is NOTHING:
        return Access((("attribute", site.name),), write)
    if isinstance(owner, types.ModuleType):
        return None
    value = attribute(owner, site.name)
    if not write and isinstance(value, _CODE):
        return None  # a method, which is called next
    return Access((("attribute", id(owner), site.name),), write)


def _call(site: Site, frame: types.FrameType, write: bool) -> Access | None:
    function = resolve(site.chain, frame) if site.chain else NOTHING
    owner = resolve(site.chain[:-1], frame) if len(site.chain) > 1 else NOTHING
    module = getattr(type(owner), "__module__", "") if owner is not NOTHING else ""
    if isinstance(owner, types.ModuleType):
        module = owner.__name__
    if str(module).startswith(_MODELLED):
        # These stop by themselves, at the locks within.
        if site.name in _PEEKS:
            return Access((("content", id(owner)),), write)
        return None
    if isinstance(function, types.FunctionType | types.MethodType):
        return None  # its own instructions are looked at
    if isinstance(function, type) and getattr(function, "__module__", "") != "builtins":
        return None
    found = []
    for chain in site.chains:
        value = resolve(chain, frame)
        if value is not NOTHING and not _is_atom(value) and not isinstance(value, _CODE):
            found.append(("content", id(value)))
    if not found:
        return None if site.chain else Access((UNKNOWN,), write)
    return Access(tuple(found), write)


def resolve(chain: Chain, frame: types.FrameType) -> Any:
    """The object at a chain; NOTHING when it cannot be told without running code."""
    if not chain:
        return NOTHING
    name, *steps = chain
    value = frame.f_locals.get(name, NOTHING)
    if value is NOTHING:
        value = frame.f_globals.get(name, NOTHING)
    if value is NOTHING:
        builtins = frame.f_builtins
        value = builtins.get(name, NOTHING)
    for how, what in steps:
        if value is NOTHING:
            return NOTHING
        if how == ".":
            value = attribute(value, what)
        else:
            index = frame.f_locals.get(what, NOTHING) if how == "[n]" else what
            value = _item(value, index)
    return value


def attribute(owner: Any, name: str) -> Any:
    """An attribute as it is stored; NOTHING when only code could tell."""
    if isinstance(owner, types.ModuleType):
        return vars(owner).get(name, NOTHING)
    if isinstance(owner, type):
        return _in_classes(owner, name)
    stored = _in_classes(type(owner), name)
    if isinstance(stored, types.MemberDescriptorType):
        try:
            return stored.__get__(owner)
        except AttributeError:
            return NOTHING
    try:
        own = object.__getattribute__(owner, "__dict__")
    except AttributeError:
        own = {}
    if isinstance(stored, property):
        return stored
    return own.get(name, stored)


def _in_classes(kind: type, name: str) -> Any:
    for base in kind.__mro__:
        if name in vars(base):
            return vars(base)[name]
    return NOTHING


def _item(value: Any, index: Any) -> Any:
    if type(value) in (list, tuple) and type(index) is int and -len(value) <= index < len(value):
        return value[index]
    if type(value) is dict and type(index) in (int, str):
        return value.get(index, NOTHING)
    return NOTHING


def _is_atom(value: Any) -> bool:
    return type(value) in _ATOMS
