# invariant
import threading

from parcours import checks


class Single:
    instance = None
    lock = threading.Lock()

    @classmethod
    def get(cls):
        if cls.instance is None:
            cls.instance = cls()
        return cls.instance


# the test cell
checks.interleavings(
    Single,
    start=lambda kind: (kind, []),
    threads=[lambda s: s[1].append(s[0].get())] * 2,
    invariant=lambda s: s[1][0] is s[1][1],
)
