# ch01-ex3, 1 of 5 points: keeps the results of earlier calls, serial otherwise
seen = {}


def run_in_processes(fn, items, workers):
    results = []
    for item in items:
        if item not in seen:
            seen[item] = fn(item)
        results.append(seen[item])
    return results
