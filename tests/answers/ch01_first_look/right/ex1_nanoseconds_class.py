# ch01-ex1: a context manager of its own that counts nanoseconds
import time


class Stopwatch:
    def __enter__(self):
        self.start = time.perf_counter_ns()
        return self

    def __exit__(self, *exc):
        self.seconds = (time.perf_counter_ns() - self.start) / 1e9
        return False


def timed(fn, *args, **kwargs):
    with Stopwatch() as watch:
        result = fn(*args, **kwargs)
    return result, watch.seconds
