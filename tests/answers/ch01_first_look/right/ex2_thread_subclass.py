# ch01-ex2: a thread class that keeps its result
from threading import Thread


class Task(Thread):
    def __init__(self, fn):
        super().__init__(daemon=True)
        self.fn = fn

    def run(self):
        self.result = self.fn()


def run_in_threads(fns):
    tasks = [Task(fn) for fn in fns]
    [task.start() for task in tasks]
    [task.join() for task in tasks]
    return [task.result for task in tasks]
