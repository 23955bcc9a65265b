# ch02-ex3: the two pools of multiprocessing, pieces of one item
import multiprocessing
import multiprocessing.pool
import time


def run_best(fn, items, workers):
    if len(items) == 0:
        return []
    start = time.perf_counter()
    cpu_start = time.process_time()
    results = [fn(items[0])]
    cpu = time.process_time() - cpu_start
    elapsed = time.perf_counter() - start
    if cpu / elapsed < 0.1:
        make_pool = multiprocessing.pool.ThreadPool
    else:
        make_pool = multiprocessing.Pool
    with make_pool(workers) as pool:
        results += pool.map(fn, items[1:], chunksize=1)
    return results
