# ch01-ex3, 1 of 5 points: Only 1 of 7 tasks was in flight at a time: each one began after the one before it had ended.
def run_in_processes(fn, items, workers):
    return [fn(item) for item in items]
