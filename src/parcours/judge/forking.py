"""Forking a contestant with a channel of its own (Linux).

The judge sends the new channel's socket to the process that is to fork (`send_fd`); that process
receives it (`receive_fd`), forks, and the child lets go of its parent's channel (`become_child`).
"""

import contextlib
import os
import signal
import socket
import sys

from parcours.judge import limits

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
PR_SET_DUMPABLE = 4


def can_fork() -> bool:
    """Whether contestants are made by forking here. macOS has fork, but not safely."""
    return sys.platform == "linux"


def send_fd(channel: socket.socket, fd: int) -> None:
    """Send an open descriptor through a Unix socket."""
    socket.send_fds(channel, [b"+"], [fd])


def receive_fd(fd: int) -> int:
    """Receive the descriptor that `send_fd` sent to the socket `fd`."""
    with socket.socket(fileno=os.dup(fd)) as channel:
        _, fds, _, _ = socket.recv_fds(channel, 1, 1)
    return fds[0]


def become_child(channel: int, *parents: int) -> None:
    """In the child of a fork: lead a session, die with the parent, drop the parent's channel."""
    with contextlib.suppress(OSError):
        os.setsid()
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    for fd in set(parents):
        with contextlib.suppress(OSError):
            os.close(fd)
    os.set_inheritable(channel, False)
    # The zygote may not be looked into by what it forks; a contestant may be, by the judge.
    prctl(PR_SET_DUMPABLE, 1)
    limits.apply()


def prctl(option: int, value: int) -> None:
    """Call Linux's prctl(2); does nothing where there is none."""
    if sys.platform != "linux":
        return
    import ctypes

    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)
