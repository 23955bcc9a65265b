# ch02-ex1: CPU time as psutil tells it, a share that cannot divide by zero
import time

import psutil


def classify(fn):
    me = psutil.Process()

    def used():
        times = me.cpu_times()
        return times.user + times.system

    start, before = time.monotonic(), used()
    fn()
    share = (used() - before) / max(time.monotonic() - start, 1e-9)
    return {True: "io", False: "cpu"}[share < 0.1]
