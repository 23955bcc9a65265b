"""Functions that run in contestants and their workers; importable in every new process.

checks.case(checks.start_method_here, range(3), 2, "spawn", returns=["spawn"] * 3)
"""

import multiprocessing
import sys


def start_method_here(*_: object) -> str:
    """How the process that calls this was started: "fork", "forkserver" or "spawn".

    "none" where it is not a process of multiprocessing but the program itself.
    """
    if multiprocessing.parent_process() is None:
        return "none"
    command = " ".join(sys.orig_argv)
    if "multiprocessing.forkserver" in command:
        return "forkserver"
    return "spawn" if "multiprocessing.spawn" in command or "--multi" in command else "fork"


def use_start_method(method: str) -> None:
    """Make a start method the default of this program."""
    multiprocessing.set_start_method(method, force=True)


def default_start_method() -> str:
    """The start method that is the default of this program now."""
    return multiprocessing.get_start_method()
