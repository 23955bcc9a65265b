# ch02-ex2: a quadratic equation, with its two ends apart
import math


def amdahl(serial_fraction, workers):
    return workers / (serial_fraction * workers + (1 - serial_fraction))


def workers_worth_having(serial_fraction, gain):
    # (1 - s) / (v (s v + 1)) >= gain, solved for v; then one more worker
    s = serial_fraction
    if s == 0:
        return math.floor(1 / gain) + 1
    most = (math.sqrt(1 + 4 * s * (1 - s) / gain) - 1) / (2 * s)
    return math.floor(most) + 1
