"""Tasks that hold still until the judge lets them go (the contestant's side of `in_flight`).

    task = GatedTask(address, index=3)
    task()          # tells the judge that task 3 has begun, waits, returns what the judge gives

A task is in flight from the moment in which it has told the judge until the judge releases it.
Importable and picklable, so that it runs in threads and in processes of every start method.
"""

import builtins
import json
import os
import socket
import struct
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# A path on POSIX (also without a network), a port of this machine elsewhere.
HAS_UNIX_SOCKETS = hasattr(socket, "AF_UNIX") and sys.platform != "win32"


@dataclass(frozen=True)
class GatedTask:
    """A callable that waits at the judge's gate. With `index` None its first argument is it."""

    address: Any
    index: int | None = None

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        index = args[0] if self.index is None else self.index
        with connect(self.address) as connection:
            hello = {"index": index, "pid": os.getpid(), "thread": threading.get_native_id()}
            connection.sendall(json.dumps(hello).encode() + b"\n")
            with connection.makefile("rb") as answers:
                line = answers.readline()
        if not line:
            raise ConnectionAbortedError("the judge has closed the gate")
        answer = json.loads(line)
        if "raise" in answer:
            raise getattr(builtins, answer["raise"])(answer["text"])
        return answer["return"]

    @property
    def __name__(self) -> str:
        return "task" if self.index is None else f"task_{self.index + 1}"


def connect(address: Any) -> socket.socket:
    """Connect to the judge's gate."""
    family = socket.AF_UNIX if HAS_UNIX_SOCKETS else socket.AF_INET
    connection = socket.socket(family, socket.SOCK_STREAM)
    connection.connect(address if HAS_UNIX_SOCKETS else tuple(address))
    return connection


def peer_pid(connection: socket.socket) -> int | None:
    """The process at the other end of a connection, by the kernel; None where it does not say."""
    if not HAS_UNIX_SOCKETS or not hasattr(socket, "SO_PEERCRED"):
        return None
    credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
    return struct.unpack("iII", credentials)[0] or None


def listen(folder: Path) -> tuple[socket.socket, Any]:
    """Open a gate (the judge's side): a listening socket and the address for the tasks.

    folder: where the contestant can find a socket.
    """
    if HAS_UNIX_SOCKETS:
        address: Any = str(folder / "gate")
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listener.bind(address)
    else:
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.bind(("127.0.0.1", 0))
        address = listener.getsockname()
    listener.listen(1024)
    listener.setblocking(False)
    return listener, address
