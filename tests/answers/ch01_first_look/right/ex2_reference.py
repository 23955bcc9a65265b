# ch01-ex2: the reference, a place for each result
import threading


def run_in_threads(fns):
    """Run every function in a thread of its own; return their results in the order of fns."""
    results = [None] * len(fns)

    def run(index):
        results[index] = fns[index]()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(fns))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
