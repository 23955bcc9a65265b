# ch01-ex1, 0 of 4 points: hangs and will not hear of it
import signal


def timed(fn, *args):
    for number in range(1, 65):
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
