"""Values cross unharmed; nothing else comes across, and nothing runs on arrival."""

import collections
import datetime
import decimal
import fractions
import json
import math

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.judge.codec import CodecError, Opaque, Raised, decode, encode

plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.binary()
    | st.floats(allow_nan=False),
    lambda inner: (
        st.lists(inner)
        | st.lists(inner).map(tuple)
        | st.dictionaries(st.text() | st.integers(), inner)
        | st.frozensets(st.integers())
    ),
    max_leaves=20,
)


def kinds(value: object) -> object:
    """The types of a value, all the way down."""
    if isinstance(value, (list, tuple)):
        return type(value), [kinds(item) for item in value]
    if isinstance(value, dict):
        return dict, [(kinds(key), kinds(item)) for key, item in value.items()]
    return type(value)


@given(plain)
def test_plain_values_cross_with_their_kinds(value):
    back = decode(encode(value))
    assert back == value
    assert kinds(back) == kinds(value)


@pytest.mark.parametrize(
    "value",
    [
        2**5000,
        -0.0,
        math.inf,
        1 + 2j,
        bytearray(b"ab"),
        {1, "a", (2, 3)},
        range(3, 9, 2),
        collections.deque([1, 2]),
        decimal.Decimal("1.10"),
        fractions.Fraction(1, 3),
        datetime.date(2026, 1, 2),
        datetime.datetime(2026, 1, 2, 3, 4, tzinfo=datetime.UTC),
        datetime.timedelta(days=-1, microseconds=5),
    ],
)
def test_rarer_values_cross(value):
    back = decode(encode(value))
    assert back == value
    assert type(back) is type(value)


def test_nan_and_arrays_cross():
    assert math.isnan(decode(encode(float("nan"))))
    array = numpy.arange(6, dtype=numpy.int16).reshape(2, 3)
    back = decode(encode([array, numpy.float64(2.5)]))
    assert numpy.array_equal(back[0], array)
    assert back[0].dtype == array.dtype
    assert back[1] == 2.5


def test_exceptions_cross_with_the_names_of_their_classes():
    class MyError(KeyError):
        pass

    back = decode(encode(MyError("x")))
    assert isinstance(back, Raised)
    assert back.is_a(KeyError)
    assert back.is_a(LookupError)
    assert not back.is_a(ValueError)


def test_a_value_that_claims_to_be_equal_to_everything_arrives_as_a_stranger():
    class Equal:
        def __eq__(self, other):
            return True

        __hash__ = None

    back = decode(encode(Equal()))
    assert isinstance(back, Opaque)
    assert back != 42


def test_a_number_whose_comparison_was_redefined_arrives_as_the_number_it_holds():
    class Liar(int):
        def __eq__(self, other):
            return True

        __hash__ = int.__hash__

        def __format__(self, spec):
            return "ff"

    assert decode(encode(Liar(3))) == 3
    assert decode(encode([Liar(3)])) != [4]


def test_generators_are_not_run_on_the_way():
    ran = []

    def numbers():
        ran.append(1)
        yield 1

    assert decode(encode(numbers())).kind == "generator"
    assert ran == []


def test_too_deep_is_refused_with_a_sentence():
    deep: list = []
    for _ in range(1000):
        deep = [deep]
    with pytest.raises(CodecError, match="nested deeper"):
        encode(deep)


@pytest.mark.parametrize(
    "data",
    [b"", b"\x80\x04.", b'["unknown", 1]', b'["n", "|O", [1], "AAAAAAAAAAA="]', b'{"a": 1}', b"[1"],
)
def test_forged_bytes_are_refused(data):
    with pytest.raises(CodecError):
        decode(data)


def test_what_crosses_is_text():
    assert json.loads(encode({"a": (1, 2)}))[0] == "d"
