# ch02-ex2, 3 of 6 points: `workers_worth_having(0.5, 0.2)`: expected 2, it returned 1.
def amdahl(serial_fraction, workers):
    return 1 / (serial_fraction + (1 - serial_fraction) / workers)


def workers_worth_having(serial_fraction, gain):
    added = 0
    while amdahl(serial_fraction, added + 2) >= (1 + gain) * amdahl(serial_fraction, added + 1):
        added += 1
    return max(1, added)
