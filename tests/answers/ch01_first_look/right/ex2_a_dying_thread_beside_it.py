# ch01-ex2: right, while a thread of the notebook dies with a traceback
import threading


def die():
    raise RuntimeError("a thread of its own that dies")


threading.Thread(target=die).start()


def run_in_threads(fns):
    results = {}

    def run(i):
        results[i] = fns[i]()

    threads = []
    for i in range(len(fns)):
        t = threading.Thread(target=run, args=(i,))
        t.start()
        threads.append(t)
    for t in threads:
        t.join()
    return [results[i] for i in range(len(fns))]
