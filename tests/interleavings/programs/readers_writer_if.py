# invariant
import threading

from parcours import checks


class Shelf:
    def __init__(self):
        self.readers, self.writing, self.seen, self.books = 0, False, [], [0, 0]
        self.changed = threading.Condition()

    def read(self):
        with self.changed:
            if self.writing:
                self.changed.wait()
            self.readers += 1
        self.seen.append(self.books[0] == self.books[1])
        with self.changed:
            self.readers -= 1
            self.changed.notify_all()

    def write(self):
        with self.changed:
            if self.writing or self.readers:
                self.changed.wait()
            self.writing = True
        self.books[0] += 1
        self.books[1] += 1
        with self.changed:
            self.writing = False
            self.changed.notify_all()


# the test cell
checks.interleavings(
    Shelf,
    threads=[lambda s: s.write(), lambda s: s.write(), lambda s: s.read()],
    invariant=lambda s: all(s.seen) and s.books == [2, 2],
)
