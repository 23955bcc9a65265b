# pass
import threading

from parcours import checks


class Account:
    def __init__(self, balance):
        self.balance = balance
        self.lock = threading.Lock()

    def transfer(self, other, amount):
        with self.lock:
            self.balance -= amount
        with other.lock:
            other.balance += amount


# the test cell
checks.interleavings(
    Account,
    start=lambda kind: (kind(100), kind(100)),
    threads=[lambda two: two[0].transfer(two[1], 10), lambda two: two[1].transfer(two[0], 20)],
    invariant=lambda two: [a.balance for a in two] == [110, 90],
)
