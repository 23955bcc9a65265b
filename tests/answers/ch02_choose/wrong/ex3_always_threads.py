# ch02-ex3, 4 of 7 points: * threads of one process did the work, and threads share the GIL: only one of them runs Python code at a time.
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor


def run_best(fn, items, workers):
    with ThreadPoolExecutor(max_workers=workers) as pool:
        return list(pool.map(fn, items))
