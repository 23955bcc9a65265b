# ch01-ex3: the reference, an executor's map
from concurrent.futures import ProcessPoolExecutor


def run_in_processes(fn, items, workers):
    """Return [fn(item) for item in items], computed by so many worker processes."""
    with ProcessPoolExecutor(workers) as pool:
        return list(pool.map(fn, items))
