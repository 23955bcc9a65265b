"""Values that cross from a contestant to the judge, in a form that cannot run code on arrival.

A contestant is never trusted, so nothing that it sends is unpickled. Plain values (numbers, text,
containers, dates, arrays, exceptions) are written as JSON with tags; anything else arrives as an
`Opaque`: its type's name and how it looked, equal to nothing.

    decode(encode([1, (2.5, "three")])) == [1, (2.5, "three")]
"""

import base64
import collections
import datetime
import decimal
import fractions
import json
from typing import Any

MAX_DEPTH = 200
MAX_BYTES = 128 * 1024 * 1024


class CodecError(ValueError):
    """A value is nested too deep or is too large to cross."""


class Opaque:
    """Stands for a value that does not cross. It is equal to nothing, not even to itself again."""

    def __init__(self, kind: str, looks: str = ""):
        self.kind = kind
        self.looks = looks

    def __repr__(self) -> str:
        return self.looks or f"<a {self.kind}>"


class Raised:
    """An exception that the learner's code raised: the names of its classes and its text."""

    def __init__(self, kinds: list[str], text: str):
        self.kinds = kinds
        self.text = text

    @property
    def kind(self) -> str:
        return self.kinds[0]

    def is_a(self, kind: type[BaseException]) -> bool:
        """Whether the exception was of this class or of one derived from it."""
        return qualified(kind) in self.kinds

    def __repr__(self) -> str:
        name = self.kind.rpartition(".")[2]
        return f"{name}: {self.text}" if self.text else name


def qualified(kind: type) -> str:
    """Return the full name of a class, without `builtins`."""
    module = getattr(kind, "__module__", "builtins")
    name = getattr(kind, "__qualname__", kind.__name__)
    return name if module == "builtins" else f"{module}.{name}"


def encode(value: Any) -> bytes:
    """Write a value as bytes. Raises CodecError when it is too deep or larger than 128 MB."""
    data = json.dumps(_pack(value, 0), separators=(",", ":")).encode("ascii")
    if len(data) > MAX_BYTES:
        raise CodecError(f"the value is {len(data) >> 20} MB large; at most 128 MB can be returned")
    return data


def decode(data: bytes) -> Any:
    """Read what `encode` wrote; builds plain values only. Raises CodecError for anything else."""
    try:
        return _unpack(json.loads(data))
    except CodecError:
        raise
    except Exception as error:
        raise CodecError(f"not a value of ours: {error}") from None


def _looks(value: Any) -> str:
    try:
        text = repr(value)
        return text if len(text) <= 200 else text[:197] + "..."
    except BaseException:
        return ""


def _pack(value: Any, depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise CodecError(f"the value is nested deeper than {MAX_DEPTH} levels")
    if value is None or value is True or value is False:
        return value
    # The unbound methods of the base classes are used, so that a subclass which redefines
    # comparison or conversion arrives as the plain value that it holds.
    if isinstance(value, str):
        return str.encode(value, "utf-8", "surrogatepass").decode("utf-8", "replace")
    if isinstance(value, int):
        return ["i", int.__format__(value, "x")]
    if isinstance(value, float):
        return ["f", float.hex(value)]
    for tag, kind in (("l", list), ("t", tuple), ("s", set), ("z", frozenset)):
        if isinstance(value, kind):
            return [tag, [_pack(item, depth + 1) for item in kind.__iter__(value)]]
    if isinstance(value, dict):
        pairs = dict.items(value)
        return ["d", [[_pack(k, depth + 1), _pack(v, depth + 1)] for k, v in pairs]]
    if isinstance(value, collections.deque):
        return ["q", [_pack(item, depth + 1) for item in collections.deque.__iter__(value)]]
    return _pack_rare(value, depth)


def _pack_rare(value: Any, depth: int) -> Any:
    if isinstance(value, complex):
        return ["c", float.hex(value.real), float.hex(value.imag)]
    if isinstance(value, (bytes, bytearray, memoryview)):
        tag = "B" if isinstance(value, bytearray) else "b"
        return [tag, base64.b64encode(bytes(value)).decode("ascii")]
    if type(value) is range:
        return ["r", value.start, value.stop, value.step]
    if type(value) is decimal.Decimal:
        return ["D", str(value)]
    if type(value) is fractions.Fraction:
        return ["F", str(value)]
    for tag, kind in _DATES.items():
        if type(value) is kind:
            return [tag, value.isoformat()]
    if type(value) is datetime.timedelta:
        return ["Td", value.days, value.seconds, value.microseconds]
    if isinstance(value, BaseException):
        return ["x", *_pack_exception(value)]
    packed = _pack_numpy(value)
    return packed if packed is not None else ["o", qualified(type(value)), _looks(value)]


def _pack_exception(error: BaseException) -> tuple[list[str], str]:
    kinds = [qualified(kind) for kind in type(error).__mro__ if issubclass(kind, BaseException)]
    try:
        text = str(error)
    except BaseException:
        text = ""
    return kinds, text[:2000]


def _pack_numpy(value: Any) -> Any:
    kind = type(value)
    if kind.__module__ != "numpy":
        return None
    import numpy

    if kind is numpy.ndarray and not value.dtype.hasobject:
        data = base64.b64encode(numpy.ascontiguousarray(value).tobytes()).decode("ascii")
        return ["n", value.dtype.str, list(value.shape), data]
    if isinstance(value, numpy.generic) and isinstance(value.item(), (bool, int, float, complex)):
        return _pack(value.item(), 0)
    return None


_DATES = {"Dt": datetime.datetime, "Da": datetime.date, "Ti": datetime.time}
_CONTAINERS = {"l": list, "t": tuple, "s": set, "z": frozenset, "q": collections.deque}


def _unpack(packed: Any) -> Any:
    if packed is None or isinstance(packed, (bool, str)):
        return packed
    tag, *rest = packed
    if tag in _CONTAINERS:
        return _CONTAINERS[tag](_unpack(item) for item in rest[0])
    if tag == "d":
        return {_unpack(key): _unpack(item) for key, item in rest[0]}
    if tag in _DATES:
        return _DATES[tag].fromisoformat(rest[0])
    return _PLAIN[tag](*rest)


def _array(dtype: str, shape: list[int], data: str) -> Any:
    import numpy

    kind = numpy.dtype(dtype)
    if kind.hasobject:
        raise CodecError("an array of objects does not cross")
    return numpy.frombuffer(base64.b64decode(data), dtype=kind).reshape(shape).copy()


_PLAIN = {
    "i": lambda text: int(text, 16),
    "f": float.fromhex,
    "c": lambda real, imag: complex(float.fromhex(real), float.fromhex(imag)),
    "b": base64.b64decode,
    "B": lambda text: bytearray(base64.b64decode(text)),
    "r": range,
    "D": decimal.Decimal,
    "F": fractions.Fraction,
    "Td": datetime.timedelta,
    "x": Raised,
    "n": _array,
    "o": Opaque,
}
