# ch02-ex1, 3 of 4 points: Computing for a fiftieth of the time: it returned another result than expected (a str of length 3).
import time


def classify(fn):
    before = time.process_time()
    fn()
    return "cpu" if time.process_time() - before > 0.003 else "io"
