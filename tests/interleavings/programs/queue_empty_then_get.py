# deadlock
import queue

from parcours import checks


class Work:
    def __init__(self):
        self.queue, self.got = queue.Queue(), []
        self.queue.put(1)

    def take(self):
        if not self.queue.empty():
            self.got.append(self.queue.get())


# the test cell
checks.interleavings(Work, threads=[lambda w: w.take()] * 2, invariant=lambda w: w.got == [1])
