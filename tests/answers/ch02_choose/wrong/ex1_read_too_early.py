# ch02-ex1, 1 of 4 points: `classify(_computes)`: expected 'cpu', it returned 'io'.
import time


def classify(fn):
    before = time.process_time()
    used = time.process_time() - before
    start = time.perf_counter()
    fn()
    return "io" if used < (time.perf_counter() - start) / 10 else "cpu"
