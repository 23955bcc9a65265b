# ch02-ex3, 3 of 7 points: The tasks in flight were in 4 processes, and one process is enough.
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor


def run_best(fn, items, workers):
    if not items:
        return []
    elapsed, cpu = time.perf_counter(), time.process_time()
    first = fn(items[0])
    cpu, elapsed = time.process_time() - cpu, time.perf_counter() - elapsed
    with (ProcessPoolExecutor if cpu < elapsed / 10 else ThreadPoolExecutor)(workers) as pool:
        return [first, *pool.map(fn, items[1:])]
