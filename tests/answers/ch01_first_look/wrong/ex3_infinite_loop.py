# ch01-ex3, 0 of 5 points: `run_in_processes` gave no answer: it did not end: it was still running after * s of its own time, at line * of run_in_processes (*).
def run_in_processes(fn, items, workers):
    done = []
    while len(done) < len(items):
        pass
    return done
