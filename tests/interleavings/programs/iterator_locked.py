# pass
import threading

from parcours import checks


class Guests:
    def __init__(self):
        self.names = {"a": 1, "b": 2}
        self.lock = threading.Lock()

    def add(self, name):
        with self.lock:
            self.names[name] = 0

    def total(self):
        total = 0
        with self.lock:
            for name in self.names:
                total += self.names[name]
        return total


# the test cell
checks.interleavings(Guests, threads=[lambda g: g.total(), lambda g: g.add("c")])
