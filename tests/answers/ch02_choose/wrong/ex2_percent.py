# ch02-ex2, 0 of 6 points: `amdahl(0.5, 2)`: expected about 1.3333333333333333, it was 1.99*.
def amdahl(serial_fraction, workers):
    return 1 / (serial_fraction / 100 + (1 - serial_fraction / 100) / workers)


def workers_worth_having(serial_fraction, gain):
    workers = 1
    while amdahl(serial_fraction, workers + 1) >= (1 + gain) * amdahl(serial_fraction, workers):
        workers += 1
    return workers
