# invariant

from parcours import checks


class Counter:
    def __init__(self):
        self.value = 0

    def add(self):
        self.value += 1


# the test cell
checks.interleavings(Counter, threads=[lambda c: c.add()] * 2, invariant=lambda c: c.value == 2)
