# %% [markdown]
# # Chapter 2: what it costs, and how to choose
#
# Chapter 1 showed what threads, processes and asyncio can do. Here you weigh them. After this
# chapter you can
#
# - say whether a function waits or computes, by measuring it;
# - say what each way costs to start, to hand work to, in memory, and in data that has to move;
# - predict how many workers are worth having, and choose an executor by measuring.
#
# Reading: 35 minutes. Exercises: 40 minutes. All figures are those of your own machine: run each
# cell as you come to it.

# %%
import asyncio
import multiprocessing
import os
import pickle
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from threading import Barrier, Thread

import psutil
from IPython.display import Markdown

from parcours import labs

# %% [markdown]
# ## Does it wait, or does it compute?
#
# Two clocks answer that. `time.perf_counter()` goes on whatever happens: its difference is the
# **elapsed time**. `time.process_time()` goes on only while this process computes: its difference
# is the **CPU time**. Divide one by the other, and you know how much of the time was computing.


# %%
def cpu_share(fn):
    elapsed, cpu = time.perf_counter(), time.process_time()
    fn()
    return (time.process_time() - cpu) / (time.perf_counter() - elapsed)


{"labs.compute": round(cpu_share(labs.compute), 3), "labs.wait": round(cpu_share(labs.wait), 3)}

# %% [markdown]
# Work with a share near one is **CPU-bound**: a faster core would make it faster. Work with a
# share near nothing is **I/O-bound**: it would wait as long on any core.
#
# What of a share in between? Here are twice as many computing processes as you have cores. How much
# of its time does each one compute?

# %%
crowd = min(2 * (os.cpu_count() or 1), 16)
with ProcessPoolExecutor(max_workers=crowd) as pool:
    runs = list(pool.map(labs.compute, range(crowd)))

labs.timeline(runs, title=f"{crowd} computing tasks in {crowd} processes")

# %% [markdown]
# Solid bars compute; thin ones are ready and wait for a core. On a crowded machine the CPU share
# of pure computing falls to a half, a third or less, although nobody waits for I/O. The share of
# real waiting is a few hundredths at most, crowded or not.
#
# So draw the line low: **below a tenth, it waits**. A line at one half would call a computing
# function a waiting one whenever the machine is busy.

# %% [markdown]
# ## What it costs to start
#
# A helper for the next cells: the mean time of a call that is repeated.


# %%
def seconds_each(times, fn, *args):
    start = time.perf_counter()
    for _ in range(times):
        fn(*args)
    return (time.perf_counter() - start) / times


# %% [markdown]
# Start a worker, let it do next to nothing, and wait for its end. How many threads start in the
# time of one process: ten, a hundred, a thousand?


# %%
def start_and_end(worker_class):
    worker = worker_class(target=abs, args=(-1,))
    worker.start()
    worker.join()


thread = seconds_each(200, start_and_end, Thread)
process = seconds_each(3, start_and_end, multiprocessing.Process)
costs = {"start one": {"thread": thread, "process": process}}
f"one process costs as much as {process / thread:.0f} threads"

# %% [markdown]
# A process brings an interpreter along. How it gets one is its **start method**, which differs
# between systems, and so does the price: copying the parent (`fork`) is cheap, beginning anew
# (`spawn`) costs a multiple. Chapter 6 compares them.
#
# And asyncio? Its task is an object in a list: no worker is started at all.


# %%
async def nothing():
    return abs(-1)


start = time.perf_counter()
for _ in range(1000):
    await asyncio.create_task(nothing())
costs["start one"]["asyncio"] = (time.perf_counter() - start) / 1000

f"one thread costs as much as {thread / costs['start one']['asyncio']:.1f} tasks"

# %% [markdown]
# ## What it costs to hand over a task
#
# A pool pays for the start once. What remains is the way of each task: into a queue, to another
# worker, and the result back. Each way is a **switch** from one worker to another. Compare it with
# calling the function yourself.


# %%
def there_and_back(pool, fn, argument):
    return pool.submit(fn, argument).result()


pools = {"thread": ThreadPoolExecutor, "process": ProcessPoolExecutor}
costs["hand over"] = {}
for name, executor in pools.items():
    with executor(max_workers=1) as pool:
        there_and_back(pool, abs, -1)
        costs["hand over"][name] = seconds_each(200, there_and_back, pool, abs, -1)

call = seconds_each(10_000, abs, -1)
{name: f"{each / call:.0f} calls" for name, each in costs["hand over"].items()}

# %% [markdown]
# No task shorter than this way can gain anything. An event loop has the shortest way: `await`
# gives control back, and the loop calls the next task, in the same thread.

# %%
start = time.perf_counter()
for _ in range(2000):
    await asyncio.sleep(0)
costs["hand over"]["asyncio"] = (time.perf_counter() - start) / 2000

ratio = costs["hand over"]["thread"] / costs["hand over"]["asyncio"]
f"the way to a thread and back is {ratio:.1f} times as long as a turn of the event loop"

# %% [markdown]
# ## What it costs in memory
#
# You ask the system for the memory that a process has to itself, its **USS** (unique set size).
# What several processes share is not counted: it is there once. Here are fifty threads, alive at
# the same time, each waiting at a gate.


# %%
def own_megabytes(pid=None):
    return psutil.Process(pid).memory_full_info().uss / 1e6


gate = Barrier(51)
before = own_megabytes()
waiting = [Thread(target=gate.wait) for _ in range(50)]
for worker in waiting:
    worker.start()
of_threads = own_megabytes() - before
gate.wait()
f"50 threads: {of_threads:.1f} MB"

# %% [markdown]
# And eight processes that have done nothing but wait:

# %%
with ProcessPoolExecutor(max_workers=8) as pool:
    list(pool.map(time.sleep, [0.05] * 8))
    sizes = [own_megabytes(child.pid) for child in multiprocessing.active_children()]

# Below half a megabyte, the process had the memory at hand already.
costs["memory"] = {"thread": max(of_threads, 0.5) / 50, "process": sum(sizes) / len(sizes)}
f"{len(sizes)} processes: {sum(sizes):.0f} MB, 50 threads: {of_threads:.1f} MB"

# %% [markdown]
# This is the least they take. A process made by `fork` begins with its parent's pages and gets a
# copy of each one that either of them writes to: it grows while it works. One made by `spawn`
# imports all its modules anew. A thread's stack is reserved but hardly used, until a function calls
# deep.

# %% [markdown]
# ## What it costs to move data
#
# Threads share memory: a thread gets a reference, however large the thing is. To another process
# it has to be sent: **pickled** into bytes, written to a pipe, read and unpickled. Here is a list
# of about 10 MB. Compare pickling it with adding it up.

# %%
numbers = [number / 7 for number in range(1_100_000)]
megabytes = len(pickle.dumps(numbers)) / 1e6

adding = seconds_each(3, sum, numbers)
pickling = seconds_each(3, lambda: pickle.loads(pickle.dumps(numbers)))
f"{megabytes:.0f} MB: pickling and unpickling takes {pickling / adding:.1f} times as long as adding"

# %% [markdown]
# Who sends a list to a process to have it added up loses, with any number of cores. Now the whole
# way: hand over a block of bytes, the cheapest thing to pickle, and get its length back.

# %%
blocks = [bytes(10**power) for power in (3, 4, 5, 6, 7)]
ways = {}
for name, executor in pools.items():
    with executor(max_workers=1) as pool:
        there_and_back(pool, len, blocks[-1])
        each = [seconds_each(10, there_and_back, pool, len, block) for block in blocks]
    ways[name] = [(len(block) / 1e6, s * 1e3) for block, s in zip(blocks, each, strict=True)]

costs["move 10 MB"] = {name: points[-1][1] for name, points in ways.items()}
labs.chart(ways, x="megabytes", y="milliseconds, there and back", log_x=True, log_y=True)

# %% [markdown]
# Both axes are logarithmic. For the thread nothing depends on the size. For the process the line
# is level as long as the way itself costs most, and then rises with the data: ten times the data,
# about ten times the time. Chapter 7 shows how processes can share memory after all.

# %% [markdown]
# ## What it gains
#
# Now the other side. Eight waiting and eight computing tasks, four workers, the start of the pool
# included: how many times faster than one after another?


# %%
def serially(task):
    return [task(index, 0.03) for index in range(8)]


def pooled(executor, task):
    with executor(max_workers=4) as pool:
        return list(pool.map(task, range(8), [0.03] * 8))


serial = {task: seconds_each(1, serially, task) for task in (labs.wait, labs.compute)}
gains = {"wait": {}, "compute": {}}
for task, seconds in serial.items():
    for name, executor in pools.items():
        gains[task.__name__][name] = seconds / seconds_each(1, pooled, executor, task)

{what: {name: round(gain, 1) for name, gain in by.items()} for what, by in gains.items()}

# %% [markdown]
# The same in one event loop. Its tasks need no pool, so there is nothing to limit them to four.


# %%
async def loop_seconds(task):
    start = time.perf_counter()
    await asyncio.gather(*[task(index, 0.03) for index in range(8)])
    return time.perf_counter() - start


gains["wait"]["asyncio"] = serial[labs.wait] / await loop_seconds(labs.wait_async)
gains["compute"]["asyncio"] = serial[labs.compute] / await loop_seconds(labs.compute_async)
{what: round(by["asyncio"], 1) for what, by in gains.items()}

# %% [markdown]
# Eight is nothing. How many waits fit into one thread?

# %%
start = time.perf_counter()
await asyncio.gather(*[asyncio.sleep(0.2) for _ in range(2000)])
f"2000 waits took as long as {(time.perf_counter() - start) / 0.2:.1f} of them"

# %% [markdown]
# ## Advantages and drawbacks
#
# Each row of the table was measured by a cell above. The first four are costs, told as multiples of
# what a thread costs: small is good. The last two are gains over doing it serially: large is good.
# Where asyncio has no figure, there is nothing to measure: its tasks live in your own thread.


# %%
def row(what, figures):
    shown = [f"{number:.0f}" if number > 10 else f"{number:.2g}" for number in figures.values()]
    return f"| {what} | {' | '.join(shown)} |"


table = ["| | thread | process | asyncio |", "|:--|--:|--:|--:|"]
for what, by in costs.items():
    table.append(row(f"cost: {what}", {way: cost / by["thread"] for way, cost in by.items()}))
table += [row(f"gain: eight times labs.{what}", by) for what, by in gains.items()]
Markdown("\n".join(table))

# %% [markdown]
# Read the columns:
#
# | | good at | pays with |
# |---|---|---|
# | threads | quick to start and feed, data is shared, waits overlap | in turns with a GIL |
# | processes | compute in parallel on every Python, nothing shared | start, memory, copies |
# | asyncio | the lightest: thousands of waits in one thread | one that computes stops all |
#
# Shared data has a price of its own that no stopwatch shows: chapter 4 is about it.

# %% [markdown]
# ## How many workers? Amdahl's law
#
# Some of a program can be shared out and some cannot: reading the input, putting the results
# together. The part of the serial time that cannot is the **serial fraction**. It takes as long as
# ever; only the rest is divided by the workers. This limit to the speedup is **Amdahl's law**.

# %%
workers = range(1, 33)
laws = {}
for fraction in (0.0, 0.05, 0.1, 0.25):
    seconds = [fraction + (1 - fraction) / count for count in workers]
    laws[f"{fraction:.0%} serial"] = [(n, 1 / s) for n, s in zip(workers, seconds, strict=True)]

labs.chart(laws, x="workers", y="speedup", title="Amdahl's law")

# %% [markdown]
# With a tenth of it serial, a program becomes at most ten times faster, were there a million
# workers. Does your machine obey? One serial task, then six that are shared: one part of seven is
# serial. The start of the pool counts, too.


# %%
def one_and_six(workers):
    labs.compute(0, 0.05)
    with ProcessPoolExecutor(max_workers=workers) as pool:
        list(pool.map(labs.compute, range(6), [0.05] * 6))


alone = seconds_each(7, labs.compute, 0, 0.05) * 7
measured = [(n, alone / seconds_each(1, one_and_six, n)) for n in (1, 2, 4)]
law = [(n, 1 / (1 / 7 + 6 / 7 / n)) for n in (1, 2, 4)]
labs.chart({"Amdahl": law, "measured": measured}, x="workers", y="speedup")

# %% [markdown]
# The law is an upper bound. It knows no overhead, and thinks that there is a core for every
# worker. Where the measured line leaves it tells you what you pay.

# %% [markdown]
# ## A larger problem: Gustafson's law
#
# Who has more cores often does not want the same answer sooner, but a better answer in the same
# time: more pictures, a finer grid. Then the parallel part grows with the workers and the serial
# part does not. Count what those workers do in a unit of time: this is **Gustafson's law**.

# %%
fraction = 0.1
same_size = [(n, 1 / (fraction + (1 - fraction) / n)) for n in workers]
larger = [(n, fraction + (1 - fraction) * n) for n in workers]

labs.chart(
    {"Amdahl: the same problem": same_size, "Gustafson: a larger one": larger},
    x="workers",
    y="speedup",
    title="A tenth of the time with one worker, or with all, is serial",
)

# %% [markdown]
# Both are right; they answer different questions. Before you buy workers, ask which one is yours.

# %% [markdown]
# ## How to choose
#
# 1. **Measure** one task: CPU time against elapsed time.
# 2. *It waits:* threads. With thousands of waits at once, asyncio.
# 3. *It computes, for long:* processes; without a GIL, threads.
# 4. *It computes, but shortly:* put many into one task, so that a task is much longer than its way.
# 5. *Its data is large:* keep the data where it is, and send names or numbers.
# 6. Then count workers: cores for computing, Amdahl for the rest. And measure again.

# %% [markdown]
# ## Lab: Break-even
#
# A task that is too short does not pay for its way. **From which length on do processes pay on
# your machine, and from which length on if you count their start?** Guess two numbers in
# milliseconds, then press *Run*. The lab does the same tasks serially and in a pool, for shorter
# and longer tasks, and draws how much faster the pool was. Above one it pays.

# %%
even = labs.BreakEven()
even

# %% [markdown]
# Try this:
#
# 1. *Processes*, *computing*, no data. Where does each line cross one? Were your guesses right?
# 2. Let each task carry *1 MB*. By how much do the crossings move to the right?
# 3. *Threads*, *waiting*: the crossing is far to the left. Then *threads*, *computing*.
# 4. *Processes* with 2, 4 and 8 workers: what becomes better, and what becomes worse?
#
# Where no controls are shown, ask in a cell: `even.run(executor="processes", workers=4)`.

# %% [markdown]
# ## Exercise 2.1: does it wait or compute?
#
# *10 minutes.* You can look at a function and guess: here is a guess by its name. It is wrong as
# soon as somebody calls a computation `download`.


# %%
def classify_by_name(fn):
    return "io" if any(word in fn.__name__ for word in ("wait", "load", "fetch")) else "cpu"


classify_by_name(labs.wait), classify_by_name(labs.compute)

# %% [markdown]
# **Your task.** Write `classify(fn)`. It calls `fn()` once and compares the CPU time that the call
# used with the elapsed time. If the CPU time was **less than a tenth** of the elapsed time, it
# returns the string `"io"`, otherwise `"cpu"`.


# %% nbgrader={"solution": "ch02-ex1-classify"}
def classify(fn):
    """Call fn() once; return "io" if less than a tenth of the time was computing, else "cpu"."""
    ### BEGIN SOLUTION
    elapsed, cpu = time.perf_counter(), time.process_time()
    fn()
    cpu, elapsed = time.process_time() - cpu, time.perf_counter() - elapsed
    return "io" if cpu < elapsed / 10 else "cpu"
    ### END SOLUTION


# %% [markdown]
# Try it with functions of your own. What is `sum` over a long range, what is `print`?

# %% tags=["raises-exception"]
classify(labs.wait), classify(labs.compute)

# %% [markdown]
# <details><summary>Hint 1</summary>
#
# You need two clocks, each read before and after the one call. `cpu_share` above reads them.
#
# </details>
# <details><summary>Hint 2</summary>
#
# `time.process_time()` for the CPU time, `time.perf_counter()` for the elapsed time. The answer is
# one comparison: is the first less than the second divided by ten?
#
# </details>

# %% nbgrader={"test": "ch02-ex1-tells-apart", "points": 2}
# classify tells functions that compute from functions that wait, whatever they are called
import time

from parcours import checks


def _computes():
    end = time.thread_time() + 0.08
    while time.thread_time() < end:
        sum(range(2000))


def _waits():
    time.sleep(0.2)


def _computed(used):
    # If the machine was so busy that `used` was less than a tenth, the other answer is right.
    return lambda answer, took: (
        answer == "cpu" or took > 10 * used or f"expected 'cpu', it returned {answer!r}"
    )


_cases = [checks.case(_computes, where=_computed(0.08)), checks.case(_waits, returns="io")]
### BEGIN HIDDEN TESTS


def _download_and_wait():
    _computes()


def _compute_primes():
    _waits()


def _waits_shortly():
    time.sleep(0.06)


_cases += [
    checks.case(_download_and_wait, where=_computed(0.08), note="a computation called `download`"),
    checks.case(_compute_primes, returns="io", note="a wait called `compute`"),
    checks.case(_waits_shortly, returns="io", note="a short wait"),
]
### END HIDDEN TESTS
checks.examples(classify, *_cases)

# %% nbgrader={"test": "ch02-ex1-the-line", "points": 1}
# classify draws the line at a tenth: a function that computes for a third of its time is "cpu"
import time

from parcours import checks


def _compute(seconds):
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        sum(range(2000))


def _a_third():
    _compute(0.1)
    time.sleep(0.2)


def _computed(used):
    # If the machine was so busy that `used` was less than a tenth, the other answer is right.
    return lambda answer, took: (
        answer == "cpu" or took > 10 * used or f"expected 'cpu', it returned {answer!r}"
    )


_cases = [checks.case(_a_third, where=_computed(0.1))]
### BEGIN HIDDEN TESTS


def _waits_first():
    time.sleep(0.18)
    _compute(0.12)


def _a_fiftieth():
    _compute(0.006)
    time.sleep(0.3)


_cases += [
    checks.case(_waits_first, where=_computed(0.12), note="computing for two fifths of the time"),
    checks.case(_a_fiftieth, returns="io", note="computing for a fiftieth of the time"),
]
### END HIDDEN TESTS
checks.examples(classify, *_cases)

# %% nbgrader={"test": "ch02-ex1-once", "points": 1}
# classify calls the function exactly once
from parcours import checks


def _count_calls(classify, answers):
    calls = []
    return classify(lambda: calls.append(1)) in answers, len(calls)


_answers = ["cpu", "io"]
### BEGIN HIDDEN TESTS
_answers = ("io", "cpu")
### END HIDDEN TESTS
checks.examples(
    classify,
    checks.case(_answers, returns=(True, 1), through=_count_calls, note="counting the calls"),
)

# %% [markdown]
# ## Exercise 2.2: workers worth having
#
# *15 minutes.* Amdahl's law, once more: the serial fraction takes as long as ever, the rest is
# divided by the workers. Here are the seconds of a program whose half is serial:

# %%
serial_seconds, shared_seconds = 5.0, 5.0
{workers: serial_seconds + shared_seconds / workers for workers in (1, 2, 3, 4)}

# %% [markdown]
# **Your task.** Write two functions. `serial_fraction` is a number from 0 to 1, both included.
#
# `amdahl(serial_fraction, workers)` returns the speedup: the time with one worker divided by the
# time with `workers`.
#
# `workers_worth_having(serial_fraction, gain)` adds workers one by one, as long as the next one
# makes the program faster by at least the factor `1 + gain`, compared with one worker fewer. It
# returns the number of workers, 1 at least. `gain` is above 0.
#
# With half of it serial, the second worker brings a factor of 1.33 and the third one of 1.125. For
# a gain of 0.2, two workers are worth having.


# %% nbgrader={"solution": "ch02-ex2-workers"}
def amdahl(serial_fraction, workers):
    """Return how many times faster a program is with so many workers than with one."""
    ### BEGIN SOLUTION
    return 1 / (serial_fraction + (1 - serial_fraction) / workers)
    ### END SOLUTION


def workers_worth_having(serial_fraction, gain):
    """Return the most workers of whom each one made it faster by the factor 1 + gain."""
    ### BEGIN SOLUTION
    workers = 1
    while amdahl(serial_fraction, workers + 1) >= (1 + gain) * amdahl(serial_fraction, workers):
        workers += 1
    return workers
    ### END SOLUTION


# %% [markdown]
# Try it: how many workers for a program of which a twentieth is serial, at 10 % each?

# %% tags=["raises-exception"]
amdahl(0.5, 2), workers_worth_having(0.5, 0.2), workers_worth_having(0.05, 0.1)

# %% [markdown]
# <details><summary>Hint 1</summary>
#
# Let the time with one worker be 1. With more it is the serial fraction, plus the rest divided by
# the workers. The speedup is 1 divided by that; nothing else is ever divided by.
#
# </details>
# <details><summary>Hint 2</summary>
#
# Begin with `workers = 1`. While `amdahl` with one more is at least `1 + gain` times `amdahl` now,
# add one. At the end of the loop the next one is not worth having: return what you have.
#
# </details>

# %% nbgrader={"test": "ch02-ex2-amdahl", "points": 2}
# amdahl returns the speedup of a program of which a fraction is serial
from parcours import checks

_cases = [
    checks.case(0.5, 1, returns=checks.about(1.0)),
    checks.case(0.5, 2, returns=checks.about(4 / 3)),
]
### BEGIN HIDDEN TESTS
_cases += [
    checks.case(0.1, 8, returns=checks.about(1 / 0.2125), note="a tenth serial, 8 workers"),
    checks.case(0.05, 1000, returns=checks.about(1 / 0.05095), note="1000 workers"),
    checks.case(0.8, 3, returns=checks.about(1 / (0.8 + 0.2 / 3)), note="mostly serial"),
]
### END HIDDEN TESTS
checks.examples(amdahl, *_cases)

# %% nbgrader={"test": "ch02-ex2-amdahl-at-the-ends", "points": 1}
# amdahl is right for programs that are all serial, or not at all
from parcours import checks

_cases = [checks.case(1.0, 4, returns=checks.about(1.0))]
### BEGIN HIDDEN TESTS
_cases += [
    checks.case(0.0, 12, returns=checks.about(12.0), note="nothing is serial"),
    checks.case(1, 7, returns=checks.about(1.0), note="all is serial"),
    checks.case(0, 1, returns=checks.about(1.0), note="nothing is serial, one worker"),
]
### END HIDDEN TESTS
checks.examples(amdahl, *_cases)

# %% nbgrader={"test": "ch02-ex2-worth-having", "points": 2}
# workers_worth_having returns the number of workers up to the last one who is worth it
from parcours import checks

_cases = [
    checks.case(0.5, 0.2, returns=2),
    checks.case(0.5, 0.1, returns=3),
]
### BEGIN HIDDEN TESTS
_cases += [
    checks.case(0.1, 0.1, returns=6, note="a tenth serial, 10 % for each worker"),
    checks.case(0.05, 0.02, returns=23, note="a twentieth serial, 2 % for each worker"),
    checks.case(0.5, 0.9, returns=1, note="a second worker who is not worth it"),
]
### END HIDDEN TESTS
checks.examples(workers_worth_having, *_cases)

# %% nbgrader={"test": "ch02-ex2-worth-having-at-the-ends", "points": 1}
# workers_worth_having is right for programs that are all serial, or not at all
from parcours import checks

_cases = [checks.case(1.0, 0.1, returns=1)]
### BEGIN HIDDEN TESTS
_cases += [
    checks.case(0.0, 0.3, returns=4, note="nothing is serial, 30 % for each worker"),
    checks.case(0, 0.015, returns=67, note="nothing is serial, 1.5 % for each worker"),
    checks.case(1, 0.001, returns=1, note="all is serial"),
]
### END HIDDEN TESTS
checks.examples(workers_worth_having, *_cases)

# %% [markdown]
# ## Exercise 2.3: measure, then choose
#
# *15 minutes.* One function, many items, and nobody tells you what the function does. Serially it
# does not matter.


# %%
def run_serially(fn, items):
    return [fn(item) for item in items]


labs.timeline(run_serially(labs.wait, range(4)))

# %% [markdown]
# **Your task.** Write `run_best(fn, items, workers)`. It returns the list of `fn(item)` for all
# items of the list `items`, in order; the list may be empty.
#
# It calls `fn` with the first item by itself and measures that call. If it waited (CPU time below a
# tenth of the elapsed time), the other items go to a pool of `workers` threads, otherwise to a pool
# of `workers` processes. `fn` is called **once for each item**, also for the first. It comes from a
# module, so other processes find it.


# %% nbgrader={"solution": "ch02-ex3-run-best"}
def run_best(fn, items, workers):
    """Return [fn(item) for item in items]; a pool that suits fn does all but the first item."""
    ### BEGIN SOLUTION
    if not items:
        return []
    elapsed, cpu = time.perf_counter(), time.process_time()
    first = fn(items[0])
    cpu, elapsed = time.process_time() - cpu, time.perf_counter() - elapsed
    executor = ThreadPoolExecutor if cpu < elapsed / 10 else ProcessPoolExecutor
    with executor(max_workers=workers) as pool:
        return [first, *pool.map(fn, items[1:])]
    ### END SOLUTION


# %% [markdown]
# Try it with both kinds of work. Which names have the rows?

# %% tags=["raises-exception"]
labs.side_by_side(
    [
        ("computing", run_best(labs.compute, list(range(5)), 2)),
        ("waiting", run_best(labs.wait, list(range(5)), 2)),
    ]
)

# %% [markdown]
# <details><summary>Hint 1</summary>
#
# Measure as in exercise 2.1, but keep the result of the call: it is the first of your list.
#
# </details>
# <details><summary>Hint 2</summary>
#
# Both executors are used in the same way, so put the class into a variable and open the pool with
# it. `pool.map(fn, items[1:])` gives the other results in order. An empty list has no first item.
#
# </details>

# %% nbgrader={"test": "ch02-ex3-results", "points": 1}
# run_best returns the list of results in the order of the items, and lets exceptions out
from parcours import checks

_cases = [checks.case(abs, [-3, 4, -5], 2, returns=[3, 4, 5]), checks.case(abs, [], 2, returns=[])]
### BEGIN HIDDEN TESTS
_cases += [
    checks.case(len, ["one", "three", "eleven", ""], 3, returns=[3, 5, 6, 0], note="four words"),
    checks.case(hex, [255], 4, returns=["0xff"], note="a single item"),
    checks.case(int, ["1", "2", "three"], 2, raises=ValueError, note="an item that fails"),
]
### END HIDDEN TESTS
checks.examples(run_best, *_cases)

# %% nbgrader={"test": "ch02-ex3-waiting", "points": 2}
# for work that waits, all workers have an item in flight at once, and each item is run once
from parcours import checks

_tasks, _workers = 5, 2
### BEGIN HIDDEN TESTS
_tasks, _workers = 8, 3
### END HIDDEN TESTS
checks.in_flight(
    run_best,
    tasks=_tasks,
    at_least=_workers,
    at_most=_workers,
    first_alone=1,
    in_order=True,
    call=lambda tasks: (tasks.function, tasks.items, _workers),
)

# %% nbgrader={"test": "ch02-ex3-threads", "points": 1}
# for work that waits, no further process is used
from parcours import checks

_tasks, _workers = 5, 2
### BEGIN HIDDEN TESTS
_tasks, _workers = 6, 4
### END HIDDEN TESTS
checks.in_flight(
    run_best,
    tasks=_tasks,
    at_least=_workers,
    first_alone=1,
    processes=1,
    call=lambda tasks: (tasks.function, tasks.items, _workers),
)

# %% nbgrader={"test": "ch02-ex3-computing", "points": 3}
# for work that computes, two workers are busy together, as in a pool of two processes
from parcours import checks

checks.speedup(run_best, workers=2, at_least=0.7, call=lambda load: (load.function, load.items, 2))

# %% [markdown]
# ## Summary
#
# - CPU time against elapsed time tells computing from waiting, however busy the machine is.
# - A thread is cheap to start and to feed; a process is dear, and data has to be copied to it.
# - A task has to be longer than its way. Otherwise put several into one.
# - Amdahl: the serial part limits the speedup. Gustafson: a larger problem has a smaller one.
# - Waiting: threads or asyncio. Computing: processes, or threads without a GIL. Measure.

# %% [markdown]
# ## Self-test
#
# Write down what each of the next three cells will show. Then run it: the cell is the answer.
#
# **Question 1.** Four threads sleep for 0.2 s each, at once. How much time elapses, and how much
# CPU time is used, in tenths of a second?

# %%
elapsed, cpu = time.perf_counter(), time.process_time()
with ThreadPoolExecutor(max_workers=4) as pool:
    list(pool.map(time.sleep, [0.2] * 4))
round(time.perf_counter() - elapsed, 1), round(time.process_time() - cpu, 1)

# %% [markdown]
# <details><summary>Why?</summary>
#
# The four sleep at the same time, and whoever sleeps uses no CPU.
#
# </details>

# %% [markdown]
# **Question 2.** A tenth of a program is serial. How many times faster is it with 1, 10, 100 and
# 1000 workers, at best?

# %%
[round(1 / (0.1 + 0.9 / workers), 1) for workers in (1, 10, 100, 1000)]

# %% [markdown]
# <details><summary>Why?</summary>
#
# The serial tenth stays. Ten workers bring half of what can be had, and ninety more bring not even
# twice as much again.
#
# </details>

# %% [markdown]
# **Question 3.** `max([a], key=len)` returns `a` itself. Is what comes back from a thread the same
# list, and from a process?

# %%
rows = [[1, 2, 3]]
with ThreadPoolExecutor(1) as threads, ProcessPoolExecutor(1) as processes:
    by_thread = threads.submit(max, rows, key=len).result()
    by_process = processes.submit(max, rows, key=len).result()
by_thread is rows[0], by_process is rows[0], by_process == rows[0]

# %% [markdown]
# <details><summary>Why?</summary>
#
# The thread gets a reference and gives one back. To the process the list was sent as bytes, and
# back as bytes: an equal list, and another one.
#
# </details>

# %% [markdown]
# ## Further reading
#
# - Gene M. Amdahl, [Validity of the single processor approach to achieving large scale computing
#   capabilities](https://doi.org/10.1145/1465482.1465560), AFIPS 1967: four pages.
# - John L. Gustafson, [Reevaluating Amdahl's law](https://doi.org/10.1145/42411.42415),
#   Communications of the ACM 31(5), 1988: two pages.
# - Python's documentation: [`concurrent.futures`](https://docs.python.org/3/library/concurrent.futures.html),
#   [start methods](https://docs.python.org/3/library/multiprocessing.html#contexts-and-start-methods),
#   [`pickle`](https://docs.python.org/3/library/pickle.html),
#   [`time.process_time`](https://docs.python.org/3/library/time.html#time.process_time).
# - [PEP 703](https://peps.python.org/pep-0703/), what it costs to do without the GIL.
# - psutil's documentation on [memory](https://psutil.readthedocs.io/), and what USS counts.
