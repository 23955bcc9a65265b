"""The check `same_under`: which start method gives another answer, and why."""

import multiprocessing
import sys

import pytest

from parcours import checks

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has one start method")

IMPORTS = "import concurrent.futures as cf, functools, math, multiprocessing as mp, threading"
ROOTS = "checks.same_under(roots, checks.case([1, 4, 9], 2, returns=[1.0, 2.0, 3.0]), seconds=6)"
SURVEY = """
    import math
    checks.same_under(
        survey,
        lambda method: checks.case(math.sqrt, [1, 4, 9], 2, method, returns=[1.0, 2.0, 3.0]),
        lambda method: checks.case(
            checks.start_method_here, range(3), 2, method, returns=[method] * 3,
            note="workers of the start method that was asked for"),
        seconds=6)"""

RIGHT_ROOTS = {
    "pool": """
        def roots(numbers, workers):
            with mp.Pool(workers) as pool:
                return pool.map(math.sqrt, numbers)""",
    "executor": """
        def roots(numbers, workers):
            with cf.ProcessPoolExecutor(workers) as pool:
                return list(pool.map(math.sqrt, numbers))""",
    "threads": """
        def roots(numbers, workers):
            with cf.ThreadPoolExecutor(workers) as pool:
                return list(pool.map(lambda n: n ** 0.5, numbers))""",
}
WRONG_ROOTS = {
    "pool_of_a_notebooks_function": (
        """
        def root(n): return n ** 0.5
        def roots(numbers, workers):
            with mp.Pool(workers) as pool:
                return pool.map(root, numbers)""",
        "Under forkserver and spawn the workers did not find `root`.",
    ),
    "executor_of_a_notebooks_function": (
        """
        def root(n): return n ** 0.5
        def roots(numbers, workers):
            with cf.ProcessPoolExecutor(workers) as pool:
                return list(pool.map(root, numbers))""",
        "Under forkserver and spawn the workers did not find `root`.",
    ),
    "process_of_a_notebooks_function": (
        """
        def work(numbers, out): out.put([n ** 0.5 for n in numbers])
        def roots(numbers, workers):
            out = mp.Queue()
            p = mp.Process(target=work, args=(numbers, out))
            p.start()
            p.join()
            return out.get(timeout=0.1)""",
        "Under forkserver and spawn the workers did not find `work`.",
    ),
    "closure_in_a_process": (
        """
        def roots(numbers, workers):
            out = mp.Queue()
            p = mp.Process(target=lambda: out.put([n ** 0.5 for n in numbers]))
            p.start()
            result = out.get()
            p.join()
            return result""",
        "Under forkserver and spawn: `roots([1, 4, 9], 2)`: it raised",
    ),
    "lambda_in_a_pool": (
        """
        def roots(numbers, workers):
            with mp.Pool(workers) as pool:
                return pool.map(lambda n: n ** 0.5, numbers)""",
        "`roots([1, 4, 9], 2)`: it raised",
    ),
    "one_wrong_value": (
        "def roots(numbers, workers): return numbers",
        "`roots([1, 4, 9], 2)`: expected [1.0, 2.0, 3.0], it returned [1, 4, 9].",
    ),
    "stub": (
        "def roots(numbers, workers): raise NotImplementedError",
        "`roots` is not written yet.",
    ),
    "asks_for_fork": (
        """
        def roots(numbers, workers):
            mp.set_start_method("fork", force=True)
            with mp.Pool(workers) as pool:
                return pool.map(math.sqrt, numbers)""",
        "Under forkserver and spawn it changed the start method of the whole program",
    ),
    "sets_it_again": (
        """
        def roots(numbers, workers):
            mp.set_start_method("fork")
            with mp.Pool(workers) as pool:
                return pool.map(math.sqrt, numbers)""",
        "it raised RuntimeError: context has already been set",
    ),
}
RIGHT_SURVEY = {
    "context_of_a_pool": """
        def survey(fn, items, workers, start_method):
            with mp.get_context(start_method).Pool(workers) as pool:
                return pool.map(fn, items)""",
    "context_of_an_executor": """
        def survey(fn, items, workers, start_method):
            context = mp.get_context(start_method)
            with cf.ProcessPoolExecutor(workers, mp_context=context) as pool:
                return list(pool.map(fn, items))""",
    "futures": """
        def survey(fn, items, workers, start_method):
            context = mp.get_context(start_method)
            with cf.ProcessPoolExecutor(workers, context) as pool:
                futures = [pool.submit(fn, item) for item in items]
                return [future.result() for future in futures]""",
}
WRONG_SURVEY = {
    "argument_ignored": (
        """
        def survey(fn, items, workers, start_method):
            with mp.Pool(workers) as pool:
                return pool.map(fn, items)""",
        "orkers of the start method that was asked for: it returned another result",
    ),
    "set_for_all": (
        """
        def survey(fn, items, workers, start_method):
            mp.set_start_method(start_method, force=True)
            with mp.Pool(workers) as pool:
                return pool.map(fn, items)""",
        "It changed the start method of the whole program",
    ),
    "closure": (
        """
        def survey(fn, items, workers, start_method):
            def work(item): return fn(item)
            with mp.get_context(start_method).Pool(workers) as pool:
                return pool.map(work, items)""",
        "it raised",
    ),
    "notebooks_function_beside": (
        """
        def call(fn, item): return fn(item)
        def survey(fn, items, workers, start_method):
            with mp.get_context(start_method).Pool(workers) as pool:
                return pool.map(functools.partial(call, fn), items)""",
        "Under forkserver and spawn the workers did not find `call`.",
    ),
}


@pytest.mark.parametrize("name", RIGHT_ROOTS)
def test_right_under_every_default(judge, name):
    verdict = judge(ROOTS, IMPORTS, RIGHT_ROOTS[name])
    assert verdict.outcome == "pass", verdict
    assert verdict.evidence == dict.fromkeys(("fork", "forkserver", "spawn"), "right")


@pytest.mark.parametrize("name", WRONG_ROOTS)
def test_the_method_that_gives_another_answer_is_named(judge, name):
    cell, told = WRONG_ROOTS[name]
    verdict = judge(ROOTS, IMPORTS, cell)
    assert verdict.outcome == "fail"
    assert told in verdict.sentence, verdict


@pytest.mark.parametrize("name", RIGHT_SURVEY)
def test_right_with_the_method_as_an_argument(judge, name):
    verdict = judge(SURVEY, IMPORTS, RIGHT_SURVEY[name])
    assert verdict.outcome == "pass", verdict


@pytest.mark.parametrize("name", WRONG_SURVEY)
def test_wrong_with_the_method_as_an_argument(judge, name):
    cell, told = WRONG_SURVEY[name]
    verdict = judge(SURVEY, IMPORTS, cell)
    assert verdict.outcome == "fail"
    assert told in verdict.sentence, verdict


def test_a_value_that_only_a_fork_has(judge):
    check = "checks.same_under(steps, checks.case(3, returns=[10, 11, 12]))"
    # A variable that was set in the parent: eval of text stands for any function of a module.
    cell = """
        import fractions
        def steps(count):
            fractions.begin = 10
            text = 'getattr(__import__("fractions"), "begin", 0) + '
            with mp.Pool(1) as pool:
                return pool.map(eval, [text + str(n) for n in range(count)])"""
    verdict = judge(check, IMPORTS, cell)
    assert verdict.sentence == (
        "Under forkserver and spawn: `steps(3)`: expected [10, 11, 12], it returned [0, 1, 2]."
    )
    assert "hand over" in verdict.details[0]
    assert verdict.evidence == {"fork": "right", "forkserver": "wrong", "spawn": "wrong"}


def test_without_an_expectation_the_answers_are_compared(judge):
    check = "checks.same_under(who, lambda method: ())"
    same = "def who(): return mp.get_context('fork').__class__.__name__"
    other = """
        def who():
            with mp.get_context("fork").Pool(1) as pool:
                return mp.get_start_method()"""
    assert judge(check, IMPORTS, same).outcome == "pass"
    assert "under another start method" in judge(check, IMPORTS, other).sentence


def test_only_what_this_system_has_is_tried(monkeypatch):
    monkeypatch.setattr(multiprocessing, "get_all_start_methods", lambda: ["spawn"])
    verdict = checks.same_under(len, checks.case("abc", returns=3))
    assert verdict.evidence == {"spawn": "right"}
    verdict = checks.same_under(len, checks.case("abc", returns=3), start_methods=["fork"])
    assert verdict.outcome == "inconclusive"


def test_what_cannot_be_asked_is_refused():
    with pytest.raises(TypeError, match="needs cases"):
        checks.same_under(len)
    with pytest.raises(ValueError, match="start methods are"):
        checks.same_under(len, checks.case("abc", returns=3), start_methods=["thread"])
