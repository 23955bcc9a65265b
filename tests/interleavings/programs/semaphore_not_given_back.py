# deadlock
import threading

from parcours import checks


class Room:
    def __init__(self):
        self.places, self.lock = threading.Semaphore(2), threading.Lock()
        self.inside = self.most = 0

    def visit(self):
        self.places.acquire()
        with self.lock:
            self.inside += 1
            self.most = max(self.most, self.inside)
        with self.lock:
            self.inside -= 1


# the test cell
checks.interleavings(
    Room, threads=[lambda r: r.visit()] * 3, invariant=lambda r: r.most <= 2 and r.inside == 0
)
