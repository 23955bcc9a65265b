# invariant
import threading

from parcours import checks


class Cache:
    def __init__(self):
        self.values, self.computed = {}, 0
        self.lock = threading.Lock()

    def get(self, key):
        found = self.values.get(key)
        if found is None:
            with self.lock:
                self.computed += 1
                found = self.values[key] = len(key)
        return found


# the test cell
checks.interleavings(Cache, threads=[lambda c: c.get("x")] * 2, invariant=lambda c: c.computed == 1)
