# ch01-ex1, 2 of 4 points: A call that must happen once only: expected 2 first in the pair, it was 1.
import time


def timed(fn, *args):
    start = time.perf_counter()
    fn(*args)
    seconds = time.perf_counter() - start
    return fn(*args), seconds
