# ch01-ex2, 1 of 3 points: At most 4 tasks were in flight at once, 9 were expected.
from concurrent.futures import ThreadPoolExecutor


def run_in_threads(fns):
    with ThreadPoolExecutor(max_workers=4) as pool:
        return list(pool.map(lambda fn: fn(), fns))
