# ch01-ex2, 1 of 3 points: Only 1 of 9 tasks was in flight at a time: each one began after the one before it had ended.
import threading


def run_in_threads(fns):
    results = [None] * len(fns)

    def work(i):
        results[i] = fns[i]()

    threads = [threading.Thread(target=work, args=(i,)) for i in range(len(fns))]
    for t in threads:
        t.run()
    return results
