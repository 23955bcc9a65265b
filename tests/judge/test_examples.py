"""The check `examples`: what passes, what fails, and what is said."""

import os

import pytest

from parcours import checks
from parcours.judge import is_test_source


def test_right_values_pass(judge):
    verdict = judge(
        "checks.examples(double, checks.case(2, returns=4))", "def double(x): return 2*x"
    )
    assert verdict.outcome == "pass"
    assert verdict.points(3) == 3


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("return x", "`double(2)`: expected 4, it returned 2."),
        ("return str(2 * x)", "`double(2)`: expected 4, it returned '4'."),
        ("raise NotImplementedError", "`double` is not written yet."),
        (
            "return 1 / 0",
            "`double(2)`: it raised ZeroDivisionError: division by zero (line 2 of double).",
        ),
        ("yield 2 * x", "`double(2)`: expected 4, it returned a generator."),
        ("pass", "`double(2)`: expected 4, it returned None."),
        ("import sys; sys.exit(1)", "`double(2)`: it raised SystemExit: 1 (line 2 of double)."),
    ],
)
def test_wrong_values_fail_with_both_values(judge, body, sentence):
    verdict = judge(
        "checks.examples(double, checks.case(2, returns=4))", f"def double(x):\n    {body}"
    )
    assert verdict.outcome == "fail"
    assert verdict.points(3) == 0
    assert verdict.sentence == sentence


def test_a_hidden_case_does_not_give_its_arguments_away(judge):
    verdict = judge(
        "checks.examples(double, checks.case(123, returns=246, note='a large number'))",
        "def double(x): return 7",
    )
    assert verdict.sentence.startswith("A large number: ")
    assert "123" not in verdict.sentence
    assert "246" not in verdict.sentence


def test_kinds_of_containers_count(judge):
    check = "checks.examples(pair, checks.case(returns=[1, (2, 3)]))"
    assert judge(check, "def pair(): return [1, (2, 3)]").outcome == "pass"
    assert judge(check, "def pair(): return (1, (2, 3))").outcome == "fail"
    assert judge(check, "def pair(): return [1, [2, 3]]").outcome == "fail"
    assert judge(check, "def pair(): return [True, (2, 3)]").outcome == "fail"


def test_expected_exceptions(judge):
    check = "checks.examples(f, checks.case(raises=LookupError))"
    assert judge(check, "def f(): return {}['x']").outcome == "pass"
    assert judge(check, "def f(): int('x')").outcome == "fail"
    assert "it returned None" in judge(check, "def f(): pass").sentence


def test_where_may_look_at_the_seconds_of_the_call(judge):
    check = "checks.examples(f, checks.case(where=lambda value, took: 0 < value <= took or 'no'))"
    good = "import time\ndef f():\n    t = time.perf_counter(); time.sleep(.01)\n    return {}"
    assert judge(check, good.format("time.perf_counter() - t")).outcome == "pass"
    assert judge(check, good.format("1000 * (time.perf_counter() - t)")).sentence == "`f()`: no."


def test_a_wall_clock_that_jumps(judge):
    check = "checks.examples(f, checks.case(where=lambda s: 0 <= s < 60), wall_clock_jumps=-3600)"
    wall = ["import time", "def f():\n    t = time.time()\n    return time.time() - t"]
    bound = ["from time import time", "def f():\n    t = time()\n    return time() - t"]
    date = [
        "from datetime import datetime",
        "def f():\n    t = datetime.now()\n    return (datetime.now() - t).total_seconds()",
    ]
    steady = ["import time", "def f():\n    t = time.monotonic()\n    return time.monotonic() - t"]
    assert judge(check, *steady).outcome == "pass"
    for cells in (wall, bound, date):
        assert judge(check, *cells).outcome == "fail"


def test_a_missing_name_says_what_there_is(judge):
    check = "checks.examples(double, checks.case(2, returns=4))"
    assert "it defines `dubble`" in judge(check, "def dubble(x): return 2*x").sentence
    assert "SyntaxError" in judge(check, "def double(x) return 2*x").sentence
    assert "deleted" in judge(check, "x = 1").sentence


def test_a_submission_cannot_reach_the_clock_or_the_comparison_of_the_judge(judge):
    cells = [
        "import builtins, time\nbuiltins.isinstance = lambda *a: True\n"
        "builtins.len = lambda x: 0\ntime.perf_counter = lambda: 0.0",
        "class Yes:\n    def __eq__(self, o): return True\n    def __ne__(self, o): return False",
        "def double(x): return Yes()",
    ]
    verdict = judge("checks.examples(double, checks.case(2, returns=4))", *cells)
    assert verdict.outcome == "fail"


def test_a_broken_test_cell_is_inconclusive_not_zero(judge):
    verdict = judge("1 / 0\nchecks.examples(f, checks.case(returns=1))", "def f(): return 1")
    assert verdict.outcome == "inconclusive"
    assert verdict.points(3) is None


def test_checks_work_on_plain_functions_too():
    assert checks.examples(len, checks.case("abc", returns=3)).outcome == "pass"


@pytest.mark.parametrize(
    ("cases", "error"),
    [((), "at least one case"), (("x",), "at least one case")],
)
def test_cases_that_are_none_are_refused(cases, error):
    with pytest.raises(TypeError, match=error):
        checks.examples(len, *cases)


def test_a_case_expects_something():
    with pytest.raises(TypeError, match="returns="):
        checks.case(1)
    with pytest.raises(TypeError, match="returns="):
        checks.case(1, returns=2, raises=ValueError)


def test_under_validate_a_fail_is_an_exception(monkeypatch):
    monkeypatch.setitem(os.environ, "NBGRADER_EXECUTION", "validate")
    assert checks.examples(len, checks.case("abc", returns=3)).outcome == "pass"
    with pytest.raises(checks.NotPassed, match="expected 4, it returned 3"):
        checks.examples(len, checks.case("abc", returns=4))


def test_a_stock_autograder_gets_no_answer_from_the_students_kernel(monkeypatch):
    monkeypatch.setitem(os.environ, "NBGRADER_EXECUTION", "autograde")
    with pytest.raises(RuntimeError, match=r"nbgrader_config\.py"):
        checks.examples(len, checks.case("abc", returns=3))


def test_what_a_test_cell_is():
    assert is_test_source("from parcours import checks\nchecks.examples(f, checks.case(returns=1))")
    assert not is_test_source("assert f() == 1")
    assert not is_test_source("x = checks.examples(f)")
    assert not is_test_source("def broken(:")


def test_a_deadlock_says_which_lines_wait(judge):
    cell = """
        import threading
        first, second = threading.Lock(), threading.Lock()
        both = threading.Barrier(2)
        def take(mine, other):
            with mine:
                both.wait()
                with other:
                    pass
        def transfer():
            threads = [threading.Thread(target=take, args=pair)
                       for pair in ((first, second), (second, first))]
            for t in threads: t.start()
            for t in threads: t.join()
    """
    verdict = judge("checks.examples(transfer, checks.case(returns=None), seconds=2)", cell)
    assert verdict.outcome == "fail"
    assert "2 threads wait for locks that are never given back" in verdict.sentence
    assert "line 7 of take (`with other:`)" in verdict.sentence


def test_an_endless_loop_says_where_it_is(judge):
    cell = "def f():\n    while True:\n        pass"
    verdict = judge("checks.examples(f, checks.case(returns=1), seconds=1)", cell)
    assert "it was still running after 1 s of its own time, at line" in verdict.sentence
    assert "of f (`" in verdict.sentence
