# ch01-ex1, 3 of 4 points: A wait, the clock set back: it measured -7200 s, which is less than nothing.
import time


def timed(fn, *args):
    start = time.time()
    result = fn(*args)
    return result, time.time() - start
