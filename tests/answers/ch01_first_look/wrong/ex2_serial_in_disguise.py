# ch01-ex2, 1 of 3 points: Only 1 of 9 tasks was in flight at a time: each one began after the one before it had ended.
import threading


def run_in_threads(fns):
    results = []
    for fn in fns:
        thread = threading.Thread(target=lambda: results.append(fn()))
        thread.start()
        thread.join()
    return results
