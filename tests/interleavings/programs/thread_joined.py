# pass
import threading

from parcours import checks


def first():
    found = []
    thread = threading.Thread(target=lambda: found.append(1))
    thread.start()
    thread.join()
    return len(found)


# the test cell
checks.interleavings(first, invariant=lambda count: count == 1)
