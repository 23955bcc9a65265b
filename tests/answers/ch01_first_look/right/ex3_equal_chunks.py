# ch01-ex3: a piece for each worker
from concurrent.futures import ProcessPoolExecutor
from math import ceil


def run_in_processes(fn, items, workers):
    items = list(items)
    size = max(1, ceil(len(items) / workers))
    with ProcessPoolExecutor(max_workers=workers) as pool:
        return list(pool.map(fn, items, chunksize=size))
