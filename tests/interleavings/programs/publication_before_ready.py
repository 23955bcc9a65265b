# exception
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
                    cls.instance = cls()
                    cls.instance.table = {"a": 1}
        return cls.instance.table["a"]


# the test cell
checks.interleavings(Service, start=lambda kind: kind, threads=[lambda kind: kind.get()] * 2)
