# ch02-ex2, 4 of 6 points: `amdahl(1.0, 4)`: it raised ZeroDivisionError: * (line * of amdahl).
def amdahl(serial_fraction, workers):
    ratio = serial_fraction / (1 - serial_fraction)
    return (ratio + 1) / (ratio + 1 / workers)


def workers_worth_having(serial_fraction, gain):
    workers = 1
    while amdahl(serial_fraction, workers + 1) >= (1 + gain) * amdahl(serial_fraction, workers):
        workers += 1
    return workers
