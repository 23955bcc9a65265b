# invariant
import threading

from parcours import checks


class Counter:
    def __init__(self):
        self.value = 0
        self.lock = threading.Lock()

    def add(self):
        before = self.value
        with self.lock:
            self.value = before + 1


# the test cell
checks.interleavings(Counter, threads=[lambda c: c.add()] * 2, invariant=lambda c: c.value == 2)
