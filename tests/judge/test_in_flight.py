"""The check `in_flight`: exact counts, whatever the answer's shape."""

import pytest

from parcours import checks

THREADS = "import concurrent.futures as cf, threading, time, multiprocessing"
CHECK = (
    "checks.in_flight(run, tasks=5, at_least=5, in_order=True, call=lambda tasks: (list(tasks),))"
)
PROCESSES = (
    "checks.in_flight(run, tasks=5, at_least=2, at_most=2, apart='process', in_order=True,"
    " call=lambda tasks: (tasks.function, tasks.items, 2))"
)

RIGHT = {
    "slots": """
        def run(fns):
            results = [None] * len(fns)
            def work(i): results[i] = fns[i]()
            threads = [threading.Thread(target=work, args=(i,)) for i in range(len(fns))]
            for t in threads: t.start()
            for t in threads: t.join()
            return results""",
    "pool": """
        def run(fns):
            with cf.ThreadPoolExecutor(len(fns)) as pool:
                return list(pool.map(lambda fn: fn(), fns))""",
    "polling": """
        def run(fns):
            with cf.ThreadPoolExecutor(len(fns)) as pool:
                futures = [pool.submit(fn) for fn in fns]
                while not all(f.done() for f in futures):
                    time.sleep(0.001)
                return [f.result() for f in futures]""",
    "staggered": """
        def run(fns):
            with cf.ThreadPoolExecutor(len(fns)) as pool:
                futures = []
                for fn in fns:
                    futures.append(pool.submit(fn))
                    time.sleep(0.05)
                return [f.result() for f in futures]""",
}
WRONG = {
    "serial": ("def run(fns): return [fn() for fn in fns]", "Only 1 of 5 tasks"),
    "join_inside": (
        """
        def run(fns):
            results = []
            for fn in fns:
                t = threading.Thread(target=lambda: results.append(fn()))
                t.start()
                t.join()
            return results""",
        "Only 1 of 5 tasks",
    ),
    "pool_of_three": (
        """
        def run(fns):
            with cf.ThreadPoolExecutor(3) as pool:
                return list(pool.map(lambda fn: fn(), fns))""",
        "At most 3 tasks were in flight at once, 5 were expected.",
    ),
    "finishing_order": (
        """
        def run(fns):
            results = []
            threads = [threading.Thread(target=lambda fn=fn: results.append(fn())) for fn in fns]
            for t in threads: t.start()
            for t in threads: t.join()
            return results""",
        "The results are not in the order of the tasks",
    ),
    "no_join": (
        """
        def run(fns):
            for fn in fns: threading.Thread(target=fn).start()
            return [None] * len(fns)""",
        "`run` returned while 5 tasks of 5 had not ended.",
    ),
    "late_binding": (
        """
        def run(fns):
            results = [None] * len(fns)
            threads = []
            for i in range(len(fns)):
                def work(): results[i] = fns[i]()
                threads.append(threading.Thread(target=work))
            for t in threads: t.start()
            for t in threads: t.join()
            return results""",
        "Task 5 of 5 was run 5 times.",
    ),
    "twice": (
        """
        def run(fns):
            with cf.ThreadPoolExecutor(10) as pool:
                list(pool.map(lambda fn: fn(), fns))
                return list(pool.map(lambda fn: fn(), fns))""",
        "Task 1 of 5 was run twice.",
    ),
    "one_left_out": (
        """
        def run(fns):
            with cf.ThreadPoolExecutor(10) as pool:
                return list(pool.map(lambda fn: fn(), fns[:-1])) + [None]""",
        "At most 4 tasks were in flight at once, 5 were expected.",
    ),
    "raises": ("def run(fns): return fns[99]", "`run` raised IndexError"),
    "lazy": ("def run(fns): return (fn() for fn in fns)", "No task was run at all."),
}


@pytest.mark.parametrize("name", RIGHT)
def test_right_shapes_pass(judge, name):
    verdict = judge(CHECK, THREADS, RIGHT[name])
    assert verdict.outcome == "pass", verdict


@pytest.mark.parametrize("name", WRONG)
def test_wrong_shapes_fail_with_their_cause(judge, name):
    cell, told = WRONG[name]
    verdict = judge(CHECK, THREADS, cell)
    assert verdict.outcome == "fail"
    assert told in verdict.sentence


@pytest.mark.parametrize(
    "pool",
    [
        "cf.ProcessPoolExecutor(workers)",
        "multiprocessing.Pool(workers)",
        "cf.ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context('spawn'))",
    ],
)
def test_processes_of_every_kind_are_told_apart(judge, pool):
    cell = (
        f"def run(fn, items, workers):\n    with {pool} as pool: return list(pool.map(fn, items))"
    )
    verdict = judge(PROCESSES, THREADS, cell)
    assert verdict.outcome == "pass", verdict


@pytest.mark.parametrize(
    ("pool", "told"),
    [
        ("cf.ThreadPoolExecutor(workers)", "all in the same process"),
        ("cf.ProcessPoolExecutor(1)", "Only 1 of 5 tasks"),
        ("cf.ProcessPoolExecutor(4)", "4 tasks were in flight at once, at most 2 were allowed"),
    ],
)
def test_what_is_no_pool_of_two_processes_fails(judge, pool, told):
    cell = (
        f"def run(fn, items, workers):\n    with {pool} as pool: return list(pool.map(fn, items))"
    )
    verdict = judge(PROCESSES, THREADS, cell)
    assert verdict.outcome == "fail"
    assert told in verdict.sentence


def test_bounds_that_nobody_can_keep_are_refused():
    with pytest.raises(ValueError, match="at_least <= tasks"):
        checks.in_flight(len, tasks=3, at_least=4, call=lambda tasks: (tasks,))
    with pytest.raises(ValueError, match="apart"):
        checks.in_flight(len, apart="coroutine", call=lambda tasks: (tasks,))
    with pytest.raises(ValueError, match="first_alone"):
        checks.in_flight(len, tasks=3, at_least=3, first_alone=1, call=lambda tasks: (tasks,))
    with pytest.raises(ValueError, match="processes"):
        checks.in_flight(len, at_least=2, apart="process", processes=1, call=lambda tasks: (tasks,))


FIRST_ALONE = (
    "checks.in_flight(run, tasks=6, at_least=3, at_most=3, first_alone=1, processes=1,"
    " in_order=True, call=lambda tasks: (tasks.function, tasks.items, 3))"
)
AFTER_ONE = """
    def run(fn, items, workers):
        first = {first}
        with cf.{pool}(workers) as pool:
            return [first, *pool.map(fn, items[1:])]"""


@pytest.mark.parametrize(
    "first", ["fn(items[0])", "cf.ThreadPoolExecutor(1).submit(fn, 0).result()"]
)
def test_the_first_task_may_be_tried_alone(judge, first):
    cell = AFTER_ONE.format(first=first, pool="ThreadPoolExecutor")
    verdict = judge(FIRST_ALONE, THREADS, cell)
    assert verdict.outcome == "pass", verdict
    refused = judge(FIRST_ALONE.replace("first_alone=1, ", ""), THREADS, cell)
    assert "Only 1 of 6 tasks" in refused.sentence


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("    def run(fn, items, workers): return [fn(item) for item in items]", "Only 1 of 6"),
        (
            """
            def run(fn, items, workers):
                first = [fn(item) for item in items[:2]]
                with cf.ThreadPoolExecutor(workers) as pool:
                    return first + list(pool.map(fn, items[2:]))""",
            "Only 1 of 6",
        ),
        (
            """
            def run(fn, items, workers):
                fn(items[0])
                with cf.ThreadPoolExecutor(workers) as pool:
                    return list(pool.map(fn, items))""",
            "Task 1 of 6 was run twice.",
        ),
        (
            AFTER_ONE.format(first="fn(items[0])", pool="ProcessPoolExecutor"),
            "The tasks in flight were in 3 processes, and one process is enough.",
        ),
    ],
)
def test_more_than_one_alone_and_more_than_one_process_fail(judge, cell, told):
    verdict = judge(FIRST_ALONE, THREADS, cell)
    assert verdict.outcome == "fail"
    assert told in verdict.sentence
