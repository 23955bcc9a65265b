# ch01-ex1, 0 of 4 points: a hundred megabytes of output
import os
import sys

for _ in range(100):
    print("x" * 1_000_000)
    os.write(1, b"y" * 1_000_000)


def timed(fn, *args):
    for _ in range(100):
        sys.stderr.write("z" * 1_000_000)
    return None
