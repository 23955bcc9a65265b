# ch02-ex2, 3 of 6 points: `workers_worth_having(0.5, 0.1)`: expected 3, it returned 4.
def amdahl(serial_fraction, workers):
    return 1 / (serial_fraction + (1 - serial_fraction) / workers)


def workers_worth_having(serial_fraction, gain):
    workers = 1
    while amdahl(serial_fraction, workers + 1) - amdahl(serial_fraction, workers) >= gain:
        workers += 1
        if workers > 1000:
            break
    return workers
