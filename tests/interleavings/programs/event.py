# pass
import threading

from parcours import checks


class Letter:
    def __init__(self):
        self.text, self.read = None, []
        self.sent = threading.Event()

    def send(self):
        self.text = "hello"
        self.sent.set()

    def receive(self):
        self.sent.wait()
        self.read.append(self.text)


# the test cell
checks.interleavings(
    Letter,
    threads=[lambda a: a.receive(), lambda a: a.send()],
    invariant=lambda a: a.read == ["hello"],
)
