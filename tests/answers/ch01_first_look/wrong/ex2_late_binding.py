# ch01-ex2, 0 of 3 points: Task 5 of 5 was run 5 times.
import threading


def run_in_threads(fns):
    results = [None] * len(fns)
    threads = []
    for i in range(len(fns)):
        def work():
            results[i] = fns[i]()
        threads.append(threading.Thread(target=work))
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    return results
