# endless
import threading
import time

from parcours import checks


class Gate:
    def __init__(self):
        self.open = False
        self.changed = threading.Condition()

    def wait(self):
        opened = self.open
        while not opened:
            time.sleep(0.01)

    def let_go(self):
        self.open = True


# the test cell
checks.interleavings(Gate, threads=[lambda g: g.wait(), lambda g: g.let_go()])
