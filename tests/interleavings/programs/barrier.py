# pass
import threading

from parcours import checks


class Sums:
    def __init__(self):
        self.parts, self.sums = [0, 0], [0, 0]
        self.barrier = threading.Barrier(2)

    def work(self, index):
        self.parts[index] = 1
        self.barrier.wait()
        self.sums[index] = sum(self.parts)


# the test cell
checks.interleavings(
    Sums, threads=[lambda s: s.work(0), lambda s: s.work(1)], invariant=lambda s: s.sums == [2, 2]
)
