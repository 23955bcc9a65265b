# ch01-ex1, 1 of 4 points: `timed(pow, 2, 10)`: it measured * s for a call that was over after * s.
import time


def timed(fn, *args):
    start = time.perf_counter()
    result = fn(*args)
    return result, (time.perf_counter() - start) * 1000 + 1000
