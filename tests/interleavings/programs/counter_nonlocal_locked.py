# pass
import threading

from parcours import checks


def count():
    total = 0
    lock = threading.Lock()

    def add():
        nonlocal total
        with lock:
            total += 1

    threads = [threading.Thread(target=add) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return total


# the test cell
checks.interleavings(count, result=lambda total: total)
