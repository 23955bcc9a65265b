# ch02-ex3: the reference, a class chosen by the first item
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor


def run_best(fn, items, workers):
    """Return [fn(item) for item in items]; a pool that suits fn does all but the first item."""
    if not items:
        return []
    elapsed, cpu = time.perf_counter(), time.process_time()
    first = fn(items[0])
    cpu, elapsed = time.process_time() - cpu, time.perf_counter() - elapsed
    executor = ThreadPoolExecutor if cpu < elapsed / 10 else ProcessPoolExecutor
    with executor(max_workers=workers) as pool:
        return [first, *pool.map(fn, items[1:])]
