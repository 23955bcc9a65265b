# pass
import threading

from parcours import checks

total = 0
lock = threading.Lock()


def count():
    global total

    def add():
        global total
        with lock:
            total += 1

    threads = [threading.Thread(target=add) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return total


# the test cell
checks.interleavings(count, invariant=lambda total: total == 2)
