# pass
import threading

from parcours import checks


class Table:
    def __init__(self):
        self.forks = [threading.Lock() for _ in range(3)]
        self.eaten, self.chairs = [], threading.Semaphore(2)

    def eat(self, seat):
        left, right = self.forks[seat], self.forks[(seat + 1) % 3]
        with self.chairs, left, right:
            self.eaten.append(seat)


# the test cell
checks.interleavings(
    Table,
    threads=[lambda t, s=seat: t.eat(s) for seat in range(3)],
    invariant=lambda t: len(t.eaten) == 3,
)
