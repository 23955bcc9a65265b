# ch01-ex1: time.monotonic, imported by name
from time import monotonic


def timed(fn, *args):
    before = monotonic()
    value = fn(*args)
    after = monotonic()
    return (value, after - before)
