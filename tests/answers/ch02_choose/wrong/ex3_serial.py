# ch02-ex3, 1 of 7 points: Only 1 of 8 tasks was in flight at a time: each one began after the one before it had ended.
def run_best(fn, items, workers):
    return [fn(item) for item in items]
