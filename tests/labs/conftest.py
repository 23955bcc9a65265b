"""What the tests of the labs share."""

import time

import psutil
import pytest


@pytest.fixture
def gone():
    """A function: whether processes end, all of them, within a time that is generous."""

    def gone(processes, seconds=20):
        deadline = time.monotonic() + seconds
        left = list(processes)
        while left and time.monotonic() < deadline:
            left = [process for process in left if runs(process)]
            time.sleep(0.01)
        return not left

    return gone


def runs(process: psutil.Process) -> bool:
    # Nobody may have asked for a dead process yet: it stays listed as a zombie.
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.fixture
def no_child_left(gone):
    """Fails the test when it leaves a child process behind."""
    before = set(psutil.Process().children(recursive=True))
    yield
    assert gone(set(psutil.Process().children(recursive=True)) - before)
