# ch01-ex1, 3 of 4 points: A wait, the clock set back: it measured -7200 s, which is less than nothing.
from datetime import datetime


def timed(fn, *args):
    start = datetime.now()
    result = fn(*args)
    return result, (datetime.now() - start).total_seconds()
