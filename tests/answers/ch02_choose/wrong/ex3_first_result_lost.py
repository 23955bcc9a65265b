# ch02-ex3, 1 of 7 points: `run_best(abs, [-3, 4, -5], 2)`: expected [3, 4, 5], it returned [4, 5].
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor


def run_best(fn, items, workers):
    if not items:
        return []
    elapsed, cpu = time.perf_counter(), time.process_time()
    fn(items[0])
    cpu, elapsed = time.process_time() - cpu, time.perf_counter() - elapsed
    with (ThreadPoolExecutor if cpu < elapsed / 10 else ProcessPoolExecutor)(workers) as pool:
        return list(pool.map(fn, items[1:]))
