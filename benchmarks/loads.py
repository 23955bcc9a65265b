"""Other programs' load, made on purpose: processes that compute, come and go, or use memory.

    with loads.running("2 hogs"):
        ... measure ...

A hog ends when the pipe to its standard input closes, so that none outlives who started it,
whether that ends by itself, by Ctrl-C or by a kill.
"""

import contextlib
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

# Name of a load -> the kinds of its hogs.
LOADS: dict[str, list[str]] = {
    "idle": [],
    "1 hog": ["cpu"],
    "2 hogs": ["cpu"] * 2,
    "4 hogs": ["cpu"] * 4,
    "bursts": ["bursts"] * 2,
    "memory": ["memory"],
}
MEMORY = 128 * 2**20


@contextlib.contextmanager
def running(load: str) -> Iterator[None]:
    """Keep a load running. Raises KeyError for a load that is not in `LOADS`."""
    hogs: list[subprocess.Popen] = []
    try:
        for kind in LOADS[load]:
            command = [sys.executable, str(Path(__file__)), kind]
            hog = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            hogs.append(hog)
        for hog in hogs:
            hog.stdout.read(1)  # it has begun
        yield
    finally:
        for hog in hogs:
            hog.kill()
            hog.wait()
            hog.stdin.close()
            hog.stdout.close()


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


def _compute(seconds: float) -> None:
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        for _ in range(1000):
            pass


def _hog(kind: str) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    print("+", end="", flush=True)
    if kind == "memory":
        here, there = bytearray(MEMORY // 2), bytearray(MEMORY // 2)
        while True:
            there[:] = here
            here[:] = there
    while True:
        if kind == "cpu":
            _compute(1.0)
        else:
            _compute(random.uniform(0.05, 0.3))
            time.sleep(random.uniform(0.05, 0.3))


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        _hog(sys.argv[1])
