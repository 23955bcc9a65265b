# ch02-ex2, 2 of 6 points: `amdahl(0.5, 2)`: expected about 1.3333333333333333, it was 1.5.
def amdahl(serial_fraction, workers):
    return serial_fraction + (1 - serial_fraction) * workers


def workers_worth_having(serial_fraction, gain):
    workers = 1
    while amdahl(serial_fraction, workers + 1) >= (1 + gain) * amdahl(serial_fraction, workers):
        workers += 1
    return workers
