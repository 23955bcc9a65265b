# deadlock
from concurrent.futures import ThreadPoolExecutor

from parcours import checks


def power():
    with ThreadPoolExecutor(1) as pool:

        def outer():
            return pool.submit(pow, 2, 3).result()

        return pool.submit(outer).result()


# the test cell
checks.interleavings(power, invariant=lambda found: found == 8)
