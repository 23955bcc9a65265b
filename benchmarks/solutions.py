"""Answers to "compute with two processes": right, wrong and borderline, as learners write them.

Each is the text of a cell that defines `run(fn, items, workers)`. Right ones reach the reference,
wrong ones do not; borderline ones lie where a fifth more or less is meant to be blurred, so that
no verdict on them is wrong. The judge gives 16 items to two workers: "10:6" says who does how many.

    solutions.SPEEDUP["threads"].source, solutions.SPEEDUP["threads"].kind
"""

import textwrap
from dataclasses import dataclass

from parcours.machine import gil_enabled

IMPORTS = "import asyncio, concurrent.futures as cf, multiprocessing as mp, os, threading, time"


@dataclass(frozen=True)
class Solution:
    """A learner's answer: its name, "right", "wrong" or "borderline", and the text of its cell."""

    name: str
    kind: str
    source: str

    @property
    def cells(self) -> list[str]:
        return [IMPORTS, self.source]


def _pool(maker: str, options: str = "") -> str:
    return f"""
        def run(fn, items, workers):
            with {maker} as pool:
                return list(pool.map(fn, items{options}))"""


def _split(first: int) -> str:
    """Two processes, the first of which does `first` of 16 items."""
    return f"""
        def work(fn, items, numbers, results):
            for number in numbers:
                results.put((number, fn(items[number])))

        def run(fn, items, workers):
            results = mp.SimpleQueue()
            cut = len(items) * {first} // 16
            parts = range(cut), range(cut, len(items))
            processes = [mp.Process(target=work, args=(fn, items, p, results)) for p in parts]
            for process in processes:
                process.start()
            found = dict(results.get() for _ in items)
            for process in processes:
                process.join()
            return [found[number] for number in range(len(items))]"""


def _serial_first(share: int) -> str:
    """The first `share` of 16 items without the pool."""
    return f"""
        def run(fn, items, workers):
            cut = len(items) * {share} // 16
            first = [fn(item) for item in items[:cut]]
            with mp.Pool(workers) as pool:
                return first + pool.map(fn, items[cut:], chunksize=1)"""


def _waiting_half(items: int) -> str:
    """Two processes, the second of which waits until the first has done so many items."""
    return f"""
        def work(fn, items, gate, opens, results):
            if not opens:
                gate.wait()
            found = []
            for item in items:
                found.append(fn(item))
                if opens and len(found) == {items}:
                    gate.set()
            results.put((opens, found))

        def run(fn, items, workers):
            gate, results = mp.Event(), mp.Queue()
            cut = len(items) // 2
            processes = [
                mp.Process(target=work, args=(fn, part, gate, opens, results))
                for opens, part in ((True, items[:cut]), (False, items[cut:]))
            ]
            for process in processes:
                process.start()
            found = dict(results.get() for _ in processes)
            for process in processes:
                process.join()
            return found[True] + found[False]"""


_RIGHT = {
    "executor": _pool("cf.ProcessPoolExecutor(workers)"),
    "executor, equal chunks": _pool(
        "cf.ProcessPoolExecutor(workers)", ", chunksize=len(items) // workers"
    ),
    "mp.Pool": _pool("mp.Pool(workers)"),
    "futures": """
        def run(fn, items, workers):
            with cf.ProcessPoolExecutor(workers) as pool:
                futures = [pool.submit(fn, item) for item in items]
                return [future.result() for future in futures]""",
    "imap_unordered, sorted": """
        def numbered(job):
            fn, number, item = job
            return number, fn(item)

        def run(fn, items, workers):
            jobs = [(fn, number, item) for number, item in enumerate(items)]
            with mp.Pool(workers) as pool:
                found = sorted(pool.imap_unordered(numbered, jobs))
            return [result for _, result in found]""",
    "processes with queues": """
        def work(fn, jobs, results):
            for number, item in iter(jobs.get, None):
                results.put((number, fn(item)))

        def run(fn, items, workers):
            jobs, results = mp.Queue(), mp.Queue()
            for job in enumerate(items):
                jobs.put(job)
            for _ in range(workers):
                jobs.put(None)
            processes = [
                mp.Process(target=work, args=(fn, jobs, results)) for _ in range(workers)
            ]
            for process in processes:
                process.start()
            found = dict(results.get() for _ in items)
            for process in processes:
                process.join()
            return [found[number] for number in range(len(items))]""",
    "processes with pipes": """
        def work(fn, items, end):
            end.send([fn(item) for item in items])

        def run(fn, items, workers):
            pipes, found = [], [None] * len(items)
            for k in range(workers):
                here, there = mp.Pipe()
                mp.Process(target=work, args=(fn, items[k::workers], there)).start()
                pipes.append(here)
            for k, pipe in enumerate(pipes):
                found[k::workers] = pipe.recv()
            return found""",
    "manager's list": """
        def work(fn, jobs, found):
            for number, item in jobs:
                found[number] = fn(item)

        def run(fn, items, workers):
            with mp.Manager() as manager:
                found, jobs = manager.list([None] * len(items)), list(enumerate(items))
                processes = [
                    mp.Process(target=work, args=(fn, jobs[k::workers], found))
                    for k in range(workers)
                ]
                for process in processes:
                    process.start()
                for process in processes:
                    process.join()
                return list(found)""",
    "pool kept between calls": """
        kept = None

        def run(fn, items, workers):
            global kept
            if kept is None:
                kept = mp.Pool(workers)
            return kept.map(fn, items, chunksize=1)""",
    "a thread for each process": """
        def alone(fn, part):
            results = mp.SimpleQueue()
            process = mp.Process(target=lambda: results.put([fn(item) for item in part]))
            process.start()
            found = results.get()
            process.join()
            return found

        def run(fn, items, workers):
            size = len(items) // (2 * workers)
            parts = [items[k : k + size] for k in range(0, len(items), size)]
            with cf.ThreadPoolExecutor(workers) as pool:
                return sum(pool.map(lambda part: alone(fn, part), parts), [])""",
    "split 8:8": _split(8),
    "split 10:6": _split(10),
}
_BORDERLINE = {
    "split 11:5": _split(11),
    "new pool for each piece": """
        def run(fn, items, workers):
            found = []
            for start in range(0, len(items), workers):
                with mp.Pool(workers) as pool:
                    found += pool.map(fn, items[start : start + workers], chunksize=1)
            return found""",
    "new process for each item": """
        def run(fn, items, workers):
            with mp.Pool(workers, maxtasksperchild=1) as pool:
                return pool.map(fn, items, chunksize=1)""",
    "5 of 16 serially first": _serial_first(5),
}
_WRONG = {
    "serial": "def run(fn, items, workers): return [fn(item) for item in items]",
    "threads": _pool("cf.ThreadPoolExecutor(workers)"),
    "asyncio.to_thread": """
        def run(fn, items, workers):
            async def all_of_them():
                return list(await asyncio.gather(*(asyncio.to_thread(fn, i) for i in items)))
            return asyncio.run(all_of_them())""",
    "pool of one": _pool("cf.ProcessPoolExecutor(1)"),
    "one chunk": _pool("cf.ProcessPoolExecutor(workers)", ", chunksize=len(items)"),
    "split 14:2": _split(14),
    "split 12:4": _split(12),
    "waits for each": """
        def run(fn, items, workers):
            with cf.ProcessPoolExecutor(workers) as pool:
                return [pool.submit(fn, item).result() for item in items]""",
    "joins in the loop": """
        def work(fn, item, results):
            results.put(fn(item))

        def run(fn, items, workers):
            results, found = mp.SimpleQueue(), []
            for item in items:
                process = mp.Process(target=work, args=(fn, item, results))
                process.start()
                process.join()
                found.append(results.get())
            return found""",
    "halves, one joined first": """
        def work(fn, items, results):
            results.put([fn(item) for item in items])

        def run(fn, items, workers):
            found, results = [], mp.SimpleQueue()
            cut = len(items) // 2
            for part in (items[:cut], items[cut:]):
                process = mp.Process(target=work, args=(fn, part, results))
                process.start()
                process.join()
                found += results.get()
            return found""",
    "pool.apply for each half": """
        def work(fn, items):
            return [fn(item) for item in items]

        def run(fn, items, workers):
            cut = len(items) // 2
            with mp.Pool(workers) as pool:
                return pool.apply(work, (fn, items[:cut])) + pool.apply(work, (fn, items[cut:]))""",
    "lock-serialised": """
        lock = mp.Lock()

        def locked(job):
            fn, item = job
            with lock:
                return fn(item)

        def run(fn, items, workers):
            with mp.Pool(workers) as pool:
                return pool.map(locked, [(fn, item) for item in items], chunksize=1)""",
    "16 processes and a lock": """
        def work(fn, number, item, lock, results):
            with lock:
                results.put((number, fn(item)))

        def run(fn, items, workers):
            lock, results = mp.Lock(), mp.SimpleQueue()
            processes = [
                mp.Process(target=work, args=(fn, number, item, lock, results))
                for number, item in enumerate(items)
            ]
            for process in processes:
                process.start()
            found = dict(results.get() for _ in items)
            for process in processes:
                process.join()
            return [found[number] for number in range(len(items))]""",
    "half waits for half": _waiting_half(8),
    "half waits for 5 of 8": _waiting_half(5),
    "half serially first": _serial_first(8),
    "twice the work": """
        def run(fn, items, workers):
            with cf.ProcessPoolExecutor(workers) as pool:
                list(pool.map(fn, items))
                return list(pool.map(fn, items))""",
    "spins while waiting": """
        def run(fn, items, workers):
            with cf.ProcessPoolExecutor(workers) as pool:
                futures = [pool.submit(fn, item) for item in items]
                while not all(future.done() for future in futures):
                    pass
                return [future.result() for future in futures]""",
    "sleeps first": """
        def run(fn, items, workers):
            time.sleep(0.3)
            with cf.ProcessPoolExecutor(workers) as pool:
                return list(pool.map(fn, items))""",
    "too many workers": _pool("cf.ProcessPoolExecutor(6)"),
}


def _all(**kinds: dict[str, str]) -> dict[str, Solution]:
    return {
        name: Solution(name, kind, textwrap.dedent(source).strip())
        for kind, sources in kinds.items()
        for name, source in sources.items()
    }


SPEEDUP = _all(right=_RIGHT, borderline=_BORDERLINE, wrong=_WRONG)
if not gil_enabled():
    # Threads do compute at once there: whether as well as processes is not for us to say.
    for _name in ("threads", "asyncio.to_thread"):
        SPEEDUP[_name] = Solution(_name, "borderline", SPEEDUP[_name].source)

SPEEDUP_CHECK = """
from parcours import checks
checks.speedup(run, call=lambda load: (load.function, load.items, 2), workers=2, at_least=0.8)
"""
# A few of each kind, the nearest to the line among them, for a look of a few minutes.
QUICK = (
    "split 10:6",
    "split 12:4",
    "lock-serialised",
    "executor",
    "waits for each",
    "threads",
    "processes with queues",
    "too many workers",
    "split 11:5",
)

IN_FLIGHT = _all(
    right={
        "a thread for each": """
            def run(fns):
                found = [None] * len(fns)
                def work(i): found[i] = fns[i]()
                threads = [threading.Thread(target=work, args=(i,)) for i in range(len(fns))]
                for t in threads: t.start()
                for t in threads: t.join()
                return found""",
        "thread pool": """
            def run(fns):
                with cf.ThreadPoolExecutor(len(fns)) as pool:
                    return list(pool.map(lambda fn: fn(), fns))""",
        "thread pool, polled": """
            def run(fns):
                with cf.ThreadPoolExecutor(len(fns)) as pool:
                    futures = [pool.submit(fn) for fn in fns]
                    while not all(f.done() for f in futures):
                        time.sleep(0.001)
                    return [f.result() for f in futures]""",
        "staggered starts": """
            def run(fns):
                with cf.ThreadPoolExecutor(len(fns)) as pool:
                    futures = []
                    for fn in fns:
                        futures.append(pool.submit(fn))
                        time.sleep(0.05)
                    return [f.result() for f in futures]""",
    },
    wrong={
        "serial": "def run(fns): return [fn() for fn in fns]",
        "joins in the loop": """
            def run(fns):
                found = []
                for fn in fns:
                    t = threading.Thread(target=lambda: found.append(fn()))
                    t.start()
                    t.join()
                return found""",
        "pool of four": """
            def run(fns):
                with cf.ThreadPoolExecutor(4) as pool:
                    return list(pool.map(lambda fn: fn(), fns))""",
        "finishing order": """
            def run(fns):
                found = []
                threads = [threading.Thread(target=lambda fn=fn: found.append(fn())) for fn in fns]
                for t in threads: t.start()
                for t in threads: t.join()
                return found""",
        "no join": """
            def run(fns):
                for fn in fns: threading.Thread(target=fn).start()
                return [None] * len(fns)""",
        "one left out": """
            def run(fns):
                with cf.ThreadPoolExecutor(10) as pool:
                    return list(pool.map(lambda fn: fn(), fns[:-1])) + [None]""",
    },
)
IN_FLIGHT_CHECK = """
from parcours import checks
checks.in_flight(run, tasks=5, at_least=5, in_order=True, call=lambda tasks: (list(tasks),))
"""
