# pass
import queue

from parcours import checks


class Post:
    def __init__(self):
        self.queue, self.got = queue.SimpleQueue(), []

    def send(self):
        self.queue.put(1)

    def receive(self):
        self.got.append(self.queue.get())


# the test cell
checks.interleavings(
    Post, threads=[lambda p: p.receive(), lambda p: p.send()], invariant=lambda p: p.got == [1]
)
