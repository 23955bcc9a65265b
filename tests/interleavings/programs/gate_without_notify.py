# deadlock
import threading

from parcours import checks


class Gate:
    def __init__(self):
        self.open = False
        self.changed = threading.Condition()

    def wait(self):
        with self.changed:
            while not self.open:
                self.changed.wait()

    def let_go(self):
        with self.changed:
            self.open = True


# the test cell
checks.interleavings(Gate, threads=[lambda g: g.wait(), lambda g: g.let_go()])
