# ch02-ex2: recursion from one worker on
def amdahl(serial_fraction, workers):
    parallel_fraction = 1 - serial_fraction
    return 1.0 / (serial_fraction + parallel_fraction / workers)


def workers_worth_having(serial_fraction, gain, workers=1):
    better = amdahl(serial_fraction, workers + 1) / amdahl(serial_fraction, workers)
    if better - 1 < gain:
        return workers
    return workers_worth_having(serial_fraction, gain, workers + 1)
