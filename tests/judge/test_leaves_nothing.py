"""The check `leaves_nothing`: what is left is seen from outside, and named."""

import sys

import pytest

from parcours import checks

IMPORTS = """
import asyncio, concurrent.futures as cf, multiprocessing as mp, os, queue, socket, subprocess, sys
import tempfile, threading, time
from multiprocessing import shared_memory
"""
CHECK = "checks.leaves_nothing(total, checks.case([1, 2, 3], returns=6))"

RIGHT = {
    "nothing_to_leave": "def total(numbers): return sum(numbers)",
    "joined_threads": """
        def total(numbers):
            out = queue.Queue()
            threads = [threading.Thread(target=out.put, args=(n,)) for n in numbers]
            for t in threads: t.start()
            for t in threads: t.join()
            return sum(out.get() for _ in threads)""",
    "thread_pool": """
        def total(numbers):
            with cf.ThreadPoolExecutor(3) as pool:
                return sum(pool.map(abs, numbers))""",
    # Told to end, and ending: it is not for the learner to wait for what ends by itself at once.
    "pool_shut_down_without_waiting": """
        def total(numbers):
            pool = cf.ThreadPoolExecutor(3)
            result = sum(pool.map(abs, numbers))
            pool.shutdown(wait=False)
            return result""",
    "process_pool": """
        def total(numbers):
            with cf.ProcessPoolExecutor(2) as pool:
                return sum(pool.map(abs, numbers))""",
    "multiprocessing_pool": """
        def total(numbers):
            with mp.Pool(2) as pool:
                return sum(pool.map(abs, numbers))""",
    "spawned_pool": """
        def total(numbers):
            with mp.get_context("spawn").Pool(1) as pool:
                return sum(pool.map(abs, numbers))""",
    "forkserver_stays": """
        def total(numbers):
            context = mp.get_context("forkserver")
            with cf.ProcessPoolExecutor(1, mp_context=context) as pool:
                return sum(pool.map(abs, numbers))""",
    "process_with_a_pipe": """
        def total(numbers):
            ours, theirs = mp.Pipe(duplex=False)
            p = mp.Process(target=theirs.send, args=(sum(numbers),))
            p.start()
            theirs.close()
            result = ours.recv()
            p.join()
            ours.close()
            return result""",
    "terminated_and_joined": """
        def total(numbers):
            p = mp.Process(target=time.sleep, args=(600,))
            p.start()
            p.terminate()
            p.join()
            return sum(numbers)""",
    "shared_memory_unlinked": """
        def total(numbers):
            block = shared_memory.SharedMemory(create=True, size=100)
            try:
                block.buf[:3] = bytes(numbers)
                return sum(block.buf[:3])
            finally:
                block.close()
                block.unlink()""",
    "temporary_files": """
        def total(numbers):
            with tempfile.TemporaryDirectory() as folder, open(folder + "/n", "w") as file:
                file.write(repr(numbers))
            return sum(numbers)""",
    "a_loop_of_its_own": """
        async def total(numbers):
            return sum(await asyncio.gather(*(asyncio.to_thread(abs, n) for n in numbers)))""",
    "a_manager": """
        def total(numbers):
            with mp.Manager() as manager:
                return sum(manager.list(numbers))""",
}
WRONG = {
    "not_joined": (
        """
        def total(numbers):
            for n in (1, 2):
                threading.Thread(target=threading.Event().wait, name=f"worker-{n}").start()
            return sum(numbers)""",
        "After `total([1, 2, 3])`, 2 threads were still running: worker-1, worker-2.",
    ),
    "a_daemon_that_polls": (
        """
        def tick():
            while True: time.sleep(0.01)
        def total(numbers):
            threading.Thread(target=tick, name="ticker", daemon=True).start()
            return sum(numbers)""",
        "1 thread was still running: ticker.",
    ),
    "a_daemon_that_is_busy": (
        """
        def total(numbers):
            def spin():
                while True: pass
            threading.Thread(target=spin, name="spinner", daemon=True).start()
            return sum(numbers)""",
        "1 thread was still running: spinner.",
    ),
    "below_threading": (
        """
        import _thread
        lock = _thread.allocate_lock()
        lock.acquire()
        def total(numbers):
            _thread.start_new_thread(lock.acquire, ())
            return sum(numbers)""",
        "1 thread was still running.",
    ),
    "pool_kept_open": (
        """
        pools = []
        def total(numbers):
            pools.append(cf.ThreadPoolExecutor(1))
            return sum(pools[-1].map(abs, numbers))""",
        "1 thread was still running: ThreadPoolExecutor-0_0.",
    ),
    "process_left": (
        """
        def total(numbers):
            mp.Process(target=time.sleep, args=(600,), daemon=True).start()
            return sum(numbers)""",
        "1 process was left running.",
    ),
    "process_pool_kept_open": (
        """
        pool = None
        def total(numbers):
            global pool
            pool = mp.Pool(2)
            return sum(pool.map(abs, numbers))""",
        "2 processes were left running.",
    ),
    "never_joined": (
        """
        kept = []
        def total(numbers):
            kept.append(mp.Process(target=int))
            kept[0].start()
            return sum(numbers)""",
        "1 process had ended and was never joined.",
    ),
    "never_joined_beside_a_forkserver": (
        """
        def total(numbers):
            mp.get_context("forkserver").Process(target=int).start()
            return sum(numbers)""",
        "1 process had ended and was never joined.",
    ),
    "a_program_in_the_background": (
        """
        def total(numbers):
            subprocess.Popen(["sleep", "600"], start_new_session=True)
            return sum(numbers)""",
        "1 process was left running.",
    ),
    "forkserver_worker": (
        """
        def total(numbers):
            p = mp.get_context("forkserver").Process(target=time.sleep, args=(600,), daemon=True)
            p.start()
            return sum(numbers)""",
        "1 process was left running.",
    ),
    "not_unlinked": (
        """
        def total(numbers):
            block = shared_memory.SharedMemory("numbers", create=True, size=100)
            block.close()
            return sum(numbers)""",
        "the shared memory block numbers was not unlinked.",
    ),
    "not_unlinked_by_a_spawned_child": (
        """
        def total(numbers):
            context = mp.get_context("spawn")
            arguments = ("numbers", True, 100)
            p = context.Process(target=shared_memory.SharedMemory, args=arguments)
            p.start()
            p.join()
            return sum(numbers)""",
        "the shared memory block numbers was not unlinked.",
    ),
    "file_left_open": (
        """
        files = []
        def total(numbers):
            files.append(open(os.devnull))
            return sum(numbers)""",
        "1 file was still open: null.",
    ),
    "socket_left_open": (
        """
        sockets = []
        def total(numbers):
            sockets.extend(socket.socketpair())
            return sum(numbers)""",
        "2 sockets were still open.",
    ),
    "pipe_left_open": (
        """
        def total(numbers):
            os.pipe()
            return sum(numbers)""",
        "2 ends of pipes were still open.",
    ),
    "temporary_file": (
        """
        def total(numbers):
            with open(tempfile.gettempdir() + "/numbers.txt", "w") as file:
                file.write(repr(numbers))
            return sum(numbers)""",
        "1 temporary file was not removed: numbers.txt.",
    ),
    "another_value": ("def total(numbers): return 7", "`total([1, 2, 3])`: expected 6"),
    "stub": ("def total(numbers): raise NotImplementedError", "`total` is not written yet."),
}
LINUX_ONLY = {"below_threading", "never_joined", "socket_left_open", "pipe_left_open"}
POSIX_ONLY = {
    "a_program_in_the_background",
    "forkserver_worker",
    "never_joined_beside_a_forkserver",
    "not_unlinked",
    "not_unlinked_by_a_spawned_child",
}


@pytest.mark.parametrize("name", RIGHT)
def test_what_is_tidy_passes(judge, name):
    if name == "forkserver_stays" and sys.platform == "win32":
        pytest.skip("Windows has no forkserver")
    verdict = judge(CHECK, IMPORTS, RIGHT[name])
    assert verdict.outcome == "pass", verdict


@pytest.mark.parametrize("name", WRONG)
def test_what_is_left_is_named(judge, name):
    if name in LINUX_ONLY and sys.platform != "linux":
        pytest.skip("seen in /proc only")
    if name in POSIX_ONLY and sys.platform == "win32":
        pytest.skip("these are POSIX's")
    cell, told = WRONG[name]
    verdict = judge(CHECK, IMPORTS, cell)
    assert verdict.outcome == "fail"
    assert told in verdict.sentence


@pytest.mark.skipif(sys.platform != "linux", reason="orphans are collected on Linux")
def test_an_orphan_in_a_session_of_its_own_is_left_too(judge):
    cell = """
        def total(numbers):
            if os.fork() == 0:
                os.setsid()
                if os.fork() == 0:
                    time.sleep(600)
                os._exit(0)
            os.wait()
            return sum(numbers)"""
    verdict = judge(CHECK, IMPORTS, cell)
    assert "1 process was left running." in verdict.sentence


def test_also_after_a_call_that_raises(judge):
    check = "checks.leaves_nothing(run, checks.case(int, ['1', 'x'], raises=ValueError))"
    leaky = """
        def run(fn, items):
            never = threading.Event()
            t = threading.Thread(target=never.wait, name="helper")
            t.start()
            results = [fn(item) for item in items]
            never.set()
            t.join()
            return results"""
    tidy = """
        def run(fn, items):
            with cf.ThreadPoolExecutor(2) as pool:
                return list(pool.map(fn, items))"""
    assert judge(check, IMPORTS, tidy).outcome == "pass"
    verdict = judge(check, IMPORTS, leaky)
    assert verdict.sentence == (
        "After `run(int, ['1', 'x'])` had raised its exception, 1 thread was still running: helper."
    )


def test_what_only_the_frames_of_an_exception_held_is_not_left(judge):
    check = "checks.leaves_nothing(run, checks.case(raises=ZeroDivisionError))"
    cell = """
        def run():
            file = open(os.devnull)
            return 1 / 0"""
    assert judge(check, IMPORTS, cell).outcome == "pass"


def test_several_things_are_told_in_order_of_weight(judge):
    cell = """
        def total(numbers):
            os.pipe()
            threading.Thread(target=threading.Event().wait, name="helper").start()
            return sum(numbers)"""
    verdict = judge(CHECK, IMPORTS, cell)
    assert verdict.sentence.endswith("1 thread was still running: helper.")
    assert "Besides, 2 ends of pipes were still open." in verdict.details


TICKER = """
    class Ticker:
        def __init__(self, interval, action):
            self.interval, self.action, self.stopped = interval, action, threading.Event()
            self.thread = threading.Thread(target=self.run, name="ticker")
        def run(self):
            while not self.stopped.wait(self.interval):
                self.action()
        def __enter__(self):
            self.thread.start()
            return self
        def __exit__(self, *_):
            self.stopped.set()
            {end}"""


def test_a_class_is_judged_by_how_it_is_used(judge):
    check = """
        def three_ticks(Ticker):
            import queue
            ticks = queue.Queue()
            with Ticker(0.001, lambda: ticks.put(1)):
                return sum(ticks.get() for _ in range(3))
        checks.leaves_nothing(Ticker, checks.case(through=three_ticks, returns=3,
                                                  note="a ticker in a with block"))"""
    right = judge(check, IMPORTS, TICKER.format(end="self.thread.join()"))
    assert right.outcome == "pass", right
    wrong = judge(check, IMPORTS, TICKER.format(end="").replace("self.stopped.set()", "pass"))
    assert wrong.sentence == (
        "After the call (a ticker in a with block), 1 thread was still running: ticker."
    )


def test_a_call_that_only_has_to_return(judge):
    check = "checks.leaves_nothing(f, call=lambda: (1,))"
    assert judge(check, "def f(x): return object()").outcome == "pass"
    assert "raised ZeroDivisionError" in judge(check, "def f(x): return 1 / 0").sentence


def leave_a_block():
    from multiprocessing import shared_memory

    block = shared_memory.SharedMemory(create=True, size=10)
    block.close()
    return block.name


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps no block")
def test_a_block_that_was_left_does_not_stay_for_ever():
    from multiprocessing import shared_memory

    names = []
    case = checks.case(where=lambda name: names.append(name) or True)
    verdict = checks.leaves_nothing(leave_a_block, case)
    assert verdict.sentence.endswith(f"the shared memory block {names[0]} was not unlinked.")
    with pytest.raises(FileNotFoundError):
        shared_memory.SharedMemory(names[0])


def forge_a_ledger(victim):
    import tempfile
    from pathlib import Path

    with Path(tempfile.gettempdir(), "ledger.txt").open("a") as file:
        file.write(f"block ../..{victim}\n")


def test_a_forged_ledger_removes_nothing_else(tmp_path):
    victim = tmp_path / "victim"
    victim.write_text("here")
    verdict = checks.leaves_nothing(forge_a_ledger, checks.case(str(victim), returns=None))
    assert verdict.outcome == "pass", verdict
    assert victim.read_text() == "here"


def leave_a_thread():
    import threading

    threading.Thread(target=threading.Event().wait, name="left", daemon=True).start()


def test_plain_functions_are_judged_too():
    assert checks.leaves_nothing(len, checks.case("abc", returns=3)).outcome == "pass"
    verdict = checks.leaves_nothing(leave_a_thread, call=lambda: ())
    assert verdict.sentence.endswith("1 thread was still running: left.")


@pytest.mark.parametrize(
    ("cases", "options"), [((), {}), (("x",), {}), ((checks.case(returns=1),), {"call": tuple})]
)
def test_calls_that_are_none_are_refused(cases, options):
    with pytest.raises(TypeError, match="needs cases made by case"):
        checks.leaves_nothing(len, *cases, **options)
