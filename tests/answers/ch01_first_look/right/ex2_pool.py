# ch01-ex2: a pool as large as the list
from concurrent.futures import ThreadPoolExecutor


def run_in_threads(fns):
    with ThreadPoolExecutor(max_workers=len(fns) or 1) as pool:
        futures = [pool.submit(fn) for fn in fns]
        return [future.result() for future in futures]
