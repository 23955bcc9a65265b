# pass
import threading
from concurrent.futures import ThreadPoolExecutor

from parcours import checks


def count():
    box = {"total": 0}
    lock = threading.Lock()

    def add():
        with lock:
            box["total"] += 1

    with ThreadPoolExecutor(2) as pool:
        futures = [pool.submit(add) for _ in range(2)]
    [future.result() for future in futures]
    return box["total"]


# the test cell
checks.interleavings(count, invariant=lambda total: total == 2)
