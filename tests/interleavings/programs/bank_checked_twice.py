# pass
import threading

from parcours import checks


class Account:
    def __init__(self, balance):
        self.balance = balance
        self.lock = threading.Lock()

    def withdraw(self, amount):
        if self.balance >= amount:
            with self.lock:
                if self.balance >= amount:
                    self.balance -= amount


# the test cell
checks.interleavings(
    Account,
    start=lambda kind: kind(100),
    threads=[lambda a: a.withdraw(80)] * 2,
    invariant=lambda a: a.balance == 20,
)
