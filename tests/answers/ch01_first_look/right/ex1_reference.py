# ch01-ex1: the reference, perf_counter around the call
import time


def timed(fn, *args):
    """Call fn(*args); return its result and the seconds that the call took."""
    start = time.perf_counter()
    result = fn(*args)
    return result, time.perf_counter() - start
