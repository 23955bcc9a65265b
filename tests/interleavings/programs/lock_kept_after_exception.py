# deadlock
import threading

from parcours import checks


class Log:
    def __init__(self):
        self.lines, self.lock = [], threading.Lock()

    def write(self, text):
        try:
            self.lock.acquire()
            self.lines.append(int(text))
            self.lock.release()
        except ValueError:
            pass


# the test cell
checks.interleavings(Log, threads=[lambda log: log.write("x"), lambda log: log.write("1")])
