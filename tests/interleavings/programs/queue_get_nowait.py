# pass
import queue

from parcours import checks


class Work:
    def __init__(self):
        self.queue, self.got = queue.Queue(), []
        self.queue.put(1)

    def take(self):
        try:
            self.got.append(self.queue.get_nowait())
        except queue.Empty:
            return


# the test cell
checks.interleavings(Work, threads=[lambda w: w.take()] * 2, invariant=lambda w: w.got == [1])
