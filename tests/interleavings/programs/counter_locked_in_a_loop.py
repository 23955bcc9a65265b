# pass
import threading

from parcours import checks


class Counter:
    def __init__(self):
        self.value = 0
        self.lock = threading.Lock()

    def add(self):
        for _ in range(5):
            with self.lock:
                self.value += 1


# the test cell
checks.interleavings(Counter, threads=[lambda c: c.add()] * 2, invariant=lambda c: c.value == 10)
