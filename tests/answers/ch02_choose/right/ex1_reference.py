# ch02-ex1: the reference, process_time against perf_counter
import time


def classify(fn):
    """Call fn() once; return "io" if less than a tenth of the time was computing, else "cpu"."""
    elapsed, cpu = time.perf_counter(), time.process_time()
    fn()
    cpu, elapsed = time.process_time() - cpu, time.perf_counter() - elapsed
    return "io" if cpu < elapsed / 10 else "cpu"
