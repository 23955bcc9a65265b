# pass
import threading

from parcours import checks


def ring():
    heard = []
    timer = threading.Timer(5, lambda: heard.append(1))
    timer.start()
    timer.join()
    return heard


# the test cell
checks.interleavings(ring, invariant=lambda heard: heard == [1])
