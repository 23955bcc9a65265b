# pass
from concurrent.futures import ThreadPoolExecutor

from parcours import checks


def squares():
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda x: x * x, range(3)))


# the test cell
checks.interleavings(squares, invariant=lambda found: found == [0, 1, 4])
