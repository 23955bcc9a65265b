# %% [markdown]
# # Chapter 1: a first look
#
# Four tasks, four ways to run them, and a picture of each. After this chapter you can
#
# - tell *concurrency* from *parallelism*, and a *thread* from a *process*;
# - say which of threads, processes and asyncio helps a program that waits, or one that computes;
# - measure how long a call takes, and run calls in threads and in processes.
#
# Reading: 30 minutes. Exercises: 35 minutes. Run each cell as you come to it, with
# Shift+Enter.

# %%
import asyncio
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial

from parcours import labs

# %% [markdown]
# ## One after another
#
# Here is a piece of work with a beginning and an end: a **task**. `labs.compute` computes for
# about a tenth of a second and returns a record of what it did. You run it four times, in the
# way that every program you know does it: **serially**.

# %%
runs = [labs.compute(index) for index in range(4)]

serial_computing = labs.timeline(runs, title="Four computing tasks, serially")
serial_computing

# %% [markdown]
# This picture is a **timeline**. Time goes from left to right, and each **worker** has a row:
# whoever runs tasks, here the main program alone. The colour says what it was doing. The line
# under the title gives the time that passed, how many workers were at work on average, and how
# many cores were computing.

# %% [markdown]
# Many programs compute little. They wait: for a web server, a disk, a database, a person. Such
# work is called **I/O**, input and output, and `labs.wait` stands for it. What will the timeline
# look like, and how much of your computer will four of these tasks use?

# %%
runs = [labs.wait(index) for index in range(4)]

serial_waiting = labs.timeline(runs, title="Four waiting tasks, serially")
serial_waiting

# %% [markdown]
# It takes as long as computing did, and no core had anything to do. Nothing but the order of
# your program keeps the second wait from beginning before the first has ended.

# %% [markdown]
# ## Two words
#
# **Concurrency**: several tasks are under way at once. Each has begun and not yet ended,
# whether or not it is getting on at this moment.
#
# **Parallelism**: several tasks compute at the same moment, each on a core of its own.
#
# A cook with four pots on the stove is concurrent. Four cooks are parallel. For waiting, one
# cook is enough. Keep the two words apart: the rest of this chapter is about which tool gives
# you which.

# %% [markdown]
# ## Threads
#
# A **thread** is a worker inside your program. All threads of a program share its memory: a
# list that one of them changes is changed for all.
#
# A `ThreadPoolExecutor` keeps some threads at hand. Its `map` hands every item to the next
# free thread and gives the results in the order of the items. At the end of the `with` block
# it waits until all tasks are done.

# %%
with ThreadPoolExecutor(max_workers=4) as pool:
    runs = list(pool.map(labs.wait, range(4)))

thread_waiting = labs.timeline(runs, title="Four waiting tasks in four threads")
thread_waiting

# %% [markdown]
# Four waits in the time of one. This is concurrency, and it needed no further core.

# %% [markdown]
# To hand over a single call, use `submit`. It returns at once, with a **future**: a promise of
# a result. `future.result()` waits for the result and returns it. If the call raised an
# exception, `future.result()` raises it, in your thread.

# %%
with ThreadPoolExecutor(max_workers=2) as pool:
    fine = pool.submit(pow, 2, 10)
    failing = pool.submit(int, "three")

fine.result(), failing.exception()

# %% [markdown]
# Now four *computing* tasks in four threads. Before you run the cell, decide: will they take
# as long as four, as long as one, or something in between?

# %%
with ThreadPoolExecutor(max_workers=4) as pool:
    runs = list(pool.map(labs.compute, range(4)))

thread_computing = labs.timeline(runs, title="Four computing tasks in four threads")
thread_computing

# %% [markdown]
# ## The lock around the interpreter
#
# With most Pythons nothing is gained. CPython, which nearly everybody runs, has one lock
# around its interpreter: the **global interpreter lock**, or GIL. A thread computes only while it
# holds the lock. After a few milliseconds it has to let another one have it: the thin bars are
# threads that are ready and wait for their turn. Concurrency without parallelism.
#
# A thread that waits for I/O lets go of the lock. That is why waiting went so well.

# %% [markdown]
# The GIL belongs to a *build* of Python. Since 3.13 there are builds without it, called
# **free-threaded**; since 3.14 they are officially supported. On such a build the picture above
# shows several threads computing at once. Which Python is this, and how many cores may it use?

# %%
has_gil = getattr(sys, "_is_gil_enabled", lambda: True)()
limited = hasattr(os, "sched_getaffinity")
cores = len(os.sched_getaffinity(0)) if limited else os.cpu_count()

{"Python": sys.version, "GIL": "on" if has_gil else "off", "cores it may use": cores}

# %% [markdown]
# ## Processes
#
# A **process** is a program that runs: with its own memory, its own interpreter and its own
# GIL. Your notebook is one. A `ProcessPoolExecutor` starts more of them, sends them tasks and
# brings the results back.
#
# Nobody's lock stops the others now. What limits them is the number of cores.

# %%
with ProcessPoolExecutor(max_workers=4) as pool:
    runs = list(pool.map(labs.compute, range(4)))

process_computing = labs.timeline(runs, title="Four computing tasks in four processes")
process_computing

# %% [markdown]
# As many processes compute at once as there are free cores: this is parallelism. With fewer
# than four cores, some are ready and wait for one.
#
# > **Note.** A new process has to find the function that it is to run, so it must come from a
# > module, as `labs.compute` does. On macOS, Windows, and Linux from Python 3.14 on, a function
# > written in a cell is not found. Chapter 6 shows why, and what to do.

# %% [markdown]
# Processes can wait, too. Compare the timeline with that of the threads. What it does not show
# is the time that the processes took to start: you measure that in chapter 2.

# %%
with ProcessPoolExecutor(max_workers=4) as pool:
    runs = list(pool.map(labs.wait, range(4)))

process_waiting = labs.timeline(runs, title="Four waiting tasks in four processes")
process_waiting

# %% [markdown]
# ## One thread, many tasks
#
# **asyncio** needs one thread only. Its tasks are *coroutines*, written with `async def`. Each
# runs until it says `await`: "I am waiting now, let somebody else go on". The **event loop**
# picks who is next. `asyncio.gather` starts several and collects their results.

# %%
runs = await asyncio.gather(*[labs.wait_async(index) for index in range(4)])

asyncio_waiting = labs.timeline(runs, title="Four waiting tasks in one event loop")
asyncio_waiting

# %% [markdown]
# Each row is a task this time, and all four rows are the same thread.
#
# > **Note.** A notebook has an event loop that already runs, so you write `await` in a cell. In
# > a script you start the loop yourself: `asyncio.run(main())`.

# %% [markdown]
# Whoever computes does not say `await` meanwhile. What do you expect of four computing tasks?

# %%
runs = await asyncio.gather(*[labs.compute_async(index) for index in range(4)])

asyncio_computing = labs.timeline(runs, title="Four computing tasks in one event loop")
asyncio_computing

# %% [markdown]
# One task computes and three stand still, although they could go on. In a real program these
# three might be customers. No build of Python changes that: there is one thread.

# %% [markdown]
# ## All of them, side by side
#
# The same work on one time axis. First the waiting tasks.

# %%
labs.side_by_side(
    [
        ("serial", serial_waiting),
        ("threads", thread_waiting),
        ("processes", process_waiting),
        ("asyncio", asyncio_waiting),
    ]
)

# %% [markdown]
# Then the computing tasks. Who gains here, and what does it depend on?

# %%
labs.side_by_side(
    [
        ("serial", serial_computing),
        ("threads", thread_computing),
        ("processes", process_computing),
        ("asyncio", asyncio_computing),
    ]
)

# %% [markdown]
# | | threads | processes | asyncio |
# |---|---|---|---|
# | memory | shared | one each | shared |
# | may be interrupted | nearly anywhere | anywhere | at `await` only |
# | waiting tasks | together | together | together |
# | computing tasks, with a GIL | in turns | in parallel | one by one |
# | computing tasks, without | in parallel | in parallel | one by one |
#
# Two questions decide most cases: does the work wait or compute, and has this Python a GIL?
# The next chapter adds the third: what does it cost?

# %% [markdown]
# ## Lab: The Bench
#
# Real tasks are often mixed: they wait for data, compute, and wait again. **How many threads
# are worth having for mixed work on your machine, and how many processes?** Write down two
# numbers before you press *Run*. The bars are measured while they are drawn, and each run adds
# a point to the chart of your runs.

# %%
bench = labs.Bench()
bench

# %% [markdown]
# Try this:
#
# 1. *Waiting* tasks with *threads*: 1, 2, 4 and 8 workers. Is the line in the chart straight?
# 2. *Computing* tasks with *threads*, then with *processes*. Where does each line stop rising?
#    Compare with the number of cores above.
# 3. *Mixed* tasks with both, and with *asyncio*. Were your two numbers right?
# 4. *Serial*, then *threads* with 1 worker: is there a difference?
#
# Where no controls are shown, ask in a cell: `bench.run(executor="processes", workers=2)`.

# %% [markdown]
# ## Exercise 1.1: how long did it take?
#
# *10 minutes.* Every claim about speed begins with a stopwatch. Python has several.
# `time.time()` tells the date, and jumps when somebody sets the clock. `time.process_time()`
# stands still while you wait. `time.perf_counter()` goes on evenly, whatever happens: take the
# difference of two readings.

# %%
start = time.perf_counter()
time.sleep(0.2)
time.perf_counter() - start

# %% [markdown]
# **Your task.** Write `timed(fn, *args)`. It calls `fn(*args)` once and returns a pair: the
# result, and the seconds that the call took. The seconds are right even if somebody sets the
# computer's clock meanwhile. If `fn` raises an exception, it comes out of `timed` as it is.


# %% nbgrader={"solution": "ch01-ex1-timed"}
def timed(fn, *args):
    """Call fn(*args) and return the pair (result, seconds that the call took)."""
    ### BEGIN SOLUTION
    start = time.perf_counter()
    result = fn(*args)
    return result, time.perf_counter() - start
    ### END SOLUTION


# %% [markdown]
# Try it. This cell is not graded: change it as you like.

# %% tags=["raises-exception"]
timed(time.sleep, 0.2)

# %% [markdown]
# <details><summary>Hint 1</summary>
#
# Read the clock before the call and after it. The cell above does this for `time.sleep`.
#
# </details>
# <details><summary>Hint 2</summary>
#
# Keep the result in a variable, so that you can read the clock before you return. For
# exceptions there is nothing to write: what you do not catch passes through.
#
# </details>

# %% [markdown]
# The next three cells are **checks**. The first line of each says what it claims about your
# function. Run a check as often as you like: it calls your function in a process of its own and
# answers with a verdict. When your work is graded, it also tries examples that you do not see
# here.

# %% nbgrader={"test": "ch01-ex1-result", "points": 2}
# timed returns a pair: the result of fn(*args), and the seconds that the call took
import time

from parcours import checks

_cases = [
    checks.case(pow, 2, 10, returns=(1024, checks.seconds())),
    checks.case(time.sleep, 0.05, returns=(None, checks.seconds(at_least=0.045))),
]
### BEGIN HIDDEN TESTS
_cases += [
    checks.case(max, 3, 9, 4, returns=(9, checks.seconds()), note="a function of three arguments"),
    checks.case(dict, returns=({}, checks.seconds()), note="a function without arguments"),
    checks.case([1, 2].pop, returns=(2, checks.seconds()), note="a call that must happen once"),
    checks.case(time.sleep, 0.12, returns=(None, checks.seconds(0.11)), note="a longer wait"),
]
### END HIDDEN TESTS
checks.examples(timed, *_cases)

# %% nbgrader={"test": "ch01-ex1-clock", "points": 1}
# timed gives the right seconds although the computer's clock is set meanwhile
import time

from parcours import checks

_jump = 3600.0
_cases = [checks.case(time.sleep, 0.05, returns=(None, checks.seconds()))]
### BEGIN HIDDEN TESTS
_jump = -7200.0
_cases = [
    checks.case(
        time.sleep, 0.06, returns=(None, checks.seconds()), note="a wait, the clock set back"
    )
]
### END HIDDEN TESTS
checks.examples(timed, *_cases, wall_clock_jumps=_jump)

# %% nbgrader={"test": "ch01-ex1-exceptions", "points": 1}
# an exception of fn comes out of timed as it is
from parcours import checks

_cases = [checks.case(int, "three", raises=ValueError)]
### BEGIN HIDDEN TESTS
_cases += [
    checks.case(divmod, 1, 0, raises=ZeroDivisionError, note="a division by zero"),
    checks.case({}.pop, "key", raises=KeyError, note="a missing key"),
    checks.case(next, iter(()), raises=StopIteration, note="an exhausted iterator"),
]
### END HIDDEN TESTS
checks.examples(timed, *_cases)

# %% [markdown]
# ## Exercise 1.2: all at once
#
# *10 minutes.* You have several functions without arguments, each of which waits for something.
# `partial` makes such functions: `partial(labs.wait, 2)()` is the call `labs.wait(2)`. Serially
# it takes as long as all waits together.

# %%
waits = [partial(labs.wait, index) for index in range(4)]


def run_serially(fns):
    return [fn() for fn in fns]


labs.timeline(run_serially(waits))

# %% [markdown]
# **Your task.** Write `run_in_threads(fns)`. It calls all functions of the list `fns`, each in
# a thread of its own, all in flight at once. It waits until all have ended, and returns the list
# of their results in the order of `fns`.


# %% nbgrader={"solution": "ch01-ex2-run-in-threads"}
def run_in_threads(fns):
    """Call the functions at once, a thread each; return their results in the order of fns."""
    ### BEGIN SOLUTION
    with ThreadPoolExecutor(max_workers=len(fns)) as pool:
        futures = [pool.submit(fn) for fn in fns]
    return [future.result() for future in futures]
    ### END SOLUTION


# %% [markdown]
# Try it: how many rows has the timeline, and how long is it?

# %% tags=["raises-exception"]
labs.timeline(run_in_threads(waits))

# %% [markdown]
# <details><summary>Hint 1</summary>
#
# Hand all functions over before you ask for the first result. Whoever waits for each thread
# right after it was started has written a serial program.
#
# </details>
# <details><summary>Hint 2</summary>
#
# `submit` gives a future for each function; keep them in a list. The `with` block ends when all
# threads have ended: ask for the results after it.
#
# </details>

# %% nbgrader={"test": "ch01-ex2-keeps-order", "points": 1}
# run_in_threads returns the results in the order of the functions, whichever ends first
from parcours import checks

_tasks = 3
### BEGIN HIDDEN TESTS
_tasks = 5
### END HIDDEN TESTS
checks.in_flight(run_in_threads, tasks=_tasks, in_order=True, call=lambda tasks: (list(tasks),))

# %% nbgrader={"test": "ch01-ex2-in-flight", "points": 2}
# run_in_threads has all functions in flight at once
from parcours import checks

_tasks = 4
### BEGIN HIDDEN TESTS
_tasks = 9
### END HIDDEN TESTS
checks.in_flight(run_in_threads, tasks=_tasks, at_least=_tasks, call=lambda tasks: (list(tasks),))

# %% [markdown]
# ## Exercise 1.3: more cores
#
# *15 minutes.* Now the work computes: one function, many items. Serially, one core does it all.


# %%
def compute_serially(fn, items):
    return [fn(item) for item in items]


labs.timeline(compute_serially(labs.compute, range(4)))

# %% [markdown]
# **Your task.** Write `run_in_processes(fn, items, workers)`. It calls `fn(item)` for each item,
# the calls shared between `workers` processes, and returns the list of results in the order of
# `items`.
#
# `fn` always comes from a module, so other processes find it.


# %% nbgrader={"solution": "ch01-ex3-run-in-processes"}
def run_in_processes(fn, items, workers):
    """Call fn(item) for all items in `workers` processes; return the results in order."""
    ### BEGIN SOLUTION
    with ProcessPoolExecutor(max_workers=workers) as pool:
        return list(pool.map(fn, items))
    ### END SOLUTION


# %% [markdown]
# Try it with other numbers of workers. From which number on does nothing change any more?

# %% tags=["raises-exception"]
labs.timeline(run_in_processes(labs.compute, range(4), 2))

# %% [markdown]
# <details><summary>Hint 1</summary>
#
# You need a pool of processes with as many workers as you are asked for. You saw one above.
#
# </details>
# <details><summary>Hint 2</summary>
#
# `pool.map` keeps the order. It returns an iterator: make a list of it while the pool is open.
#
# </details>

# %% nbgrader={"test": "ch01-ex3-results", "points": 1}
# run_in_processes returns the list of results in the order of the items
from parcours import checks

_tasks, _workers = 4, 2
### BEGIN HIDDEN TESTS
_tasks, _workers = 7, 3
### END HIDDEN TESTS
checks.in_flight(
    run_in_processes,
    tasks=_tasks,
    in_order=True,
    call=lambda tasks: (tasks.function, tasks.items, _workers),
)

# %% nbgrader={"test": "ch01-ex3-processes", "points": 1}
# run_in_processes has as many processes at work at once as it was told
from parcours import checks

_tasks, _workers = 4, 2
### BEGIN HIDDEN TESTS
_tasks, _workers = 7, 3
### END HIDDEN TESTS
checks.in_flight(
    run_in_processes,
    tasks=_tasks,
    at_least=_workers,
    at_most=_workers,
    apart="process",
    call=lambda tasks: (tasks.function, tasks.items, _workers),
)

# %% nbgrader={"test": "ch01-ex3-speedup", "points": 3}
# with two workers, run_in_processes computes about as fast as a pool of two processes can
from parcours import checks

checks.speedup(
    run_in_processes, workers=2, at_least=0.8, call=lambda load: (load.function, load.items, 2)
)

# %% [markdown]
# ## Summary
#
# - Concurrency: several tasks under way. Parallelism: several tasks computing at one moment.
# - Threads share memory. With a GIL they wait together and compute in turns.
# - Processes have memory and a GIL each. They compute in parallel, as far as there are cores.
# - asyncio lets one thread look after many waiting tasks; whoever computes stops all others.
# - Measure with `time.perf_counter()`, and look at the timeline before you believe a number.

# %% [markdown]
# ## Self-test
#
# Write down what each of the next three cells will show. Then run it: the cell is the answer.
#
# **Question 1.** Three threads wait for different times. In which order do the numbers come?


# %%
def sleep_and_return(seconds):
    time.sleep(seconds)
    return seconds


with ThreadPoolExecutor(max_workers=3) as pool:
    print(list(pool.map(sleep_and_return, [0.3, 0.1, 0.2])))

# %% [markdown]
# <details><summary>Why?</summary>
#
# `map` gives results in the order of the items, whoever is ready first.
#
# </details>

# %% [markdown]
# **Question 2.** Threads add three numbers to a list, then processes add three. How long is it?

# %%
numbers = []
with ThreadPoolExecutor(max_workers=2) as pool:
    pool.map(numbers.append, [1, 2, 3])
with ProcessPoolExecutor(max_workers=2) as pool:
    pool.map(numbers.append, [4, 5, 6])
len(numbers)

# %% [markdown]
# <details><summary>Why?</summary>
#
# Threads share the list. Each process gets a copy, adds to it, and throws it away.
#
# </details>

# %% [markdown]
# **Question 3.** Two coroutines in one event loop. In which order do the four lines come?


# %%
async def greet(name, seconds):
    print(name, "begins")
    await asyncio.sleep(seconds)
    print(name, "ends")
    return name


await asyncio.gather(greet("Ada", 0.2), greet("Bo", 0.1))

# %% [markdown]
# <details><summary>Why?</summary>
#
# Ada begins and waits at `await`, so the loop lets Bo begin. Bo's wait is over first. `gather`
# gives the results in the order in which it was asked.
#
# </details>

# %% [markdown]
# ## Further reading
#
# - Python's documentation: [`concurrent.futures`](https://docs.python.org/3/library/concurrent.futures.html),
#   [`asyncio`](https://docs.python.org/3/library/asyncio.html),
#   [free threading](https://docs.python.org/3/howto/free-threading-python.html).
# - [PEP 703](https://peps.python.org/pep-0703/), the GIL made optional, and
#   [PEP 734](https://peps.python.org/pep-0734/), several interpreters in one process.
# - Rob Pike, [Concurrency is not parallelism](https://go.dev/blog/waza-talk), a talk.
# - Luciano Ramalho, *Fluent Python*, 2nd edition, chapters 19 to 21: the same program in threads,
#   processes and asyncio.
