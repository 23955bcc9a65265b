# ch02-ex3, 6 of 7 points: The tasks in flight were in 4 processes, and one process is enough.
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor


def run_best(fn, items, workers):
    with ProcessPoolExecutor(max_workers=workers) as pool:
        return list(pool.map(fn, items))
