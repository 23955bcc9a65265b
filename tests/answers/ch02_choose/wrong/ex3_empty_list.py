# ch02-ex3, 6 of 7 points: `run_best(abs, [], 2)`: it raised IndexError: * (line * of run_best).
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor


def run_best(fn, items, workers):
    elapsed, cpu = time.perf_counter(), time.process_time()
    first = fn(items[0])
    cpu, elapsed = time.process_time() - cpu, time.perf_counter() - elapsed
    with (ThreadPoolExecutor if cpu < elapsed / 10 else ProcessPoolExecutor)(workers) as pool:
        return [first, *pool.map(fn, items[1:])]
