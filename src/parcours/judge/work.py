"""Work that the judge gives to a learner's function, and that keeps a record of itself.

    work = MeasuredWork(log="/path/to/log")
    work((1_000_003, 400))     # counts the primes from 1,000,003 on, in 400 numbers

Each call appends one record (process, thread, start, end, CPU) to the log. The learner's process
could forge records, so they alone never decide: see `speedup`. Importable and picklable, so that it
runs in processes of every start method.
"""

import multiprocessing
import os
import struct
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

_RECORD = struct.Struct("<qqqqq")


class Record(NamedTuple):
    """One call of the work: who did it, from when to when (perf_counter, ns), CPU in ns."""

    pid: int
    thread: int
    start: int
    end: int
    cpu: int


@dataclass(frozen=True)
class MeasuredWork:
    """Counts primes by trial division; `item` is (first number, how many numbers)."""

    log: str

    def __call__(self, item: tuple[int, int]) -> int:
        start, cpu = time.perf_counter_ns(), time.thread_time_ns()
        result = count_primes(*item)
        record = _RECORD.pack(
            os.getpid(),
            threading.get_native_id(),
            start,
            time.perf_counter_ns(),
            time.thread_time_ns() - cpu,
        )
        # One write of a few bytes at the end of a file is not torn by other writers.
        file = os.open(self.log, os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0))
        try:
            os.write(file, record)
        finally:
            os.close(file)
        return result

    @property
    def __name__(self) -> str:
        return "count_primes"


def count_primes(first: int, numbers: int) -> int:
    """Count the primes p with first <= p < first + numbers, by trial division."""
    found = 0
    for candidate in range(first | 1, first + numbers, 2):
        divisor = 3
        while divisor * divisor <= candidate:
            if candidate % divisor == 0:
                break
            divisor += 2
        else:
            found += 1
    return found


def map_in_processes(function: Callable, items: Iterable, workers: int) -> list:
    """The reference for work that is mapped: a pool of processes, one item at a time."""
    with multiprocessing.Pool(workers) as pool:
        return pool.map(function, items, chunksize=1)


def read_records(log: Path) -> list[Record]:
    """Read the records of a log, in the order in which the calls ended."""
    data = log.read_bytes()
    whole = len(data) - len(data) % _RECORD.size
    return [Record(*fields) for fields in _RECORD.iter_unpack(data[:whole])]


def cpu_seconds(item: tuple[int, int]) -> float:
    """CPU seconds that one item costs here and now."""
    start = time.thread_time()
    count_primes(*item)
    return time.thread_time() - start
