# deadlock
import queue
import threading

from parcours import checks


def work():
    tasks = queue.Queue()

    def consume():
        while tasks.get() is not None:
            pass

    threads = [threading.Thread(target=consume) for _ in range(2)]
    for thread in threads:
        thread.start()
    tasks.put(1)
    tasks.put(None)
    for thread in threads:
        thread.join()


# the test cell
checks.interleavings(work)
