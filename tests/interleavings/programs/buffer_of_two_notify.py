# pass
import threading

from parcours import checks


class Buffer:
    def __init__(self, size=1):
        self.items, self.size, self.got = [], size, []
        self.changed = threading.Condition()

    def put(self, item):
        with self.changed:
            while len(self.items) >= self.size:
                self.changed.wait()
            self.items.append(item)
            self.changed.notify()

    def get(self):
        with self.changed:
            while not self.items:
                self.changed.wait()
            self.got.append(self.items.pop(0))
            self.changed.notify()


# the test cell
checks.interleavings(
    Buffer,
    threads=[lambda b: b.put(1), lambda b: b.get()],
    invariant=lambda b: sorted(b.got) == [1] and not b.items,
)
