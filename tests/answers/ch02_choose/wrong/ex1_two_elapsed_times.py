# ch02-ex1, 1 of 4 points: `classify(_waits)`: expected 'io', it returned 'cpu'.
import time


def classify(fn):
    elapsed, cpu = time.perf_counter(), time.monotonic()
    fn()
    cpu, elapsed = time.monotonic() - cpu, time.perf_counter() - elapsed
    return "io" if cpu < elapsed / 10 else "cpu"
