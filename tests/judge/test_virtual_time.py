"""The check `virtual_time` on the exercises it is made for: right shapes and wrong ones."""

from fnmatch import fnmatchcase

import pytest

IMPORTS = """
import asyncio, collections, queue, threading, time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from time import monotonic, sleep
"""

# ---- RateLimiter: at most `rate` calls in any `per` seconds, shared by threads ------------------

LIMITER = """
    def play(RateLimiter, clock):
        limiter = RateLimiter(3, 1.0)
        def caller():
            limiter.acquire()
            clock.mark("call")
        clock.together([caller] * 8)

    def late_burst(RateLimiter, clock):
        limiter = RateLimiter(2, 1.0)
        limiter.acquire()
        clock.sleep(0.9)
        for _ in range(4):
            limiter.acquire()
            clock.mark("call")

    checks.virtual_time(
        RateLimiter,
        checks.scenario(play, expect=[(n // 3, "call") for n in range(8)], ends=2, may_leave=True),
        checks.scenario(late_burst, note="calls at the window's edge",
                        expect=[(0.9, "call"), (1, "call"), (1.9, "call"), (2, "call")],
                        may_leave=True),
    )"""

WINDOW = """
    class RateLimiter:
        def __init__(self, rate, per):
            self.rate, self.per = rate, per
            self.lock, self.calls = threading.Lock(), collections.deque()
        def acquire(self):
            while True:
                with self.lock:
                    now = time.monotonic()
                    while self.calls and now - self.calls[0] >= self.per:
                        self.calls.popleft()
                    if len(self.calls) < self.rate:
                        self.calls.append(now)
                        return
                    wait = self.calls[0] + self.per - now
                time.sleep(wait)"""

RIGHT_LIMITERS = {
    "window": WINDOW,
    "names bound early": WINDOW.replace("time.sleep", "sleep").replace("time.mono", "mono"),
    "reserves a place": """
        class RateLimiter:
            def __init__(self, rate, per):
                self.per, self.lock = per, threading.Lock()
                self.free_at = collections.deque([float("-inf")] * rate)
            def acquire(self):
                with self.lock:
                    now = time.perf_counter()
                    at = max(now, self.free_at.popleft())
                    self.free_at.append(at + self.per)
                if at > now:
                    threading.Event().wait(at - now)""",
    "condition": """
        class RateLimiter:
            def __init__(self, rate, per):
                self.rate, self.per = rate, per
                self.changed, self.calls = threading.Condition(), []
            def acquire(self):
                with self.changed:
                    while True:
                        now = time.time()
                        self.calls = [c for c in self.calls if now - c < self.per - 1e-6]
                        if len(self.calls) < self.rate:
                            break
                        self.changed.wait(self.calls[0] + self.per - now)
                    self.calls.append(now)""",
    "timers give back": """
        class RateLimiter:
            def __init__(self, rate, per):
                self.slots, self.per = threading.Semaphore(rate), per
            def acquire(self):
                self.slots.acquire()
                timer = threading.Timer(self.per, self.slots.release)
                timer.daemon = True
                timer.start()""",
}
WRONG_LIMITERS = {
    "no limit": (
        "class RateLimiter:\n    def __init__(self, *a): pass\n    def acquire(self): pass",
        "The 4th call came at 0 s, expected at 1 s.",
    ),
    "bursts at the edge": (
        """
        class RateLimiter:
            def __init__(self, rate, per):
                self.rate, self.per, self.lock = rate, per, threading.Lock()
                self.begun, self.count = time.monotonic(), 0
            def acquire(self):
                with self.lock:
                    now = time.monotonic()
                    if now - self.begun >= self.per:
                        self.begun, self.count = now, 0
                    if self.count == self.rate:
                        time.sleep(self.begun + self.per - now)
                        self.begun, self.count = time.monotonic(), 0
                    self.count += 1""",
        "Calls at the window's edge: the 3rd call came at 1 s, expected at 1.9 s.",
    ),
    "evenly spaced": (
        """
        class RateLimiter:
            def __init__(self, rate, per):
                self.step, self.lock = per / rate, threading.Lock()
            def acquire(self):
                with self.lock:
                    time.sleep(self.step)""",
        "The 1st call came at 0.3333 s, expected at 0 s.",
    ),
    "polls the clock": (
        WINDOW.replace("time.sleep(wait)", "continue"),
        "At 0 s it polls the clock in a loop instead of waiting (line *",
    ),
    "keeps the lock": (
        WINDOW.replace("with self.lock:", "self.lock.acquire()\n                if True:"),
        "At 0 s everything waits, and nothing will ever come: * (Lock.acquire)*",
    ),
    "not written": (
        """
        class RateLimiter:
            def __init__(self, rate, per):
                raise NotImplementedError""",
        "`RateLimiter` is not written yet.",
    ),
}

# ---- Ticker: calls an action at every interval until it is stopped ------------------------------

TICKER = """
    def play(Ticker, clock):
        ticker = Ticker(1.0, lambda: clock.mark("action"))
        ticker.start()
        clock.sleep(3.5)
        ticker.stop()
        clock.mark("stop returns")
    checks.virtual_time(
        Ticker, play,
        expect=[(1, "action"), (2, "action"), (3, "action"), (3.5, "stop returns")],
    )"""

RIGHT_TICKERS = {
    "event": """
        class Ticker:
            def __init__(self, interval, action):
                self.interval, self.action = interval, action
                self.stopped = threading.Event()
                self.thread = threading.Thread(target=self.run)
            def start(self): self.thread.start()
            def run(self):
                while not self.stopped.wait(self.interval): self.action()
            def stop(self):
                self.stopped.set()
                self.thread.join()""",
    "thread subclass without join": """
        class Ticker(threading.Thread):
            def __init__(self, interval, action):
                super().__init__(daemon=True)
                self.interval, self.action = interval, action
                self.box = queue.SimpleQueue()
            def run(self):
                while True:
                    try:
                        return self.box.get(timeout=self.interval)
                    except queue.Empty:
                        self.action()
            def stop(self): self.box.put(None)""",
    "timers": """
        class Ticker:
            def __init__(self, interval, action):
                self.interval, self.action = interval, action
            def start(self):
                self.timer = threading.Timer(self.interval, self.tick)
                self.timer.start()
            def tick(self):
                self.start()
                self.action()
            def stop(self): self.timer.cancel()""",
}
SLEEPY = """
    class Ticker:
        def __init__(self, interval, action):
            self.interval, self.action, self.going = interval, action, True
            self.thread = threading.Thread(target=self.run)
        def start(self): self.thread.start()
        def run(self):
            while self.going:
                time.sleep(self.interval)
                if self.going: self.action()
        def stop(self):
            self.going = False
            self.thread.join()"""
WRONG_TICKERS = {
    "sleeps, stop waits": (SLEEPY, '"stop returns" came at 4 s, expected at 3.5 s.'),
    "sleeps, thread left": (
        SLEEPY.replace("self.thread.join()", "pass"),
        "1 thread had not ended when it was over: it waits at line 8 of run (time.sleep).",
    ),
    "acts at once": (
        RIGHT_TICKERS["event"].replace(
            "while not self.stopped.wait(self.interval): self.action()",
            "while True:\n                    self.action()\n"
            "                    if self.stopped.wait(self.interval): return",
        ),
        "The 1st action came at 0 s, expected at 1 s.",
    ),
    "busy": (
        SLEEPY.replace("time.sleep(self.interval)", "time.monotonic()"),
        "At 0 s it polls the clock in a loop instead of waiting (line 8 of run).",
    ),
    "spins until it is time": (
        SLEEPY.replace(
            "time.sleep(self.interval)",
            "end = monotonic() + self.interval\n                while monotonic() < end: pass",
        ),
        "At 0 s it polls the clock in a loop instead of waiting (line 9 of run).",
    ),
    "runs in start": (
        SLEEPY.replace("self.thread.start()", "self.run()"),
        "It does not come to an end within 86400 s: it waits at line 8 of run (time.sleep).",
    ),
    "started twice": (
        SLEEPY.replace("self.thread.start()", "self.thread.start(); self.thread.start()"),
        "`Ticker`: it raised RuntimeError: threads can only be started once (line 5 of start).",
    ),
}

# ---- retry: 1, 2, 4 seconds between attempts ----------------------------------------------------

RETRY = """
    def failing(clock, times, result="done"):
        attempts = iter(range(1, 100))
        async def op():
            clock.mark("attempt")
            if next(attempts) <= times:
                raise ConnectionError("not yet")
            return result
        return op

    async def third_time(retry, clock):
        return await retry(failing(clock, 2), attempts=4, base_delay=1, timeout=10)

    async def never(retry, clock):
        return await retry(failing(clock, 99), attempts=4, base_delay=1, timeout=10)

    async def slow(retry, clock):
        async def op():
            clock.mark("attempt")
            await asyncio.sleep(100)
        return await retry(op, attempts=2, base_delay=1, timeout=10)

    async def cancelled(retry, clock):
        task = asyncio.ensure_future(retry(failing(clock, 99), 9, 1, 10))
        await asyncio.sleep(4.5)
        task.cancel()
        await task

    async def cancelled_inside(retry, clock):
        async def op():
            clock.mark("attempt")
            await asyncio.sleep(5)
        task = asyncio.ensure_future(retry(op, 9, 1, 10))
        await asyncio.sleep(2)
        task.cancel()
        await task

    import asyncio
    checks.virtual_time(
        retry,
        checks.scenario(third_time, returns="done", ends=3, note="two failures",
                        expect=[(0, "attempt"), (1, "attempt"), (3, "attempt")]),
        checks.scenario(never, raises=ConnectionError, ends=7, note="only failures",
                        expect=[(0, "attempt"), (1, "attempt"), (3, "attempt"), (7, "attempt")]),
        checks.scenario(slow, raises=TimeoutError, ends=21, note="an op that hangs",
                        expect=[(0, "attempt"), (11, "attempt")]),
        checks.scenario(cancelled, raises=asyncio.CancelledError, ends=4.5, note="cancelled asleep",
                        expect=[(0, "attempt"), (1, "attempt"), (3, "attempt")]),
        checks.scenario(cancelled_inside, raises=asyncio.CancelledError, ends=2,
                        note="cancelled at work", expect=[(0, "attempt")]),
    )"""

LOOP = """
    async def retry(op, attempts, base_delay, timeout):
        for attempt in range(attempts):
            try:
                async with asyncio.timeout(timeout):
                    return await op()
            except Exception:
                if attempt == attempts - 1:
                    raise
            await asyncio.sleep(base_delay * 2**attempt)"""
RIGHT_RETRIES = {
    "timeout": LOOP,
    "wait_for, recursive": """
        async def retry(op, attempts, base_delay, timeout):
            try:
                return await asyncio.wait_for(op(), timeout)
            except Exception:
                if attempts == 1: raise
                await asyncio.sleep(base_delay)
                return await retry(op, attempts - 1, 2 * base_delay, timeout)""",
    "call_later": LOOP.replace(
        "await asyncio.sleep(base_delay * 2**attempt)",
        "loop, gone = asyncio.get_running_loop(), asyncio.Event()\n"
        "            loop.call_at(loop.time() + base_delay * 2**attempt, gone.set)\n"
        "            await gone.wait()",
    ),
}
WRONG_RETRIES = {
    "blocks the loop": (
        LOOP.replace("await asyncio.sleep", "time.sleep"),
        "Two failures: the event loop stood still for 2 s, from 1 s on: time.sleep (line 9 of "
        "retry) blocks every task.",
    ),
    "linear": (
        LOOP.replace("2**attempt", "(attempt + 1)"),
        "Only failures: the 4th attempt came at 6 s, expected at 7 s.",
    ),
    "sleeps after the last": (
        """
        async def retry(op, attempts, base_delay, timeout):
            for attempt in range(attempts):
                try:
                    return await asyncio.wait_for(op(), timeout)
                except Exception as caught:
                    error = caught
                await asyncio.sleep(base_delay * 2**attempt)
            raise error""",
        "Only failures: it was over at 15 s, expected at 7 s.",
    ),
    "one too few": (
        LOOP.replace("range(attempts)", "range(attempts - 1)"),
        "Only failures: the 4th attempt never came, expected at 7 s.",
    ),
    "one too many": (
        LOOP.replace("attempts - 1", "attempts").replace("(attempts)", "(attempts + 1)"),
        "Only failures: the 5th attempt came at 15 s, only 4 were expected.",
    ),
    "no timeout": (
        LOOP.replace("asyncio.timeout(timeout)", "asyncio.timeout(None)"),
        "An op that hangs: the 2nd attempt never came, expected at 11 s.",
    ),
    "swallows": (
        LOOP.replace("raise", "return None"),
        "Only failures: expected ConnectionError, it returned None.",
    ),
    "BaseException": (
        LOOP.replace("Exception", "BaseException"),
        "Cancelled at work: the 2nd attempt came at 3 s, only 1 was expected.",
    ),
    "plain function": (
        "def retry(op, attempts, base_delay, timeout): return op()",
        "Two failures: it raised ConnectionError: not yet.",
    ),
    "forgets to await": (
        LOOP.replace("await asyncio.sleep", "asyncio.sleep"),
        "Two failures: the 2nd attempt came at 0 s, expected at 1 s.",
    ),
}

# ---- Heartbeat: beats beside computing ----------------------------------------------------------

HEARTBEAT = """
    async def play(with_heartbeat, clock):
        beat = lambda: clock.mark("beat")
        result = await with_heartbeat(lambda: (clock.work(3.5), "computed")[1], beat, 1.0)
        clock.mark("over")
        return result
    checks.virtual_time(with_heartbeat, play, returns="computed",
                        expect=[(1, "beat"), (2, "beat"), (3, "beat"), (3.5, "over")])"""
POOL = """
    async def with_heartbeat(compute, beat, interval):
        async def beats():
            while True:
                await asyncio.sleep(interval)
                beat()
        task = asyncio.create_task(beats())
        try:
            with ProcessPoolExecutor(1) as pool:
                return await asyncio.get_running_loop().run_in_executor(pool, compute)
        finally:
            task.cancel()"""
RIGHT_HEARTBEATS = {
    "process": POOL,
    "to_thread": POOL.replace("with ProcessPoolExecutor(1) as pool", "if True").replace(
        "asyncio.get_running_loop().run_in_executor(pool, compute)", "asyncio.to_thread(compute)"
    ),
}
WRONG_HEARTBEATS = {
    "computes in the loop": (
        POOL.replace(
            "await asyncio.get_running_loop().run_in_executor(pool, compute)", "compute()"
        ),
        "The event loop stood still for 3.5 s, from 0 s on: computing* blocks every task.",
    ),
    "waits in the loop": (
        POOL.replace(
            "await asyncio.get_running_loop().run_in_executor(pool, compute)",
            "pool.submit(compute).result()",
        ),
        "The event loop stood still for 3.5 s, from 0 s on: Future.result (line 9 of "
        "with_heartbeat) blocks every task.",
    ),
    "beats go on": (
        POOL.replace("task.cancel()", "pass"),
        "1 task had not ended when it was over: it waits at line 4 of beats (asyncio.sleep).",
    ),
}

# ---- gather_bounded -----------------------------------------------------------------------------

BOUNDED = """
    import asyncio

    def job(clock, seconds, error=None):
        async def run():
            clock.mark("begins")
            try:
                await asyncio.sleep(seconds)
            except asyncio.CancelledError:
                clock.mark("cancelled")
                raise
            if error: raise error
            return seconds
        return run()

    async def in_turn(gather_bounded, clock):
        return await gather_bounded([job(clock, n) for n in (3, 1, 1, 2)], 2)

    async def one_fails(gather_bounded, clock):
        jobs = [job(clock, 5), job(clock, 1, ValueError("bad")), job(clock, 1)]
        return await gather_bounded(jobs, 2)

    checks.virtual_time(
        gather_bounded,
        checks.scenario(in_turn, returns=[3, 1, 1, 2], ends=4,
                        expect=[(0, "begins"), (0, "begins"), (1, "begins"), (2, "begins")]),
        checks.scenario(one_fails, raises=ValueError, ends=1, note="one fails",
                        where=lambda seen: seen.at("cancelled").count(1.0) >= 1
                        or "the others were not cancelled."),
    )"""
SEMAPHORE = """
    async def gather_bounded(coros, limit):
        room = asyncio.Semaphore(limit)
        async def bounded(coro):
            async with room:
                return await coro
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(bounded(coro)) for coro in coros]
        except BaseExceptionGroup as errors:
            raise errors.exceptions[0]
        return [task.result() for task in tasks]"""
RIGHT_BOUNDED = {
    "semaphore": SEMAPHORE,
    "workers": """
        async def gather_bounded(coros, limit):
            results, waiting = [None] * len(coros), list(enumerate(coros))[::-1]
            async def worker():
                while waiting:
                    index, coro = waiting.pop()
                    results[index] = await coro
            workers = [asyncio.create_task(worker()) for _ in range(limit)]
            try:
                await asyncio.gather(*workers)
            finally:
                for one in workers: one.cancel()
                await asyncio.gather(*workers, return_exceptions=True)
            return results""",
}
WRONG_BOUNDED = {
    "all at once": (
        "async def gather_bounded(coros, limit): return await asyncio.gather(*coros)",
        "The 3rd begins came at 0 s, expected at 1 s.",
    ),
    "batches": (
        """
        async def gather_bounded(coros, limit):
            results = []
            for i in range(0, len(coros), limit):
                results += await asyncio.gather(*coros[i:i + limit])
            return results""",
        "The 3rd begins came at 3 s, expected at 1 s.",
    ),
    "one by one": (
        "async def gather_bounded(coros, limit): return [await coro for coro in coros]",
        "The 2nd begins came at 3 s, expected at 0 s.",
    ),
    "leaks": (
        """
        async def gather_bounded(coros, limit):
            room = asyncio.Semaphore(limit)
            async def bounded(coro):
                async with room:
                    return await coro
            return await asyncio.gather(*(bounded(coro) for coro in coros))""",
        "One fails: the others were not cancelled.",
    ),
    "finishing order": (
        SEMAPHORE.replace("return await coro", "done.append(await coro)")
        .replace("room =", "done, room = [],")
        .replace("[task.result() for task in tasks]", "done"),
        "`gather_bounded`: expected [3, 1, 1, 2], it returned [1, 1, 3, 2].",
    ),
}

EXERCISES = {
    "RateLimiter": (LIMITER, RIGHT_LIMITERS, WRONG_LIMITERS),
    "Ticker": (TICKER, RIGHT_TICKERS, WRONG_TICKERS),
    "retry": (RETRY, RIGHT_RETRIES, WRONG_RETRIES),
    "Heartbeat": (HEARTBEAT, RIGHT_HEARTBEATS, WRONG_HEARTBEATS),
    "gather_bounded": (BOUNDED, RIGHT_BOUNDED, WRONG_BOUNDED),
}


@pytest.mark.parametrize(
    ("exercise", "shape"), [(e, shape) for e, (_, right, _) in EXERCISES.items() for shape in right]
)
def test_right_shapes_pass(judge, exercise, shape):
    check, right, _ = EXERCISES[exercise]
    verdict = judge(check, IMPORTS, right[shape])
    assert verdict.outcome == "pass", verdict


@pytest.mark.parametrize(
    ("exercise", "shape"), [(e, shape) for e, (_, _, wrong) in EXERCISES.items() for shape in wrong]
)
def test_wrong_shapes_fail_with_their_cause(judge, exercise, shape):
    check, _, wrong = EXERCISES[exercise]
    answer, sentence = wrong[shape]
    verdict = judge(check, IMPORTS, answer)
    assert verdict.outcome == "fail"
    assert fnmatchcase(verdict.sentence, sentence.replace("[", "[[]")), verdict
