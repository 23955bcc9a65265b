# ch02-ex1, 1 of 4 points: `classify(_computes)`: expected 'cpu', it returned 'io'.
import time


def classify(fn):
    elapsed, cpu = time.perf_counter(), time.process_time()
    fn()
    cpu, elapsed = time.process_time() - cpu, time.perf_counter() - elapsed
    return "cpu" if cpu < elapsed / 10 else "io"
