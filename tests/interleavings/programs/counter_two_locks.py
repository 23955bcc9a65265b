# invariant
import threading

from parcours import checks


class Counter:
    def __init__(self):
        self.value = 0
        self.one, self.other = threading.Lock(), threading.Lock()

    def add(self):
        with self.one:
            self.value += 1

    def add_too(self):
        with self.other:
            self.value += 1


# the test cell
checks.interleavings(
    Counter,
    threads=[lambda c: c.add(), lambda c: c.add_too()],
    invariant=lambda c: c.value == 2,
)
