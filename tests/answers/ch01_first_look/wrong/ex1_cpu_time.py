# ch01-ex1, 2 of 4 points: `timed(sleep, 0.05)`: it measured * s for a call that takes at least 0.045 s.
import time


def timed(fn, *args):
    start = time.process_time()
    result = fn(*args)
    return result, time.process_time() - start
