# pass
import threading

from parcours import checks


class Cache:
    def __init__(self):
        self.values, self.computed = {}, 0
        self.lock = threading.Lock()

    def get(self, key):
        with self.lock:
            if key not in self.values:
                self.computed += 1
                self.values[key] = len(key)
            return self.values[key]


# the test cell
checks.interleavings(Cache, threads=[lambda c: c.get("x")] * 2, invariant=lambda c: c.computed == 1)
