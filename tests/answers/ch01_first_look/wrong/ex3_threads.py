# ch01-ex3, 1 of 5 points: 3 tasks were in flight at once, but all in the same process.
from concurrent.futures import ThreadPoolExecutor


def run_in_processes(fn, items, workers):
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(fn, items))
