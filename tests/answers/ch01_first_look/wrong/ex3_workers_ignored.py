# ch01-ex3, 1 of 5 points: 7 tasks were in flight at once, at most 3 were allowed.
from concurrent.futures import ProcessPoolExecutor


def run_in_processes(fn, items, workers):
    with ProcessPoolExecutor(8) as pool:
        return list(pool.map(fn, items))
