"""Framed messages between the judge and its processes: eight bytes of length, then the bytes.

The judge sends pickles (a contestant may trust the judge); a contestant sends what `codec` writes
(the judge never trusts a contestant). Both ends use plain file descriptors, so that the same code
serves sockets on POSIX and pipes on Windows.
"""

import os
import struct

HEADER = struct.Struct("<Q")
LIMIT = 256 * 1024 * 1024


class Closed(ConnectionError):
    """The other end has gone."""


def read_exactly(fd: int, count: int) -> bytes:
    """Read `count` bytes. Raises Closed when the other end closes before."""
    parts = []
    while count:
        try:
            part = os.read(fd, min(count, 1 << 20))
        except ConnectionError as error:
            raise Closed(str(error)) from None
        if not part:
            raise Closed("the other end closed the connection")
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def receive(fd: int) -> bytes:
    """Read one message. Raises Closed at the end, ValueError for a length over 256 MB."""
    (length,) = HEADER.unpack(read_exactly(fd, HEADER.size))
    if length > LIMIT:
        raise ValueError(f"a message of {length} bytes is not one of ours")
    return read_exactly(fd, length)


def send(fd: int, data: bytes) -> None:
    """Write one message. Raises Closed when nobody reads any more."""
    view = memoryview(HEADER.pack(len(data)) + data)
    try:
        while view:
            view = view[os.write(fd, view) :]
    except (BrokenPipeError, ConnectionError) as error:
        raise Closed(str(error)) from None
