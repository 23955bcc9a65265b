"""Answers say what they must get, and are dealt out to a class of any size."""

import pytest

from parcours.grading.answers import Answer, AnswerError, deal, load_answers


def write(folder, kind, name, text):
    (folder / kind).mkdir(parents=True, exist_ok=True)
    (folder / kind / f"{name}.py").write_text(text, encoding="utf-8")


def test_right_and_wrong_answers_of_each_exercise(tmp_path):
    write(tmp_path, "right", "ex1_plain", "# ch90-ex1: the simplest\ndef f():\n    return 1\n")
    write(tmp_path, "wrong", "ex1_zero", "# ch90-ex1, 1.5 of 3 points: It is * off.\nf = 0\n")
    write(tmp_path, "right", "ex2_plain", "# ch90-ex2: the other\n\ng = 1\n")
    found = load_answers(tmp_path)
    assert list(found) == ["ch90-ex1", "ch90-ex2"]
    right, wrong = found["ch90-ex1"]
    assert right == Answer("ch90-ex1", "ex1_plain", "def f():\n    return 1")
    assert right.right
    assert wrong == Answer("ch90-ex1", "ex1_zero", "f = 0", 1.5, 3.0, "It is * off.")
    assert not wrong.right


@pytest.mark.parametrize(
    ("kind", "first"),
    [
        ("right", "def f(): pass"),
        ("right", ""),
        ("right", "# ch90-ex1, 1 of 3 points: no"),
        ("wrong", "# ch90-ex1: a shape"),
        ("wrong", "# ch90-ex1, 1 of 3 points:"),
        ("wrong", "# ch90-ex1, one of 3 points: no"),
    ],
)
def test_an_answer_that_does_not_say_what_it_is(tmp_path, kind, first):
    write(tmp_path, kind, "odd", first + "\nx = 1\n")
    with pytest.raises(AnswerError, match=r"odd\.py: its first line has to look like"):
        load_answers(tmp_path)


WRONG = Answer("ch90-ex1", "w", "", 1, 3, "It gave [*], not [2]? So *.")
RIGHT = Answer("ch90-ex1", "r", "")


@pytest.mark.parametrize(
    ("answer", "grade", "surprise"),
    [
        (RIGHT, (3, 3, ""), ""),
        (RIGHT, (2, 3, ""), "3 of 3 points were expected"),
        (RIGHT, (3, 3, "Odd."), "expected was: nothing but passes"),
        (WRONG, (1, 3, "It gave [1], not [2]? So no\nsecond line."), ""),
        (WRONG, (1, 3, "It gave 1, not 2. So no."), "expected was: It gave"),
        (WRONG, (1, 3, ""), "expected was: It gave"),
        (WRONG, (0, 3, "It gave [1], not [2]? So."), "1 of 3 points were expected"),
        (WRONG, (1, 4, "It gave [1], not [2]? So."), "the exercise has 4"),
    ],
)
def test_a_surprise_is_told_in_words(answer, grade, surprise):
    said = answer.surprise(*grade)
    assert surprise in said
    assert bool(said) == bool(surprise)


@pytest.mark.parametrize("count", [1, 5, 11, 12])
def test_every_answer_is_used_where_there_are_enough_students(count):
    answers = [Answer("e", str(number), "") for number in range(count)]
    dealt = deal(answers, 12)
    assert len(dealt) == 12
    assert set(dealt) == set(answers)


def test_too_many_answers_are_thinned_out_evenly():
    answers = [Answer("e", str(number), "") for number in range(36)]
    assert [answer.name for answer in deal(answers, 12)] == [str(n) for n in range(0, 36, 3)]
