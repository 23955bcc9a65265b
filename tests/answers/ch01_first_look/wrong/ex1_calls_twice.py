# ch01-ex1, 2 of 4 points: A call that must happen once: it returned another result than expected (a tuple of length 2).
import time


def timed(fn, *args):
    start = time.perf_counter()
    fn(*args)
    seconds = time.perf_counter() - start
    return fn(*args), seconds
