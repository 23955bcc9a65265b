# ch02-ex2: the reference, one more worker as long as it pays
def amdahl(serial_fraction, workers):
    return 1 / (serial_fraction + (1 - serial_fraction) / workers)


def workers_worth_having(serial_fraction, gain):
    workers = 1
    while amdahl(serial_fraction, workers + 1) >= (1 + gain) * amdahl(serial_fraction, workers):
        workers += 1
    return workers
