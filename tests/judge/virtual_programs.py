"""Programs that wait in every way there is, and what they do at which second of real time.

    @program((1, "False"), (3, "True"))
    def lock_timeouts(mark): ...

`test_virtual_programs` plays them under the virtual clock. They mean the same in real time; to see
that they do (some ten seconds, on a machine with nothing else to do):

    python tests/judge/virtual_programs.py
"""

import asyncio
import concurrent.futures as futures
import contextlib
import datetime
import multiprocessing
import queue
import sched
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.pool import ThreadPool
from threading import Event, Lock, Thread
from time import monotonic, sleep

PROGRAMS = {}


def program(*expected):
    def register(function):
        function.expected = list(expected)
        PROGRAMS[function.__name__] = function
        return function

    return register


def start(*targets, daemon=None):
    threads = [Thread(target=target, daemon=daemon) for target in targets]
    for thread in threads:
        thread.start()
    return threads


def join(threads):
    for thread in threads:
        thread.join()


# ---- threads ------------------------------------------------------------------------------------

MODULE_LOCK = Lock()
MODULE_QUEUE = queue.Queue(maxsize=1)
MODULE_SIMPLE = queue.SimpleQueue()
MODULE_EVENT = Event()
MODULE_CONDITION = threading.Condition()
MODULE_POOL = ThreadPoolExecutor(2)


@program((1, "ten tenths"), (1, "monotonic"), (1, "perf_counter"), (1, "time"), (1, "datetime"))
def clocks_agree(mark):
    begun = monotonic(), time.perf_counter_ns(), time.time(), datetime.datetime.now()
    for _ in range(10):
        sleep(0.1)
    mark("ten tenths")
    for name, passed in (
        ("monotonic", monotonic() - begun[0]),
        ("perf_counter", (time.perf_counter_ns() - begun[1]) / 1e9),
        ("time", time.time() - begun[2]),
        ("datetime", (datetime.datetime.now() - begun[3]).total_seconds()),
    ):
        mark(name if abs(passed - 1) < 0.1 else f"{name} said {passed}")


@program((0.5, "b"), (1, "a"), (1.5, "b"), (2, "a"), (2, "joined"))
def sleepers_take_turns(mark):
    def a():
        for _ in range(2):
            sleep(1)
            mark("a")

    def b():
        sleep(0.5)
        mark("b")
        sleep(1)
        mark("b")

    join(start(a, b))
    mark("joined")


@program((0, "False"), (1, "False"), (2, "True"), (2, "True"))
def event_timeouts(mark):
    event = Event()

    def setter():
        sleep(2)
        event.set()

    threads = start(setter)
    mark(str(event.wait(0)))
    mark(str(event.wait(1)))
    mark(str(event.wait(5)))
    mark(str(event.wait(5)))
    join(threads)


@program((1, "tick"), (2, "tick"), (2.5, "stopped"), (2.5, "joined"))
def event_as_a_ticker(mark):
    stop = Event()

    def ticks():
        while not stop.wait(1):
            mark("tick")
        mark("stopped")

    thread = start(ticks)
    sleep(2.5)
    stop.set()
    join(thread)
    mark("joined")


@program((1, "timeout"), (2, "one"), (4, "pair"), (4, "pair"), (4, "predicate"), (6, "late"))
def condition_waits(mark):
    condition = threading.Condition()
    items = []

    def one():
        with condition:
            if condition.wait(2):
                mark("one")

    def pair():
        sleep(2)
        with condition:
            condition.wait(5)
            mark("pair")

    def predicate():
        with condition:
            condition.wait_for(lambda: len(items) == 2)
            mark("predicate")

    def late():
        sleep(4)
        with condition:
            if not condition.wait_for(lambda: False, 1):
                mark("late")

    with condition:
        if not condition.wait(1):
            mark("timeout")
    threads = start(one, pair, pair, late)
    sleep(1)
    with condition:
        condition.notify()
    threads += start(predicate)
    sleep(0.5)
    items.append(1)
    with condition:
        condition.notify_all()
    sleep(1.5)
    items.append(2)
    with condition:
        condition.notify_all()
    join(threads)


@program((1, "False"), (1, "False"), (3, "True"), (3.5, "by another"))
def lock_timeouts(mark):
    lock = MODULE_LOCK

    def holder():
        with lock:
            sleep(3)

    threads = start(holder)
    sleep(0.5)
    for options in ({"timeout": 0.5}, {"blocking": False}, {"timeout": 5}):
        mark(str(lock.acquire(**options)))

    def release():
        sleep(0.5)
        lock.release()

    threads += start(release)
    with lock:
        mark("by another")
    join(threads)


@program((0, "inner"), (1, "out"), (1, "second"), (1, "refused"))
def rlock_is_nested(mark):
    lock = threading.RLock()

    def first():
        with lock:
            with lock, lock:
                mark("inner")
                sleep(1)
            mark("out")

    def second():
        sleep(0.2)
        with lock:
            mark("second")

    join(start(first, second))
    with contextlib.suppress(RuntimeError):
        lock.release()
        mark("released what nobody held")
    mark("refused")


@program((0, "in"), (0, "in"), (0.5, "timeout"), (1, "in"), (1, "in"), (2, "in"), (3, "over"))
def semaphores(mark):
    semaphore = threading.BoundedSemaphore(2)

    def enter():
        with semaphore:
            mark("in")
            sleep(1)

    def impatient():
        sleep(0.25)
        if not semaphore.acquire(timeout=0.25):
            mark("timeout")

    join(start(*[enter] * 5, impatient))
    with contextlib.suppress(ValueError):
        semaphore.release()
        mark("released too often")
    mark("over")


@program((1, "empty"), (1, "empty"), (2, "full"), (3, "put"), (3.5, "got 2"), (3.5, "done"))
def queue_timeouts(mark):
    box = MODULE_QUEUE
    with contextlib.suppress(queue.Empty):
        box.get(timeout=1)
    mark("empty")
    with contextlib.suppress(queue.Empty):
        box.get_nowait()
    mark("empty")
    box.put(1)
    try:
        box.put(2, timeout=1)
    except queue.Full:
        mark("full")

    def taker():
        sleep(1)
        box.get()
        box.task_done()
        sleep(0.5)
        mark(f"got {box.get()}")
        box.task_done()

    threads = start(taker)
    box.put(2)
    mark("put")
    box.join()
    mark("done")
    join(threads)


@program((1, "empty"), (2, "a"), (2, "b"), (2, "0 left"))
def simple_queue(mark):
    box = MODULE_SIMPLE
    with contextlib.suppress(queue.Empty):
        box.get(timeout=1)
    mark("empty")

    def putter():
        sleep(1)
        box.put("a")
        box.put("b")

    threads = start(putter)
    mark(box.get())
    mark(box.get_nowait())
    mark(f"{box.qsize()} left")
    join(threads)


@program((1, "1"), (2, "2"), (3, "3"), (3, "9"))
def queues_of_all_kinds(mark):
    first, last = queue.PriorityQueue(), queue.LifoQueue()

    def feed():
        for number in (1, 2, 3):
            sleep(1)
            first.put(number)
            last.put(number * 3)

    threads = start(feed)
    for _ in range(3):
        mark(str(first.get()))
    mark(str(last.get()))
    join(threads)


@program((2, "through"), (2, "through"), (2, "through"), (4, "broken"), (4, "broken"))
def barriers(mark):
    barrier = threading.Barrier(3)

    def party(delay):
        sleep(delay)
        barrier.wait()
        mark("through")

    join(start(lambda: party(0), lambda: party(1), lambda: party(2)))

    def alone(delay, timeout):
        sleep(delay)
        try:
            barrier.wait(timeout)
        except threading.BrokenBarrierError:
            mark("broken")

    join(start(lambda: alone(0, 2), lambda: alone(1, 5)))


@program((1, "alive"), (2, "ended"), (2, "ended"), (2, "refused"), (2, "refused"))
def joins(mark):
    (thread,) = start(lambda: sleep(2))
    thread.join(1)
    mark("alive" if thread.is_alive() else "ended")
    thread.join(timeout=5)
    mark("alive" if thread.is_alive() else "ended")
    thread.join()
    mark("alive" if thread in threading.enumerate() else "ended")
    for wrong in (thread.start, Thread().join):
        try:
            wrong()
        except RuntimeError:
            mark("refused")


@program((1, "timer"), (3, "cancelled"))
def timers(mark):
    rings = [threading.Timer(1, mark, ["timer"]), threading.Timer(2, mark, ["never"])]
    for ring in rings:
        ring.start()
    sleep(1.5)
    rings[1].cancel()
    join(rings)
    sleep(1.5)
    mark("cancelled")


@program((1, "a"), (1, "first"), (2, "b"), (2, "c"), (3, "d"), (3, "shut down"))
def thread_pools(mark):
    def task(seconds, label):
        sleep(seconds)
        mark(label)
        return label

    with ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(task, *job) for job in ((1, "a"), (2, "b"), (1, "c"), (1, "d"))]
        done, _ = futures.wait(jobs, return_when=futures.FIRST_COMPLETED)
        if [job.result() for job in done] == ["a"]:
            mark("first")
    mark("shut down")


@program((1, "TimeoutError"), (2, "[None, None]"), (2.5, "closed"))
def thread_pools_of_multiprocessing(mark):
    with ThreadPool(2) as pool:
        late = pool.map_async(sleep, [2, 1])
        try:
            late.get(timeout=1)
        except multiprocessing.TimeoutError:
            mark("TimeoutError")
        mark(str(late.get()))
    pool = ThreadPool(1)
    pool.apply_async(sleep, (0.5,))
    pool.close()
    pool.join()
    mark("closed")


@program((1, "TimeoutError"), (1.5, "as_completed: TimeoutError"), (2, "2"), (3, "3"))
def futures_time_out(mark):
    pool = MODULE_POOL
    jobs = [pool.submit(lambda n=n: sleep(n) or n) for n in (3, 2)]
    try:
        jobs[0].result(timeout=1)
    except TimeoutError:
        mark("TimeoutError")
    try:
        list(futures.as_completed(jobs, timeout=0.5))
    except TimeoutError:
        mark("as_completed: TimeoutError")
    for job in futures.as_completed(jobs):
        mark(str(job.result()))


@program((1, "cancelled"), (2, "True"), (2, "ran a"))
def pools_cancel(mark):
    pool = ThreadPoolExecutor(1)
    jobs = [pool.submit(sleep, 2), pool.submit(sleep, 2)]
    jobs[0].add_done_callback(lambda _: mark("ran a"))
    sleep(1)
    pool.shutdown(wait=False, cancel_futures=True)
    if jobs[1].cancelled():
        mark("cancelled")
    mark(str(jobs[0].result() is None))


@program((1, "beat"), (2, "beat"), (2.5, "leaves"))
def daemons_go_on(mark):
    def beats():
        while True:
            sleep(1)
            mark("beat")

    start(beats, daemon=True)
    sleep(2.5)
    mark("leaves")


@program((1, "died"), (1, "joined"), (2, "other"))
def exceptions_in_threads(mark):
    threading.excepthook = lambda args: mark("died")

    def dies():
        sleep(1)
        raise ValueError("in a thread")

    def lives():
        sleep(2)
        mark("other")

    first, other = start(dies, lives)
    first.join()
    mark("joined")
    other.join()


@program((1, "first"), (2, "second"), (3, "third"), (3, "3"))
def locks_are_handed_over(mark):
    lock, order = Lock(), []

    def worker(label, delay):
        sleep(delay)
        with lock:
            sleep(1)
            order.append(label)
            mark(label)

    join(
        start(
            lambda: worker("first", 0), lambda: worker("second", 0.1), lambda: worker("third", 0.2)
        )
    )
    mark(str(len(order)))


@program((1, "outer"), (3, "inner"), (4, "both"))
def nested_locks(mark):
    outer, inner = Lock(), Lock()

    def one():
        with outer:
            sleep(1)
            mark("outer")
            with inner:
                mark("inner")
                sleep(1)

    def two():
        with inner:
            sleep(3)

    def three():
        sleep(0.5)
        with outer, inner:
            mark("both")

    join(start(one, two, three))


@program((1, "early"), (2, "late"), (2, "2.0"))
def the_scheduler_module(mark):
    plan = sched.scheduler()
    begun = plan.timefunc()
    plan.enter(2, 1, mark, ["late"])
    plan.enter(1, 1, mark, ["early"])
    plan.run()
    mark(f"{plan.timefunc() - begun:.1f}")


@program((1, "child"), (2, "grandchild"), (2, "True"))
def threads_start_threads(mark):
    before = threading.active_count()

    class Child(Thread):
        def run(self):
            sleep(1)
            mark("child")
            join(start(self.grow))

        def grow(self):
            sleep(1)
            mark("grandchild")

    child = Child(name="child")
    child.start()
    child.join()
    mark(str(threading.active_count() == before))


@program(*[(n, "made") for n in range(4)], *[(n + 2, "used") for n in range(4)], (6, "end"))
def producers_and_consumers(mark):
    box = queue.Queue(2)

    def producer():
        for number in range(4):
            mark("made")
            box.put(number)
            sleep(1)
        box.put(None)

    def consumer():
        sleep(2)
        while box.get() is not None:
            mark("used")
            sleep(1)

    join(start(producer, consumer))
    mark("end")


@program((1, "waited"), (2, "passed"))
def what_a_notebook_made_before(mark):
    threads = start(lambda: (sleep(1), MODULE_EVENT.set()))
    MODULE_EVENT.wait()
    mark("waited")

    def notify():
        sleep(1)
        with MODULE_CONDITION:
            MODULE_CONDITION.notify_all()

    threads += start(notify)
    with MODULE_CONDITION:
        MODULE_CONDITION.wait(10)
    mark("passed")
    join(threads)


# ---- asyncio ------------------------------------------------------------------------------------


@program((0.1, "a"), (1, "both"), (1.5, "timeout"), (2, "wait_for"), (2, "loop: 2.0"))
async def sleeps_and_timeouts(mark):
    loop = asyncio.get_running_loop()
    begun = loop.time()

    async def a():
        await asyncio.sleep(0.1)
        mark("a")

    await asyncio.gather(a(), asyncio.sleep(1))
    mark("both")
    try:
        async with asyncio.timeout(0.5):
            await asyncio.sleep(10)
    except TimeoutError:
        mark("timeout")
    try:
        await asyncio.wait_for(asyncio.Event().wait(), 0.5)
    except TimeoutError:
        mark("wait_for")
    mark(f"loop: {loop.time() - begun:.1f}")


@program((1, "at"), (2, "later"), (3, "end"))
async def calls_of_the_loop(mark):
    loop = asyncio.get_running_loop()
    loop.call_later(2, mark, "later")
    loop.call_at(loop.time() + 1, mark, "at")
    loop.call_later(1.5, mark, "never").cancel()
    await asyncio.sleep(3)
    mark("end")


@program((1, "cancelled"), (1, "group"), (3, "shielded"), (3, "end"))
async def groups_and_shields(mark):
    async def patient():
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            mark("cancelled")
            raise

    async def fails():
        await asyncio.sleep(1)
        raise ValueError("one fails")

    async def work():
        await asyncio.sleep(3)
        mark("shielded")

    inner = asyncio.ensure_future(work())
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(patient())
            group.create_task(fails())
    except* ValueError:
        mark("group")
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(asyncio.shield(inner), 1)
    await inner
    mark("end")


@program((0, "in"), (0, "in"), (1, "in"), (1.5, "got"), (2, "notified"), (2.5, "empty"))
async def primitives_of_asyncio(mark):
    semaphore, box, condition = asyncio.Semaphore(2), asyncio.Queue(), asyncio.Condition()

    async def enter():
        async with semaphore:
            mark("in")
            await asyncio.sleep(1)

    async def put():
        await asyncio.sleep(1.5)
        await box.put(1)
        await asyncio.sleep(0.5)
        async with condition:
            condition.notify()

    tasks = [asyncio.ensure_future(one()) for one in (enter, enter, enter, put)]
    await box.get()
    mark("got")
    async with condition:
        await condition.wait()
    mark("notified")
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(box.get(), 0.5)
    mark("empty")
    await asyncio.gather(*tasks)


@program((1, "1"), (2, "2"), (3, "3"), (4, "first"), (4, "pending: 1"))
async def completion(mark):
    async def after(seconds):
        await asyncio.sleep(seconds)
        return seconds

    for one in asyncio.as_completed([after(3), after(1), after(2)]):
        mark(str(await one))
    tasks = [asyncio.ensure_future(after(n)) for n in (1, 9)]
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    if tasks[0] in done:
        mark("first")
    mark(f"pending: {len(pending)}")
    tasks[1].cancel()
    await asyncio.wait(pending)


@program((0.4, "tick"), (0.8, "tick"), (1, "thread"), (1.2, "tick"), (2, "executor"), (2, "2"))
async def threads_beside_the_loop(mark):
    async def ticks():
        for _ in range(3):
            await asyncio.sleep(0.4)
            mark("tick")

    task = asyncio.ensure_future(ticks())
    await asyncio.to_thread(time.sleep, 1)
    mark("thread")
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(2) as pool:
        both = await asyncio.gather(*(loop.run_in_executor(pool, sleep, 1) for _ in range(2)))
    mark("executor")
    mark(str(len(both)))
    await task


@program((1, "set"), (2, "called"), (3, "result"))
async def calls_from_threads(mark):
    loop = asyncio.get_running_loop()
    came, results = asyncio.Event(), queue.Queue()

    async def answer():
        await asyncio.sleep(1)
        return 42

    def outside():
        sleep(1)
        mark("set")
        sleep(1)
        loop.call_soon_threadsafe(came.set)
        results.put(asyncio.run_coroutine_threadsafe(answer(), loop).result())

    threads = start(outside)
    await came.wait()
    mark("called")
    await asyncio.to_thread(join, threads)
    if results.get_nowait() == 42:
        mark("result")


@program((1, "hello"), (3, "answer"), (3.5, "timeout"))
async def sockets_of_the_same_loop(mark):
    async def serve(reader, writer):
        mark((await reader.readline()).decode().strip())
        await asyncio.sleep(2)
        writer.write(b"answer\n")
        await writer.drain()
        return writer

    ours, theirs = socket.socketpair()
    serving = asyncio.ensure_future(serve(*await asyncio.open_connection(sock=theirs)))
    reader, writer = await asyncio.open_connection(sock=ours)
    await asyncio.sleep(1)
    writer.write(b"hello\n")
    mark((await reader.readline()).decode().strip())
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(reader.readline(), 0.5)
    mark("timeout")
    (await serving).close()
    writer.close()


@program((1, "a"), (1, "b"), (2, "end"))
def loops_in_threads(mark):
    async def wait(label):
        await asyncio.sleep(1)
        mark(label)

    join(start(lambda: asyncio.run(wait("a")), lambda: asyncio.run(wait("b"))))
    with asyncio.Runner() as runner:
        runner.run(asyncio.sleep(1))
    mark("end")


@program((0, "worked"), (1, "tick"), (1, "True"))
async def real_work_takes_no_virtual_time(mark):
    async def tick():
        await asyncio.sleep(1)
        mark("tick")

    task = asyncio.ensure_future(tick())
    total = await asyncio.to_thread(sum, range(100_000))
    mark("worked")
    await task
    mark(str(total == 4999950000))


@program((3600, "an hour"), (3600, "3600"))
async def an_hour_of_ticks(mark):
    count = 0
    for _ in range(3600):
        await asyncio.sleep(1)
        count += 1
    mark("an hour")
    mark(str(count))


@program(
    (86_000, "nearly a day"),
)
def a_long_wait(mark):
    Event().wait(86_000)
    mark("nearly a day")


LONG = ("an_hour_of_ticks", "a_long_wait")


def play_for_real(name):
    """Play a program on the real clock and tell what does not fit; for people, not for tests."""
    import inspect

    seen, begun = [], time.monotonic()
    function = PROGRAMS[name]
    given = function(lambda label: seen.append((time.monotonic() - begun, label)))
    if inspect.iscoroutine(given):
        asyncio.run(given)
    expected = sorted(function.expected, key=lambda event: (event[1], event[0]))
    seen.sort(key=lambda event: (event[1], event[0]))
    fits = [label for _, label in seen] == [label for _, label in expected] and all(
        abs(at - wanted) < 0.15 for (at, _), (wanted, _) in zip(seen, expected, strict=True)
    )
    print("as expected" if fits else f"WRONG: {seen}", name, flush=True)


if __name__ == "__main__":
    import subprocess
    import sys

    if len(sys.argv) > 1:
        play_for_real(sys.argv[1])
    else:
        names = [name for name in PROGRAMS if name not in LONG]
        for some in (names[i : i + 8] for i in range(0, len(names), 8)):
            for child in [subprocess.Popen([sys.executable, __file__, name]) for name in some]:
                child.wait()
