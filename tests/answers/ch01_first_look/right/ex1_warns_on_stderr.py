# ch01-ex1: right, and writes to stderr, which costs nothing
import sys
import time
import warnings


def timed(fn, *args):
    warnings.warn("timing now")
    t = time.perf_counter()
    try:
        r = fn(*args)
    except Exception as e:
        print("failed:", e, file=sys.stderr)
        raise
    print("took", time.perf_counter() - t, file=sys.stderr)
    return r, time.perf_counter() - t
