# ch02-ex1, 3 of 4 points: Computing for a fiftieth of the time: it returned another result than expected (a str of length 3).
import time


def classify(fn):
    elapsed, cpu = time.perf_counter(), time.thread_time()
    fn()
    share = (time.thread_time() - cpu) / (time.perf_counter() - elapsed)
    return "io" if share < 0.01 else "cpu"
