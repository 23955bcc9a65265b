# ch02-ex1: the CPU time of this thread alone, in nanoseconds
from time import perf_counter_ns, thread_time_ns


def classify(fn):
    wall_before = perf_counter_ns()
    cpu_before = thread_time_ns()
    fn()
    cpu = thread_time_ns() - cpu_before
    wall = perf_counter_ns() - wall_before
    if 10 * cpu < wall:
        return "io"
    return "cpu"
