# ch01-ex3: a future for each item, asked in order
import concurrent.futures


def run_in_processes(fn, items, workers):
    executor = concurrent.futures.ProcessPoolExecutor(max_workers=workers)
    try:
        futures = [executor.submit(fn, item) for item in items]
        return [f.result() for f in futures]
    finally:
        executor.shutdown()
