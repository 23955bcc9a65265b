# ch01-ex3: multiprocessing.Pool with pieces of one item
import multiprocessing


def run_in_processes(fn, items, workers):
    with multiprocessing.Pool(processes=workers) as pool:
        return pool.map(fn, items, chunksize=1)
