# ch02-ex3, 5 of 7 points: 7 tasks were in flight at once, at most 3 were allowed.
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor


def run_best(fn, items, workers):
    if not items:
        return []
    elapsed, cpu = time.perf_counter(), time.process_time()
    first = fn(items[0])
    cpu, elapsed = time.process_time() - cpu, time.perf_counter() - elapsed
    pool = ThreadPoolExecutor(32) if cpu < elapsed / 10 else ProcessPoolExecutor(workers)
    with pool:
        return [first, *pool.map(fn, items[1:])]
