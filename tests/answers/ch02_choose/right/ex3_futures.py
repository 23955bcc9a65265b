# ch02-ex3: futures, and a helper that measures
import concurrent.futures
import time


def measured(fn, item):
    wall, cpu = time.monotonic(), time.thread_time()
    result = fn(item)
    return result, time.thread_time() - cpu < 0.1 * (time.monotonic() - wall)


def run_best(fn, items, workers):
    results = []
    rest = list(items)
    if rest:
        result, waits = measured(fn, rest.pop(0))
        results.append(result)
        if waits:
            pool = concurrent.futures.ThreadPoolExecutor(workers)
        else:
            pool = concurrent.futures.ProcessPoolExecutor(workers)
        with pool:
            futures = [pool.submit(fn, item) for item in rest]
            for future in futures:
                results.append(future.result())
    return results
