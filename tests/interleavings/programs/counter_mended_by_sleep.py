# invariant
import time

from parcours import checks


class Counter:
    def __init__(self):
        self.value = 0

    def add(self, wait):
        time.sleep(wait)
        self.value += 1


# the test cell
checks.interleavings(
    Counter,
    threads=[lambda c: c.add(0), lambda c: c.add(1)],
    invariant=lambda c: c.value == 2,
)
