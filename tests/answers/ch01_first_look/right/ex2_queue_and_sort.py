# ch01-ex2: results through a queue, sorted by their number afterwards
import queue
import threading


def run_in_threads(fns):
    done = queue.Queue()

    def worker(number, fn):
        done.put((number, fn()))

    for number, fn in enumerate(fns):
        threading.Thread(target=worker, args=(number, fn)).start()
    results = [done.get() for _ in fns]
    results.sort(key=lambda pair: pair[0])
    return [value for _, value in results]
