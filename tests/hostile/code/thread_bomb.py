# ch01-ex1, 0 of 4 points: starts threads without end
import threading


def timed(fn, *args):
    while True:
        try:
            threading.Thread(target=threading.Event().wait).start()
        except RuntimeError:
            pass
