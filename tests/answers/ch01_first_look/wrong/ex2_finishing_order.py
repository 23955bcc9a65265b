# ch01-ex2, 2 of 3 points: The results are not in the order of the tasks but in the order in which they finished.
import threading


def run_in_threads(fns):
    results = []
    lock = threading.Lock()

    def work(fn):
        value = fn()
        with lock:
            results.append(value)

    threads = [threading.Thread(target=work, args=(fn,)) for fn in fns]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    return results
