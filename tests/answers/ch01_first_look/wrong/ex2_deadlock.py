# ch01-ex2, 0 of 3 points: `run_in_threads` gave no answer: it did not end: * threads wait for locks that are never given back, at *.
import threading

lock = threading.Lock()


def run_in_threads(fns):
    results = [None] * len(fns)

    def work(i):
        with lock:
            results[i] = fns[i]()

    threads = [threading.Thread(target=work, args=(i,)) for i in range(len(fns))]
    with lock:
        for t in threads:
            t.start()
        for t in threads:
            t.join()
    return results
