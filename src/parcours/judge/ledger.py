"""What every process of a contestant notes down: shared memory it makes, messages it sends.

    install("/path/to/ledger")      # in the contestant, and by itself in all that it starts
    read(Path("/path/to/ledger"))   # in the judge: [("block", "psm_1a2b"), ("sent", 812), ...]

A child made by fork has the ledger already. For the others the command that starts a Python gets it
as its first line (`multiprocessing.util.spawnv_passfds`, on Windows `get_command_line`). Standard
library only and no import of this package, since every worker runs it before anything else. A
learner's code could forge a ledger: what it says is checked from outside where that is possible.
"""

import contextlib
import os
import sys

SOURCE = globals().get("SOURCE") or __file__


def install(log: str) -> None:
    """Note down from now on, in this process and in all that it starts; once for each process."""
    if getattr(sys, "_parcours_ledger", None) == log:
        return
    sys._parcours_ledger = log
    # A module that is compiled to a file has not sent anything.
    sys.dont_write_bytecode = True
    _note_blocks(log)
    _note_messages(log)
    _hand_on(log)


def note(log: str, kind: str, what: object) -> None:
    """Append one line. One write of a few bytes at the end of a file is not torn by others."""
    with contextlib.suppress(OSError):
        file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(file, f"{kind} {what}\n".encode())
        finally:
            os.close(file)


def read(log) -> list[tuple[str, str]]:
    """Read a ledger: (kind, what) for each line, [] when nothing was noted."""
    try:
        lines = log.read_text("utf-8", "replace").splitlines()
    except OSError:
        return []
    return [tuple(line.split(" ", 1)) for line in lines if " " in line]


def _note_blocks(log: str) -> None:
    try:
        import _posixshmem
    except ImportError:
        return  # Windows: a block goes with the last process that has it open
    real = _posixshmem.shm_open

    def shm_open(path: str, flags: int, mode: int = 0o777) -> int:
        fd = real(path, flags, mode=mode)
        if flags & os.O_CREAT:
            note(log, "block", path.lstrip("/"))
        return fd

    _posixshmem.shm_open = shm_open


def _note_messages(log: str) -> None:
    from multiprocessing import connection, reduction

    for kind in ("Connection", "PipeConnection"):
        if hasattr(connection, kind):
            _count_sends(getattr(connection, kind), log)
    pickler = reduction.ForkingPickler

    def dump(value: object, file, protocol: int | None = None) -> None:
        data = pickler.dumps(value, protocol)
        note(log, "sent", len(data))
        file.write(data)

    # The process object, with its arguments, on its way to a process that is not forked.
    reduction.dump = dump


def _count_sends(kind: type, log: str) -> None:
    real = kind._send_bytes

    def _send_bytes(self, buffer) -> None:
        note(log, "sent", len(buffer))
        return real(self, buffer)

    kind._send_bytes = _send_bytes


def _hand_on(log: str) -> None:
    from multiprocessing import spawn, util

    line = (
        f"exec(compile(open({SOURCE!r}, encoding='utf-8').read(), {SOURCE!r}, 'exec'), "
        f"names := {{'__name__': 'ledger', 'SOURCE': {SOURCE!r}}}); names['install']({log!r}); "
    )

    def with_ledger(command: list) -> list:
        command = list(command)
        for place, word in enumerate(command[:-1]):
            if word == "-c" and "multiprocessing" in command[place + 1]:
                command[place + 1] = line + command[place + 1]
                break
        return command

    if sys.platform == "win32":
        real = spawn.get_command_line
        spawn.get_command_line = lambda **values: with_ledger(real(**values))
        return
    real_spawnv = util.spawnv_passfds

    def spawnv_passfds(path: str, arguments: list, passfds: list) -> int:
        if b"resource_tracker" in repr(arguments).encode():
            return real_spawnv(path, arguments, passfds)
        return real_spawnv(path, with_ledger(arguments), passfds)

    util.spawnv_passfds = spawnv_passfds
