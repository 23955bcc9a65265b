# ch02-ex3, 1 of 7 points: Only 1 of 8 tasks was in flight at a time: each one began after the one before it had ended.
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor


def run_best(fn, items, workers):
    shares = []
    for item in items:
        elapsed, cpu = time.perf_counter(), time.process_time()
        fn(item)
        shares.append((time.process_time() - cpu) / (time.perf_counter() - elapsed))
    waits = sum(share < 0.1 for share in shares) > len(shares) / 2
    with (ThreadPoolExecutor if waits else ProcessPoolExecutor)(workers) as pool:
        return list(pool.map(fn, items))
