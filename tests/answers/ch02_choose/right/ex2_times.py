# ch02-ex2: times in place of speedups, counted from two on
from itertools import count


def seconds(serial, workers):
    return serial + (1 - serial) / workers


def amdahl(serial_fraction, workers):
    return seconds(serial_fraction, 1) / seconds(serial_fraction, workers)


def workers_worth_having(serial_fraction, gain):
    for workers in count(2):
        if seconds(serial_fraction, workers - 1) / seconds(serial_fraction, workers) < 1 + gain:
            return workers - 1
