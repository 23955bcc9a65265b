# ch02-ex2, 0 of 6 points: A tenth serial, 8 workers: expected about 4.705882352941177, it was 1.095890410958904.
def amdahl(serial_fraction, workers):
    return 1 / ((1 - serial_fraction) + serial_fraction / workers)


def workers_worth_having(serial_fraction, gain):
    workers = 1
    while amdahl(serial_fraction, workers + 1) >= (1 + gain) * amdahl(serial_fraction, workers):
        workers += 1
    return workers
