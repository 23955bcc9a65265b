# ch02-ex1, 1 of 4 points: *it returned *
import time


def classify(fn):
    start = time.perf_counter()
    fn()
    return "io" if time.perf_counter() - start > 0.19 else "cpu"
