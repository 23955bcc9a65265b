# ch02-ex1, 3 of 4 points: Counting the calls: it returned another result than expected (a tuple of length 2).
import time


def classify(fn):
    start = time.perf_counter()
    fn()
    elapsed = time.perf_counter() - start
    start = time.process_time()
    fn()
    cpu = time.process_time() - start
    return "io" if cpu < elapsed / 10 else "cpu"
