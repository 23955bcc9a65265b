# pass
import threading
import time

from parcours import checks


class Table:
    def __init__(self):
        self.forks = [threading.Lock(), threading.Lock()]
        self.eaten = []

    def eat(self, seat):
        left, right = self.forks[seat], self.forks[1 - seat]
        while True:
            with left:
                if right.acquire(timeout=0.1 + seat):
                    self.eaten.append(seat)
                    right.release()
                    return
            time.sleep(0.1)


# the test cell
checks.interleavings(
    Table, threads=[lambda t: t.eat(0), lambda t: t.eat(1)], invariant=lambda t: len(t.eaten) == 2
)
