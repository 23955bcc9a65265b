# ch01-ex2, 0 of 3 points: `run_in_threads` returned while 5 tasks of 5 had not ended.
import threading


def run_in_threads(fns):
    results = [None] * len(fns)

    def work(i):
        results[i] = fns[i]()

    for i in range(len(fns)):
        threading.Thread(target=work, args=(i,)).start()
    return results
