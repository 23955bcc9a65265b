"""Properties in `examples`: generated inputs, the same each time, made small when they fail."""

import sys
from pathlib import Path

import pytest

from parcours import checks

SORTED = """
    from hypothesis import strategies as st
    checks.examples(order, checks.given(st.lists(st.integers()), expected=sorted))"""
HIDDEN = SORTED.replace("expected=sorted", "expected=sorted, note='lists of numbers'")
# A merge of two sorted lists, as a student writes it.
MERGE = """
    from hypothesis import strategies as st
    _lists = st.lists(st.integers(0, 9)).map(sorted)
    checks.examples(
        merge,
        checks.case([1, 3], [2], returns=[1, 2, 3]),
        checks.given(_lists, _lists, expected=lambda a, b: sorted(a + b)))"""

RIGHT = {
    "builtin": (SORTED, "order = lambda numbers: sorted(numbers)"),
    "insertion": (
        SORTED,
        """
        import bisect
        def order(numbers):
            out = []
            for n in numbers: bisect.insort(out, n)
            return out""",
    ),
    "in_place": (
        SORTED,
        """
        def order(numbers):
            numbers.sort()
            return numbers""",
    ),
    "merge_of_heapq": (
        MERGE,
        """
        import heapq
        def merge(a, b): return list(heapq.merge(a, b))""",
    ),
    "merge_by_hand": (
        MERGE,
        """
        def merge(a, b):
            out = []
            while a and b:
                out.append(a.pop(0) if a[0] <= b[0] else b.pop(0))
            return out + a + b""",
    ),
}
WRONG = {
    "loses_duplicates": (
        SORTED,
        "def order(numbers): return sorted(set(numbers))",
        "`order([0, 0])`: expected [0, 0], it returned [0].",
    ),
    "does_nothing": (
        SORTED,
        "def order(numbers): return numbers",
        "`order([0, -1])`: expected [-1, 0], it returned [0, -1].",
    ),
    "backwards": (
        SORTED,
        "def order(numbers): return sorted(numbers, reverse=True)",
        "`order([0, 1])`: expected [0, 1], it returned [1, 0].",
    ),
    "raises": (
        SORTED,
        "def order(numbers): return [min(numbers)] + sorted(numbers)[1:]",
        "`order([])`: it raised ValueError",
    ),
    "a_tuple": (
        SORTED,
        "def order(numbers): return tuple(sorted(numbers))",
        "`order([])`: expected [], it returned ().",
    ),
    "ends_the_process": (
        SORTED,
        """
        import os
        def order(numbers):
            if len(numbers) > 2: os._exit(3)
            return sorted(numbers)""",
        "no answer, the process ended itself with exit code 3",
    ),
    "hangs": (
        SORTED.replace("expected=sorted)", "expected=sorted), seconds=1"),
        """
        def order(numbers):
            while len(numbers) > 2: pass
            return sorted(numbers)""",
        "no answer, it did not end",
    ),
    "stub": (
        SORTED,
        "def order(numbers): raise NotImplementedError",
        "`order` is not written yet.",
    ),
    "rest_forgotten": (
        MERGE,
        """
        def merge(a, b):
            out = []
            while a and b:
                out.append(a.pop(0) if a[0] <= b[0] else b.pop(0))
            return out + a""",
        "`merge([], [0])`: expected [0], it returned [].",
    ),
    "case_before": (
        MERGE,
        "def merge(a, b): return a + b",
        "`merge([1, 3], [2])`: expected [1, 2, 3], it returned [1, 3, 2].",
    ),
    "equal_ones_lost": (
        MERGE,
        "def merge(a, b): return sorted(set(a) | set(b))",
        "`merge([], [0, 0])`: expected [0, 0], it returned [0].",
    ),
}


@pytest.mark.parametrize("name", RIGHT)
def test_what_holds_passes(judge, name):
    check, cell = RIGHT[name]
    verdict = judge(check, cell)
    assert verdict.outcome == "pass", verdict
    assert "examples" in verdict.sentence


@pytest.mark.parametrize("name", WRONG)
def test_the_smallest_failing_input_is_shown(judge, name):
    check, cell, told = WRONG[name]
    verdict = judge(check, cell)
    assert verdict.outcome == "fail"
    assert told in verdict.sentence, verdict


def test_a_hidden_property_does_not_give_its_inputs_away(judge):
    verdict = judge(HIDDEN, "def order(numbers): return sorted(set(numbers))")
    assert verdict.sentence == (
        "Lists of numbers: it returned another result than expected (a list of length 1)."
    )


def test_the_inputs_are_the_same_each_time(judge, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    check = """
        from hypothesis import strategies as st
        checks.examples(f, checks.given(st.integers(), st.text(), where=lambda *_: True),
                        checks.case(returns=None, through=lambda f: f.seen))"""
    cell = """
        import hashlib
        def f(n, text):
            f.seen = hashlib.md5((f.seen + repr((n, text))).encode()).hexdigest()
        f.seen = "" """
    first = judge(check, cell).sentence
    # Modules that were imported since must not change what is tried.
    (tmp_path / "full_of_numbers.py").write_text("NUMBERS = 4711, 815, 123456789\n")
    monkeypatch.syspath_prepend(tmp_path)
    import full_of_numbers

    assert full_of_numbers.NUMBERS
    assert "it returned '" in first
    assert judge(check, cell).sentence == first
    del sys.modules["full_of_numbers"]
    assert not Path(".hypothesis").exists()


def test_expected_exceptions_come_from_the_reference(judge):
    check = """
        from hypothesis import strategies as st
        checks.examples(half, checks.given(st.integers(-3, 3), st.integers(-3, 3),
                                           expected=lambda a, b: a // b))"""
    assert judge(check, "def half(a, b): return a // b").outcome == "pass"
    verdict = judge(check, "def half(a, b): return a // b if b else 0")
    assert verdict.sentence == "`half(0, 0)`: expected ZeroDivisionError, it returned 0."
    verdict = judge(check, "def half(a, b): return int(a / b)")
    assert verdict.outcome == "fail"


def test_a_predicate_gets_the_value_and_the_arguments(judge):
    check = """
        from hypothesis import strategies as st
        def _right(parts, items, *, count):
            if sum(parts, []) != items: return f"its parts are {parts}"
            return len(parts) == count
        checks.examples(split, checks.given(
            st.lists(st.integers(0, 9)), count=st.integers(1, 5), where=_right))"""
    right = """
        def split(items, count):
            cuts = [len(items) * k // count for k in range(count + 1)]
            return [items[a:b] for a, b in zip(cuts, cuts[1:])]"""
    wrong = """
        def split(items, count):
            size = len(items) // count
            return [items[k * size:(k + 1) * size] for k in range(count)]"""
    assert judge(check, right).outcome == "pass"
    verdict = judge(check, wrong)
    assert verdict.sentence == "`split([0], count=2)`: its parts are [[], []]."


def test_an_answer_that_is_wrong_at_times_fails_at_the_first_time(judge):
    cell = """
        calls = []
        def order(numbers):
            calls.append(1)
            return None if len(calls) == 7 else sorted(numbers)"""
    verdict = judge(SORTED, cell)
    assert verdict.outcome == "fail"
    assert "it returned None" in verdict.sentence


def test_a_search_for_the_smallest_input_is_bounded(judge):
    check = """
        from hypothesis import strategies as st
        checks.examples(f, checks.given(st.lists(st.integers(), min_size=30), where=lambda v, n: v),
                        checks.case([], returns=1))"""
    cell = """
        calls = []
        def f(numbers):
            calls.append(numbers)
            if len(calls) > 300: raise SystemExit("too many calls")
            return sum(numbers) % 7 == 0"""
    verdict = judge(check, cell)
    assert verdict.outcome == "fail"
    assert "SystemExit" not in verdict.sentence


def test_what_is_no_property_is_refused():
    with pytest.raises(TypeError, match="at least one strategy"):
        checks.given(expected=sorted)
    with pytest.raises(TypeError, match="either expected= or where="):
        checks.given(1)
