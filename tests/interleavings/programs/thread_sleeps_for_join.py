# invariant
import threading
import time

from parcours import checks


def answer():
    box = {"value": 0}

    def work():
        time.sleep(0.1)
        box["value"] = 42

    threading.Thread(target=work).start()
    time.sleep(1)
    return box["value"]


# the test cell
checks.interleavings(answer, invariant=lambda value: value == 42)
