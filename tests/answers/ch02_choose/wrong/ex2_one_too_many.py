# ch02-ex2, 3 of 6 points: `workers_worth_having(0.5, 0.2)`: expected 2, it returned 3.
def amdahl(serial_fraction, workers):
    return 1 / (serial_fraction + (1 - serial_fraction) / workers)


def workers_worth_having(serial_fraction, gain):
    workers = 2
    while amdahl(serial_fraction, workers) >= (1 + gain) * amdahl(serial_fraction, workers - 1):
        workers += 1
    return workers
