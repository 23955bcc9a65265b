"""The sequential test: stops when clear, never on one odd round."""

import random

import pytest

from parcours.judge.sequential import SequentialTest


def decide(ratios, **options):
    test = SequentialTest(0.656, 0.96, 0.10, **options)
    for number, ratio in enumerate(ratios, 1):
        answer = test.add(ratio)
        if answer:
            return answer, number
    return 0, number


def test_three_clear_rounds_decide_and_not_one():
    assert decide([1.0] * 9) == (1, 3)
    assert decide([0.5] * 9) == (-1, 3)
    assert decide([1e9]) == (0, 1)


def test_garbage_in_one_round_is_outweighed():
    assert decide([1.0, 0.01, *[1.0] * 9])[0] == 1
    assert decide([0.5, 50.0, *[0.5] * 9])[0] == -1


def test_on_the_line_it_stays_open():
    assert decide([0.7935] * 25) == (0, 25)


@pytest.mark.parametrize(("ratio", "wrong"), [(0.96, -1), (0.656, 1)])
def test_wrong_answers_are_rare_at_the_edges(ratio, wrong):
    dice = random.Random(1)
    answers = [
        decide([ratio * dice.lognormvariate(0, 0.1) for _ in range(25)])[0] for _ in range(2000)
    ]
    assert answers.count(wrong) <= 2


def test_bounds_in_the_wrong_order_are_refused():
    with pytest.raises(ValueError, match="low < high"):
        SequentialTest(0.9, 0.8, 0.1)
