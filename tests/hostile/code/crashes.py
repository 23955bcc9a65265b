# ch01-ex1, 0 of 4 points: a segmentation fault
import ctypes


def timed(fn, *args):
    ctypes.string_at(0)
