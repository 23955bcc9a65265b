"""The check `speedup`: right shapes pass, wrong ones fail with their cause, on any machine."""

import pytest

from parcours import checks

IMPORTS = "import concurrent.futures as cf, multiprocessing, time"
CHECK = """
def _reference(fn, items, workers):
    from concurrent.futures import ProcessPoolExecutor
    with ProcessPoolExecutor(workers) as pool:
        return list(pool.map(fn, items))

checks.speedup(run, reference=_reference, call=lambda load: (load.function, load.items, 2))
"""


def pool(kind, options=""):
    return (
        f"def run(fn, items, workers):\n"
        f"    with {kind} as pool:\n        return list(pool.map(fn, items{options}))"
    )


RIGHT = {
    "executor": pool("cf.ProcessPoolExecutor(workers)"),
    "two_chunks": pool("cf.ProcessPoolExecutor(workers)", ", chunksize=len(items) // workers"),
    "multiprocessing_pool": pool("multiprocessing.Pool(workers)"),
}
WRONG = {
    "serial": ("def run(fn, items, workers): return [fn(i) for i in items]", "One worker did all"),
    "threads": (pool("cf.ThreadPoolExecutor(workers)"), "share the GIL"),
    "one_process": (pool("cf.ProcessPoolExecutor(1)"), "One worker did all"),
    "one_chunk": (
        pool("cf.ProcessPoolExecutor(workers)", ", chunksize=len(items)"),
        "One worker did all",
    ),
    "unbalanced": (
        pool("cf.ProcessPoolExecutor(workers)", ", chunksize=len(items) * 7 // 8"),
        "of the work, the others waited",
    ),
    "in_turns": (
        """
        def run(fn, items, workers):
            with cf.ProcessPoolExecutor(workers) as pool:
                return [pool.submit(fn, item).result() for item in items]""",
        "took turns",
    ),
    "joined_in_the_loop": (
        """
        def work(fn, part, results): results.put([fn(item) for item in part])
        def run(fn, items, workers):
            found, results = [], multiprocessing.SimpleQueue()
            for part in (items[: len(items) // 2], items[len(items) // 2 :]):
                process = multiprocessing.Process(target=work, args=(fn, part, results))
                process.start()
                process.join()
                found += results.get()
            return found""",
        "took turns",
    ),
    "a_process_for_each_item_joined": (
        """
        def work(fn, item, results): results.put(fn(item))
        def run(fn, items, workers):
            found, results = [], multiprocessing.SimpleQueue()
            for item in items:
                process = multiprocessing.Process(target=work, args=(fn, item, results))
                process.start()
                process.join()
                found.append(results.get())
            return found""",
        "took turns",
    ),
    "twice": (
        """
        def run(fn, items, workers):
            with cf.ProcessPoolExecutor(workers) as pool:
                list(pool.map(fn, items))
                return list(pool.map(fn, items))""",
        "is wasted",
    ),
    "too_many": (pool("cf.ProcessPoolExecutor(6)"), "workers were at work at once, 2 were asked"),
    "wrong_results": ("def run(fn, items, workers): return [0] * len(items)", "right results"),
    "stub": ("def run(fn, items, workers): raise NotImplementedError", "not written yet"),
    "dies": ("def run(fn, items, workers): import os; os._exit(1)", "exit code 1"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", RIGHT)
def test_right_shapes_pass(judge, name):
    verdict = judge(CHECK, IMPORTS, RIGHT[name])
    assert verdict.outcome == "pass", verdict
    assert verdict.picture.startswith("<svg")


@pytest.mark.slow
@pytest.mark.parametrize("name", WRONG)
def test_wrong_shapes_fail_with_their_cause(judge, name):
    cell, told = WRONG[name]
    verdict = judge(CHECK, IMPORTS, cell)
    assert verdict.outcome == "fail", verdict
    assert told in verdict.sentence


@pytest.mark.slow
def test_between_two_thresholds_a_share_of_the_points_is_given(judge):
    check = CHECK.replace("checks.speedup(run,", "checks.speedup(run, graded_from=0.4,")
    cell = pool("cf.ProcessPoolExecutor(workers)", ", chunksize=len(items) * 3 // 4")
    verdict = judge(check, IMPORTS, cell)
    assert verdict.outcome == "fail"
    assert 0 < verdict.share < 1, verdict
    serial = judge(check, IMPORTS, WRONG["serial"][0])
    assert serial.share < verdict.share, serial


def test_shares_that_make_no_sense_are_refused():
    for options in ({"workers": 1}, {"at_least": 0.99}, {"graded_from": 0.9}):
        with pytest.raises(ValueError, match=r"worker|share"):
            checks.speedup(len, reference=len, call=lambda load: (), **options)
