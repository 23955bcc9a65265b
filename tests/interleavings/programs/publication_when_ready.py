# pass
import threading

from parcours import checks


class Service:
    instance = None
    lock = threading.Lock()

    @classmethod
    def get(cls):
        if cls.instance is None:
            with cls.lock:
                if cls.instance is None:
                    made = cls()
                    made.table = {"a": 1}
                    cls.instance = made
        return cls.instance.table["a"]


# the test cell
checks.interleavings(Service, start=lambda kind: kind, threads=[lambda kind: kind.get()] * 2)
