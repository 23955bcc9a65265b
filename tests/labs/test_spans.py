"""Spans, and the lists of them that executors return."""

import pickle

import pytest

from parcours.labs.spans import Span, flatten, merged

A = Span("a", "cpu", 0.0, 1.0, "1")
B = Span("b", "io", 0.5, 2.0, "2")


def test_a_span_survives_the_way_back_from_a_child_process():
    assert pickle.loads(pickle.dumps(A)) == A


def test_flatten_keeps_the_order_of_nested_lists():
    assert flatten([[A], [[B], (A, B)], iter([A])]) == [A, B, A, B, A]
    assert flatten(A) == [A]
    assert flatten([]) == []


@pytest.mark.parametrize("wrong", [[3], ["cpu"], None, [[A], (0.1, 0.2)]])
def test_flatten_tells_what_it_cannot_draw(wrong):
    with pytest.raises(TypeError, match=r"labs\.compute and labs\.wait return"):
        flatten(wrong)


def test_merged_joins_neighbours_that_say_the_same():
    spans = [A, A._replace(start=1.0, end=1.5), A._replace(start=1.5, end=2.0, label="2")]
    assert merged(spans) == [A._replace(end=1.5), spans[2]]


def test_merged_joins_across_other_workers_but_not_across_a_gap():
    late = A._replace(start=1.2, end=1.4)
    assert merged([A, B, A._replace(start=1.0, end=1.2)]) == [A._replace(end=1.2), B]
    assert merged([A, late]) == [A, late]
    assert merged([A, late], gap=0.3) == [A._replace(end=1.4)]
