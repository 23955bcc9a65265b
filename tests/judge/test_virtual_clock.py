"""What the virtual clock sees of code that goes wrong, and of code that was there before it."""

import pytest

from parcours import checks

IMPORTS = """
import asyncio, collections, functools, queue, sched, socket, subprocess, threading, time
import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from time import monotonic, sleep
"""
CALL = "checks.virtual_time(f, lambda f, clock: f(clock.mark), ends=2)"


def _in_words(judge, body, check=CALL):
    verdict = judge(check, IMPORTS, "def f(mark):\n" + body)
    assert verdict.outcome == "fail", verdict
    return verdict.sentence


# ---- what never ends ----------------------------------------------------------------------------


def test_a_deadlock_is_told_with_the_lines_that_wait(judge):
    sentence = _in_words(
        judge,
        """
    one, other = Lock(), Lock()
    def first():
        with one:
            sleep(1)
            with other: pass
    def second():
        with other:
            sleep(1)
            with one: pass
    threads = [threading.Thread(target=t, name=t.__name__) for t in (first, second)]
    for t in threads: t.start()
    for t in threads: t.join()""",
    )
    assert sentence == (
        "At 1 s everything waits, and nothing will ever come: MainThread at line 14 of f "
        "(Thread.join), first at line 7 of first (Lock.acquire), second at line 11 of second "
        "(Lock.acquire)."
    )


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("    queue.Queue().get()", "line 2 of f (Queue.get)"),
        ("    lock = Lock()\n    lock.acquire(); lock.acquire()", "line 3 of f (Lock.acquire)"),
        ("    threading.Barrier(2).wait()", "line 2 of f (Barrier.wait)"),
        ("    threading.Semaphore(0).acquire()", "line 2 of f (Semaphore.acquire)"),
        ("    asyncio.run(asyncio.Event().wait())", "line 2 of f (asyncio.run)"),
        (
            "    async def g():\n        await asyncio.Queue().get()\n    asyncio.run(g())",
            "line 3 of g (Queue.get)",
        ),
        ("    with ThreadPoolExecutor() as p:\n        p.submit(Lock().acquire).result()\n"
         "        p.submit(queue.Queue().get).result()", "line 4 of f (Future.result)"),
    ],
)  # fmt: skip
def test_who_waits_for_ever_is_told_where(judge, body, line):
    sentence = _in_words(judge, body)
    assert sentence.startswith("At 0 s everything waits, and nothing will ever come: ")
    assert line in sentence


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("    while monotonic() < monotonic() + 1: pass", "polls the clock in a loop"),
        ("    end = datetime.now()\n    while (datetime.now() - end).seconds < 1: pass", "polls"),
        ("    while True: sleep(0)", "goes round in a loop that never waits (line 2 of f)"),
        ("    l = Lock(); l.acquire()\n    while not l.acquire(False): pass", "goes round"),
        ("    while not threading.Event().wait(0): pass", "goes round in a loop"),
        ("    async def g():\n        while True: await asyncio.sleep(0)\n    asyncio.run(g())",
         "goes round in a loop"),
        ("    while True: pass", "keeps running without ever waiting"),
        ("    while True: sleep(3600)", "It does not come to an end within 86400 s: it waits at"),
        ("    while True: sleep(1e-6)", "It had not come to an end after 0.2 s: it waits at"),
        ("    sleep(1e7)", "It does not come to an end within 86400 s: it waits at line 2"),
    ],
)  # fmt: skip
def test_what_never_ends_is_told_apart(judge, body, told):
    assert told in _in_words(judge, body, CALL.replace("ends=2", "ends=2, seconds=3"))


def test_a_wait_that_the_clock_cannot_see_is_inconclusive(judge):
    body = "    a, b = socket.socketpair()\n    b.recv(1)"
    verdict = judge(CALL.replace("ends=2", "ends=2, seconds=2"), IMPORTS, "def f(mark):\n" + body)
    assert verdict.outcome == "inconclusive"
    assert "in real time for something that a virtual clock cannot see" in verdict.sentence


def test_processes_live_in_real_time(judge):
    body = "    subprocess.run(['sleep', '0.1'], timeout=5)\n    sleep(2)"
    assert judge(CALL, IMPORTS, "def f(mark):\n" + body).outcome == "pass"
    body = "    p = multiprocessing.Process(target=sleep, args=(0.1,))\n    p.start(); p.join()"
    verdict = judge(CALL, IMPORTS, "def f(mark):\n" + body)
    assert verdict.outcome == "inconclusive"
    assert "`f` uses processes, which a virtual clock cannot follow" in verdict.sentence


# ---- what was there before ----------------------------------------------------------------------

ADOPTED = {
    "a lock of a cell": ("a_lock = Lock()", "a_lock"),
    "a lock that is held": ("a_lock = Lock()\na_lock.acquire()", "a_lock"),
    "a closure": (
        "def make():\n    lock = threading.RLock()\n    return lambda: lock\nget = make()",
        "get()",
    ),
    "an attribute": (
        "class Box:\n    def __init__(self): self.lock = Lock()\nbox = Box()",
        "box.lock",
    ),
    "a class attribute": ("class Box:\n    lock = Lock()", "Box.lock"),
    "slots": (
        "class Box:\n    __slots__ = 'lock',\n    def __init__(self): self.lock = Lock()\n"
        "box = Box()",
        "box.lock",
    ),
    "a factory": (
        "@dataclass\nclass Box:\n    lock: object = field(default_factory=Lock)",
        "boxed",
    ),
    "a defaultdict": ("locks = collections.defaultdict(Lock)", "locks['new']"),
    "containers": ("locks = {'all': [(Lock(), 1)]}", "locks['all'][0][0]"),
    "a default": ("def get(lock=Lock()): return lock", "get()"),
    "a condition's": ("condition = threading.Condition(Lock())", "condition"),
    "a semaphore": ("semaphore = threading.Semaphore(1)", "semaphore"),
    "a decorated function": (
        "def locked(g):\n    lock = Lock()\n    @functools.wraps(g)\n    def h(): return lock\n"
        "    return h\n@locked\ndef get(): pass",
        "get()",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", ADOPTED)
def test_locks_made_before_are_virtual_too(judge, what):
    cell, name = ADOPTED[what]
    body = f"""
def f(mark):
    {"boxed = Box().lock" if name == "boxed" else ""}
    lock = {name}
    lock.acquire(blocking=False)
    def give():
        sleep(2)
        lock.release()
    thread = threading.Thread(target=give)
    if "RLock" not in type(lock).__name__ and not hasattr(lock, "notify"):
        thread.start()
        lock.acquire(timeout=5)
    else:
        lock.release()
        other = threading.Thread(target=lambda: (lock.acquire(), sleep(2), lock.release()))
        other.start()
        sleep(1)
        lock.acquire(timeout=5)"""
    verdict = judge(CALL, IMPORTS, cell, body)
    assert verdict.outcome == "pass", verdict


@pytest.mark.parametrize(
    ("cell", "wait"),
    [
        ("nap = time.sleep", "nap(2)"),
        ("from time import sleep as nap", "nap(2)"),
        ("nap = functools.partial(sleep, 2)", "nap()"),
        ("class Box:\n    nap = staticmethod(sleep)", "Box().nap(2)"),
        ("def nap(seconds, wait=sleep): wait(seconds)", "nap(2)"),
        ("naps = {'long': [sleep]}", "naps['long'][0](2)"),
        ("p = ThreadPoolExecutor(2)\np.submit(int).result()", "p.submit(sleep, 2).result()"),
        ("q = queue.SimpleQueue(); q.put(2)", "sleep(q.get())"),
        ("event = threading.Event()\nevent.wait(0)", "event.wait(2)"),
        ("plan = sched.scheduler()", "plan.enter(2, 1, int); plan.run()"),
        ("def nap():\n    from time import sleep\n    sleep(2)", "nap()"),
        ("timer = threading.Timer(2, int)", "timer.start(); timer.join()"),
    ],
)  # fmt: skip
def test_names_bound_before_are_virtual_too(judge, cell, wait):
    verdict = judge(CALL, IMPORTS, cell, f"def f(mark):\n    {wait}")
    assert verdict.outcome == "pass", verdict


# ---- what a scenario may claim ------------------------------------------------------------------


def test_where_gets_the_timeline(judge):
    check = """
    def told(timeline):
        return (timeline.at("x") == [1.0] and timeline.value == 7 and timeline.seconds == 2
                and timeline.marks[0].place == "thread" and timeline.left == []
                and timeline.blocked == [])
    def play(f, clock):
        clock.together([lambda: (clock.sleep(1), clock.mark("x"))])
        f()
        assert clock.now() == 2
        return 7
    checks.virtual_time(f, play, where=told)"""
    assert judge(check, IMPORTS, "def f(): sleep(1)").outcome == "pass"
    assert judge(check, IMPORTS, "def f(): sleep(1.5)").sentence.startswith("`f`: it raised Asser")
    check = check.replace("where=told", "where=lambda seen: 'the rate is too high.'")
    assert judge(check, IMPORTS, "def f(): sleep(1)").sentence == "The rate is too high."
    check = check.replace("'the rate is too high.'", "seen.value.nothing")
    assert "another form" in judge(check, IMPORTS, "def f(): sleep(1)").sentence


def test_late_gives_room(judge):
    check = "checks.virtual_time(f, lambda f, clock: f(clock.mark), late=0.5, expect=[(1, 'x')])"
    cell = "def f(mark):\n    sleep({})\n    mark('x')"
    assert judge(check, IMPORTS, cell.format(1.4)).outcome == "pass"
    assert judge(check, IMPORTS, cell.format(0.9)).outcome == "fail"
    verdict = judge(check, IMPORTS, cell.format(1.6))
    assert verdict.sentence == '"x" came at 1.6 s, expected at 1 s.'
    assert verdict.evidence["seen"] == "x at 1.6 s"
    assert verdict.picture.startswith("<svg")


def test_where_a_mark_was_made_is_known(judge):
    check = """
    async def play(f, clock):
        await f(lambda: clock.mark("here"))
    checks.virtual_time(f, play, where=lambda seen: [m.place for m in seen.marks] == [
        "loop", "thread", "process"])"""
    cell = """
    from concurrent.futures import ProcessPoolExecutor
    async def f(mark):
        mark()
        await asyncio.to_thread(mark)
        with ProcessPoolExecutor() as pool:
            await asyncio.get_running_loop().run_in_executor(pool, mark)"""
    assert judge(check, IMPORTS, cell).outcome == "pass"


def test_a_thread_that_died_is_told_beside(judge):
    verdict = judge(
        CALL,
        IMPORTS,
        "def g(): {}['x']\ndef f(mark):\n    t = threading.Thread(target=g, name='worker')\n"
        "    t.start(); t.join()",
    )
    assert verdict.sentence == "It was over at 0 s, expected at 2 s."
    assert verdict.details == ["The thread worker died of KeyError: 'x' (line 1 of g)."]


def test_a_test_that_is_wrong_itself_is_not_the_learners_fault(judge):
    for check in (
        "checks.virtual_time(f, lambda f, clock: f(1))",
        "checks.virtual_time(f, checks.scenario(lambda f, clock: f(1)))",
        "checks.virtual_time(f)",
        "checks.virtual_time(f, int, returns=1, raises=ValueError)",
        "checks.virtual_time(f, checks.scenario(int, ends=1), ends=1)",
    ):
        assert judge(check, "def f(x): return x").outcome == "inconclusive"


def test_an_unplayable_answer_is_refused():
    with pytest.raises(TypeError, match="needs expect="):
        checks.scenario(lambda f, clock: f())


def test_functions_of_this_process_are_judged_too():
    def f(seconds):
        import time

        time.sleep(seconds)
        return time.monotonic()

    assert checks.virtual_time(f, lambda f, clock: f(3600), ends=3600).outcome == "pass"


def test_a_forged_report_is_no_answer(judge):
    cell = """
    def f(mark):
        import gc
        from parcours.judge import virtual_play
        for stage in gc.get_objects():
            if type(stage) is virtual_play._Stage:
                stage.report = lambda: {"how": 1, "now": "x"}
    """
    verdict = judge(CALL, IMPORTS, cell)
    assert verdict.sentence == (
        "`f` gave no answer: the process sent something that is not an answer."
    )


def test_a_lock_that_is_free_at_once_does_not_stop_the_loop(judge):
    cell = """
    async def f(mark):
        lock = Lock()
        lock.acquire()
        def give():
            for _ in range(1_000): monotonic()
            lock.release()
        threading.Thread(target=give).start()
        lock.acquire()
        await asyncio.sleep(2)"""
    verdict = judge(CALL, IMPORTS, cell)
    assert verdict.outcome == "pass", verdict
