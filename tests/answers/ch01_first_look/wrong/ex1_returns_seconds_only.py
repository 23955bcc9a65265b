# ch01-ex1, 1 of 4 points: `timed(pow, 2, 10)`: expected (1024, seconds), it returned *.
import time


def timed(fn, *args):
    start = time.perf_counter()
    fn(*args)
    return time.perf_counter() - start
