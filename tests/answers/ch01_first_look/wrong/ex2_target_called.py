# ch01-ex2, 0 of 3 points: `run_in_threads` did not return the list of the tasks' results but None.
import threading


def run_in_threads(fns):
    threads = [threading.Thread(target=fn()) for fn in fns]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
