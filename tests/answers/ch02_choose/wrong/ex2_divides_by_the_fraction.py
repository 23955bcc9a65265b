# ch02-ex2, 5 of 6 points: Nothing is serial, 30 % for each worker: it raised ZeroDivisionError: * (line * of workers_worth_having).
def amdahl(serial_fraction, workers):
    return 1 / (serial_fraction + (1 - serial_fraction) / workers)


def workers_worth_having(serial_fraction, gain):
    s = serial_fraction
    return 1 + int(((1 + 4 * s * (1 - s) / gain) ** 0.5 - 1) / (2 * s))
