# pass
import queue
import threading

from parcours import checks


def work():
    tasks, found = queue.Queue(), []

    def consume():
        while True:
            found.append(tasks.get() ** 2)
            tasks.task_done()

    for _ in range(2):
        threading.Thread(target=consume, daemon=True).start()
    for number in range(3):
        tasks.put(number)
    tasks.join()
    return sorted(found)


# the test cell
checks.interleavings(work, result=lambda found: found)
