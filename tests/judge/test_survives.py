"""The check `survives`: workers that die, hang or raise, and what answers make of them."""

import sys

import pytest

from parcours import checks

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="these answers fork")

IMPORTS = """
import concurrent.futures as cf, multiprocessing, os, queue, threading, time
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait

mp = multiprocessing.get_context("fork")  # a notebook's functions reach no other process

class Crashed(Exception):
    def __init__(self, exitcode):
        super().__init__(exitcode)
        self.exitcode = exitcode
"""
# ---- one call in a process of its own -----------------------------------------------------------

ISOLATED = {
    "well": "checks.survives(run_isolated, tasks=1, call=lambda tasks: checks.case("
    "tasks.function, 0, timeout=2, returns=tasks.results[0]), seconds=5)",
    "raise": "checks.survives(run_isolated, checks.fault(kind='raise'), tasks=1,"
    " call=lambda tasks: checks.case(tasks.function, 0, timeout=2, raises=ValueError), seconds=5)",
    "exit": "checks.survives(run_isolated, checks.fault(kind='exit'), tasks=1,"
    " call=lambda tasks: checks.case(tasks.function, 0, timeout=2, raises=Crashed), seconds=5)",
    "kill": "checks.survives(run_isolated, checks.fault(kind='kill'), tasks=1,"
    " call=lambda tasks: checks.case(tasks.function, 0, timeout=2, raises=Crashed), seconds=5)",
    "hang": "checks.survives(run_isolated, checks.fault(kind='hang'), tasks=1,"
    " call=lambda tasks: checks.case(tasks.function, 0, timeout=0.5, raises=TimeoutError),"
    " seconds=5)",
}
RIGHT_ISOLATED = {
    "pipe": """
        def child(end, fn, args):
            try:
                end.send((True, fn(*args)))
            except Exception as error:
                end.send((False, error))
        def run_isolated(fn, *args, timeout):
            ours, theirs = mp.Pipe(duplex=False)
            p = mp.Process(target=child, args=(theirs, fn, args))
            p.start()
            theirs.close()
            try:
                if not ours.poll(timeout):
                    raise TimeoutError(f"no result after {timeout} s")
                well, value = ours.recv()
            except EOFError:
                p.join()
                raise Crashed(p.exitcode) from None
            finally:
                p.kill()
                p.join()
                ours.close()
            if well:
                return value
            raise value""",
    "executor_of_one": """
        def run_isolated(fn, *args, timeout):
            pool = cf.ProcessPoolExecutor(1)
            future = pool.submit(fn, *args)
            try:
                return future.result(timeout)
            except BrokenProcessPool:
                raise Crashed(None) from None
            finally:
                for p in list((pool._processes or {}).values()):
                    p.kill()
                pool.shutdown()""",
    "queue_and_sentinel": """
        def child(out, fn, args):
            try:
                out.put((fn(*args), None))
            except Exception as error:
                out.put((None, error))
        def run_isolated(fn, *args, timeout):
            out = mp.SimpleQueue()
            p = mp.Process(target=child, args=(out, fn, args), daemon=True)
            p.start()
            ready = wait([out._reader, p.sentinel], timeout)
            if not ready:
                p.kill()
                p.join()
                raise TimeoutError
            if out.empty():
                p.join()
                raise Crashed(p.exitcode)
            value, error = out.get()
            p.join()
            if error is not None:
                raise error
            return value""",
}
WRONG_ISOLATED = {
    "the_same_process": (
        "def run_isolated(fn, *args, timeout): return fn(*args)",
        {
            "exit": "Task 1 of 1 ended its process, and `run_isolated` with it: both ran in the",
            "hang": "`run_isolated` never returned: task 1 of 1 hung, and nobody ended it.",
        },
    ),
    "a_thread": (
        """
        def run_isolated(fn, *args, timeout):
            pool = cf.ThreadPoolExecutor(1)
            try:
                return pool.submit(fn, *args).result(timeout)
            finally:
                pool.shutdown(wait=False)""",
        {
            "kill": "ended its process, and `run_isolated` with it",
            "hang": "`run_isolated` returned, but 1 thread was still running",
        },
    ),
    "waits_for_a_queue_only": (
        """
        def child(out, fn, args): out.put(fn(*args))
        def run_isolated(fn, *args, timeout):
            out = mp.Queue()
            p = mp.Process(target=child, args=(out, fn, args))
            p.start()
            result = out.get()
            p.join()
            return result""",
        {
            "exit": "`run_isolated` never returned after the worker of task 1 had died.",
            "hang": "`run_isolated` never returned: task 1 of 1 hung",
        },
    ),
    "leaves_the_child": (
        """
        def child(out, fn, args): out.put(fn(*args))
        def run_isolated(fn, *args, timeout):
            out = mp.Queue()
            mp.Process(target=child, args=(out, fn, args), daemon=True).start()
            try:
                return out.get(timeout=timeout)
            except queue.Empty:
                raise TimeoutError from None""",
        {
            "hang": "`run_isolated` returned, but 1 process was left running.",
            "raise": "expected ValueError, it raised TimeoutError",
        },
    ),
    "swallows": (
        """
        def run_isolated(fn, *args, timeout):
            with mp.Pool(1) as pool:
                try:
                    return pool.apply_async(fn, args).get(timeout)
                except Exception:
                    return None""",
        {
            "raise": "expected ValueError, it returned None.",
            "hang": "expected TimeoutError, it returned None.",
        },
    ),
}


@pytest.mark.parametrize("fault", ISOLATED)
@pytest.mark.parametrize("name", RIGHT_ISOLATED)
def test_run_isolated_right(judge, name, fault):
    verdict = judge(ISOLATED[fault], IMPORTS, RIGHT_ISOLATED[name])
    assert verdict.outcome == "pass", verdict


@pytest.mark.parametrize(
    ("name", "fault"),
    [(name, fault) for name in WRONG_ISOLATED for fault in WRONG_ISOLATED[name][1]],
)
def test_run_isolated_wrong(judge, name, fault):
    cell, told = WRONG_ISOLATED[name]
    verdict = judge(ISOLATED[fault], IMPORTS, cell)
    assert verdict.outcome == "fail"
    assert told[fault] in verdict.sentence, verdict


# ---- many calls, with retries -------------------------------------------------------------------

CALL = (
    "tasks=5, workers=2, retries=2, seconds=7, "
    "call=lambda tasks: (tasks.function, tasks.items, 2, 2, 1.5)"
)
MAP = {
    "well": f"checks.survives(robust_map, {CALL})",
    "once": "checks.survives(robust_map, checks.fault(1, 'kill'), checks.fault(3, 'exit'), "
    f"{CALL})",
    "always": f"checks.survives(robust_map, checks.fault(2, 'kill', attempts=None), {CALL})",
    "hang": f"checks.survives(robust_map, checks.fault(1, 'hang'), {CALL})",
    "raise": f"checks.survives(robust_map, checks.fault(4, 'raise', attempts=None), {CALL})",
}
ONE_PROCESS_EACH = """
        def child(end, fn, item):
            try:
                end.send((True, fn(item)))
            except Exception as error:
                end.send((False, error))
        def attempt(fn, item, timeout):
            ours, theirs = mp.Pipe(duplex=False)
            p = mp.Process(target=child, args=(theirs, fn, item))
            p.start()
            theirs.close()
            try:
                if not ours.poll(timeout):
                    raise TimeoutError(f"no result after {timeout} s")
                well, value = ours.recv()
            except EOFError:
                p.join()
                raise Crashed(p.exitcode) from None
            finally:
                p.kill()
                p.join()
                ours.close()
            if well: return value
            raise value
"""
RIGHT_MAP = {
    # A fork in one thread copies the pipe's end that another has open: spawn does not.
    "threads_that_watch_a_process_each": ONE_PROCESS_EACH.replace(
        "ours, theirs = mp", "context = mp.get_context('fork'); ours, theirs = mp"
    )
    .replace(
        "p = mp.Process(target=child, args=(theirs, fn, item))\n            p.start()\n"
        "            theirs.close()",
        "p = context.Process(target=child, args=(theirs, fn, item))\n"
        "            p.start()\n            theirs.close()",
    )
    .replace(
        "ours, theirs = mp.Pipe(duplex=False)",
        "starting.acquire(); ours, theirs = mp.Pipe(duplex=False)",
    )
    .replace("theirs.close()", "theirs.close(); starting.release()")
    + """
        starting = threading.Lock()
        def robust(fn, item, retries, timeout):
            for last in range(retries + 1):
                try:
                    return attempt(fn, item, timeout)
                except Exception as error:
                    result = error
            return result
        def robust_map(fn, items, workers, retries, timeout):
            with cf.ThreadPoolExecutor(workers) as pool:
                return list(pool.map(lambda item: robust(fn, item, retries, timeout), items))""",
    "one_after_the_other": ONE_PROCESS_EACH
    + """
        def robust_map(fn, items, workers, retries, timeout):
            results = []
            for item in items:
                for number in range(retries + 1):
                    try:
                        result = attempt(fn, item, timeout)
                        break
                    except Exception as error:
                        result = error
                results.append(result)
            return results""",
    "one_loop_over_sentinels": """
        def child(end, fn, item):
            try:
                end.send((True, fn(item)))
            except Exception as error:
                end.send((False, error))
        def robust_map(fn, items, workers, retries, timeout):
            waiting = [(i, 0) for i in range(len(items))][::-1]
            running, results = {}, [None] * len(items)
            while waiting or running:
                while waiting and len(running) < workers:
                    i, tries = waiting.pop()
                    ours, theirs = mp.Pipe(duplex=False)
                    p = mp.Process(target=child, args=(theirs, fn, items[i]))
                    p.start()
                    theirs.close()
                    running[ours] = p, i, tries, time.monotonic() + timeout
                soon = min(deadline for *_, deadline in running.values()) - time.monotonic()
                ready = wait(list(running), max(0, soon))
                late = [end for end, (*_, deadline) in running.items()
                        if end not in ready and deadline <= time.monotonic()]
                for end in ready + late:
                    p, i, tries, _ = running.pop(end)
                    try:
                        if end in late:
                            raise TimeoutError
                        well, value = end.recv()
                    except EOFError:
                        well, value = False, Crashed(1)
                    except TimeoutError as error:
                        well, value = False, error
                    p.kill()
                    p.join()
                    end.close()
                    results[i] = value
                    if not well and tries < retries:
                        waiting.append((i, tries + 1))
            return results""",
}
POOL = """
        def robust_map(fn, items, workers, retries, timeout):
            results, tries = {}, [0] * len(items)
            while len(results) < len(items):
                pool = cf.ProcessPoolExecutor(workers)
                left = [i for i in range(len(items)) if i not in results]
                window, broken = {}, False
                while (left or window) and not broken:
                    while left and len(window) < workers:
                        i = left.pop(0)
                        window[pool.submit(fn, items[i])] = i
                    done, _ = cf.wait(window, timeout, cf.FIRST_COMPLETED)
                    broken = not done
                    for future in done or list(window):
                        i = window.pop(future)
                        tries[i] += 1
                        try:
                            results[i] = future.result(0)
                        except Exception as error:
                            broken = broken or isinstance(error, BrokenProcessPool)
                            if tries[i] > retries:
                                results[i] = error
                            elif not broken:
                                left.append(i)
                for p in list((pool._processes or {}).values()):
                    p.kill()
                pool.shutdown()
            return [results[i] for i in range(len(items))]"""
WRONG_MAP = {
    "one_crash_loses_all": (
        """
        def robust_map(fn, items, workers, retries, timeout):
            with cf.ProcessPoolExecutor(workers) as pool:
                return list(pool.map(fn, items))""",
        {
            "once": "`robust_map` raised BrokenProcessPool",
            "hang": "`robust_map` never returned: task 2 of 5 hung, and nobody ended it.",
        },
    ),
    "pool_never_replaced": (
        """
        def robust_map(fn, items, workers, retries, timeout):
            pool, results = cf.ProcessPoolExecutor(workers), []
            for item in items:
                for number in range(retries + 1):
                    try:
                        result = pool.submit(fn, item).result(timeout)
                        break
                    except Exception as error:
                        result = error
                results.append(result)
            pool.shutdown()
            return results""",
        {"once": "Task 2 of 5, whose worker was killed, has no result but BrokenProcessPool"},
    ),
    "infinite_retry": (
        ONE_PROCESS_EACH
        + """
        def robust_map(fn, items, workers, retries, timeout):
            results = []
            for item in items:
                while True:
                    try:
                        results.append(attempt(fn, item, timeout))
                        break
                    except Exception:
                        pass
            return results""",
        {"always": "Task 3 of 5 was tried again and again, 3 attempts are allowed."},
    ),
    "one_try_too_many": (
        RIGHT_MAP["one_after_the_other"].replace("range(retries + 1)", "range(retries + 2)"),
        {"always": "Task 3 of 5 was tried 4 times, 3 are allowed."},
    ),
    "no_retry": (
        RIGHT_MAP["one_after_the_other"].replace("range(retries + 1)", "range(1)"),
        {
            "once": "Task 2 of 5, whose worker was killed, has no result but Crashed",
        },
    ),
    "the_failed_are_left_out": (
        RIGHT_MAP["one_after_the_other"].replace(
            "results.append(result)",
            "results.append(result) if not isinstance(result, Exception) else None",
        ),
        {"always": "`robust_map` returned 4 results for 5 tasks."},
    ),
    "none_for_an_error": (
        RIGHT_MAP["one_after_the_other"].replace("result = error", "result = None"),
        {"raise": "In the place of task 5 of 5, which raised an exception, is None, not"},
    ),
    "another_error": (
        RIGHT_MAP["one_after_the_other"].replace("result = error", "result = Crashed(0)"),
        {"raise": "is another error than the one that it raised: Crashed: 0."},
    ),
    "neighbours_are_blamed": (
        POOL,
        {"always": "although nothing was wrong with it."},
    ),
    "multiprocessing_pool": (
        """
        def robust_map(fn, items, workers, retries, timeout):
            with mp.Pool(workers) as pool:
                return pool.map(fn, items)""",
        {"once": "`robust_map` never returned after the worker of task"},
    ),
    "finishing_order": (
        """
        def robust_map(fn, items, workers, retries, timeout):
            with cf.ProcessPoolExecutor(workers) as pool:
                futures = [pool.submit(fn, item) for item in items]
                return [f.result() for f in cf.as_completed(futures)][::-1]""",
        {"well": "The results are not in the order of the tasks."},
    ),
    "stub": (
        "def robust_map(fn, items, workers, retries, timeout): raise NotImplementedError",
        {"once": "`robust_map` is not written yet."},
    ),
    "constant": (
        "def robust_map(fn, items, workers, retries, timeout): return [None] * len(items)",
        {"once": "No task was run at all."},
    ),
}


@pytest.mark.parametrize("fault", MAP)
@pytest.mark.parametrize("name", RIGHT_MAP)
def test_robust_map_right(judge, name, fault):
    verdict = judge(MAP[fault], IMPORTS, RIGHT_MAP[name])
    assert verdict.outcome == "pass", verdict


@pytest.mark.parametrize("fault", ["well", "once", "hang", "raise"])
def test_a_pool_that_is_replaced_survives_what_happens_once(judge, fault):
    verdict = judge(MAP[fault], IMPORTS, POOL)
    assert verdict.outcome == "pass", verdict


@pytest.mark.parametrize(
    ("name", "fault"), [(name, fault) for name in WRONG_MAP for fault in WRONG_MAP[name][1]]
)
def test_robust_map_wrong(judge, name, fault):
    cell, told = WRONG_MAP[name]
    verdict = judge(MAP[fault], IMPORTS, cell)
    assert verdict.outcome == "fail"
    assert told[fault] in verdict.sentence, verdict


def test_the_judge_knows_every_attempt(judge):
    verdict = judge(MAP["once"], IMPORTS, RIGHT_MAP["one_after_the_other"])
    assert verdict.evidence == {"attempts": 7, "processes": 7, "faults": 2}


def map_serially(function, items):
    return [function(item) for item in items]


def test_plain_functions_are_judged_too():
    call = lambda tasks: (tasks.function, tasks.items)  # noqa: E731
    assert checks.survives(map_serially, call=call, tasks=2).outcome == "pass"
    verdict = checks.survives(map_serially, checks.fault(1, "exit"), call=call, tasks=2)
    assert verdict.sentence.startswith("Task 2 of 2 ended its process, and `map_serially` with it")


def test_faults_that_do_not_exist_are_refused():
    with pytest.raises(ValueError, match="a fault is one of"):
        checks.fault(0, "explode")
    with pytest.raises(ValueError, match="1 or more or None"):
        checks.fault(0, attempts=0)
    with pytest.raises(ValueError, match="the last is task 2"):
        checks.survives(map, checks.fault(3), tasks=3, call=lambda tasks: (tasks,))
