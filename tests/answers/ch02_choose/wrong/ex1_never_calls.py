# ch02-ex1, 0 of 4 points: `classify(_waits)`: expected 'io', it returned 'cpu'.
import time


def classify(fn):
    start = time.perf_counter()
    fn
    return "cpu"
