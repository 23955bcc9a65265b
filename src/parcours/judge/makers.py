"""Makes contestants: from a zygote on Linux (in a box for submissions), else from a fresh Python.

with new_contestant() as contestant: ...      # for the learner's own functions and references
with leased_box() as maker:                   # for one submission
    contestant = maker.new_contestant()
"""

import atexit
import contextlib
import os
import pickle
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

from parcours.judge import codec, wire
from parcours.judge.box import boxed_environment, sandbox_command
from parcours.judge.forking import can_fork, send_fd
from parcours.judge.processes import Contestant, Ended
from parcours.judge.proctree import find_inside


class _Folders:
    """A folder of a maker, in which everything is made that it shares with its contestants."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="parcours-"))

    def new_folder(self, purpose: str) -> Path:
        return Path(tempfile.mkdtemp(prefix=f"{purpose}-", dir=self.folder))

    def remove(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


class Zygote(_Folders):
    """The judge's end of a zygote. notebook: contestants run cells; boxed: in a sandbox, if any."""

    def __init__(self, *, notebook: bool = False, boxed: bool = False):
        super().__init__()
        self._lock = threading.Lock()
        self._statuses: dict[int, int] = {}
        self._inside: dict[int, int] = {}
        prefix = sandbox_command(self.folder) if boxed else []
        self.boxed = bool(prefix)
        ours, theirs = socket.socketpair()
        self._channel = ours
        # A box sees the packages only, not the folder of whoever runs the judge.
        paths = [path for path in sys.path if path and Path(path).exists()]
        code = (
            f"import sys; sys.path[:] = {paths!r}; "
            "from parcours.judge.zygote import main; "
            f"main({theirs.fileno()}, {notebook})"
        )
        self.process = subprocess.Popen(
            [*prefix, sys.executable, "-I", "-c", code],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            env=_environment(boxed_environment(self.folder) if self.boxed else None),
            # Ctrl-C and a kernel's interrupt are for the judge; the zygote ends when it does.
            start_new_session=True,
        )
        theirs.close()

    def new_contestant(self) -> Contestant:
        """Fork a contestant. Raises Ended when the zygote is gone."""
        ours, theirs = socket.socketpair()
        desk = self.new_folder("desk")
        try:
            with self._lock, _told_as_ended():
                message = {"do": "fork", "desk": str(desk)}
                wire.send(self._channel.fileno(), pickle.dumps(message))
                send_fd(self._channel, theirs.fileno())
                inside = codec.decode(wire.receive(self._channel.fileno()))["pid"]
            pid = self.outside(inside)
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        self._inside[pid] = inside
        fd = ours.detach()
        return Contestant(pid, fd, os.dup(fd), desk, self)

    def outside(self, pid: int) -> int:
        if not self.boxed:
            return pid
        found = find_inside(self.process.pid, pid)
        if found is None:
            raise Ended("the process ended before it answered")
        return found

    def ended(self, contestant: Contestant) -> None:
        self.status_of(contestant)

    def status_of(self, contestant: Contestant) -> int | None:
        inside = self._inside.get(contestant.pid)
        if inside is not None and contestant.pid not in self._statuses:
            self._statuses.update({contestant.pid: self.sweep(inside).get(inside)})
        return self._statuses.get(contestant.pid)

    def sweep(self, *ended: int) -> dict[int, int]:
        """Collect the contestants that were killed, and kill what nobody owns any more.

        Answers the exit statuses of the contestants in `ended` (their process ids inside).
        """
        # A zygote that was killed has nothing left to collect: its box is gone with it.
        with contextlib.suppress(wire.Closed, OSError), self._lock:
            wire.send(self._channel.fileno(), pickle.dumps({"do": "sweep", "ended": list(ended)}))
            return codec.decode(wire.receive(self._channel.fileno()))["statuses"]
        return {}

    def renew(self) -> bool:
        """Kill all that a submission started and clear all that it wrote; False when it cannot."""
        with contextlib.suppress(wire.Closed, OSError), self._lock:
            wire.send(self._channel.fileno(), pickle.dumps({"do": "renew", "boxed": self.boxed}))
            wire.receive(self._channel.fileno())
            for entry in self.folder.iterdir():
                if entry.is_dir() and not entry.is_symlink():
                    shutil.rmtree(entry, ignore_errors=True)
                else:
                    entry.unlink(missing_ok=True)
            self._inside.clear()
            self._statuses.clear()
            return self.alive()
        return False

    def alive(self) -> bool:
        return self.process.poll() is None

    def kill(self) -> None:
        """End the zygote at once; in a box, with every process that is inside."""
        self.process.kill()
        self.close()

    def close(self) -> None:
        self._channel.close()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.remove()


class FreshStart(_Folders):
    """Makes contestants by starting a Python for each (macOS, Windows)."""

    def __init__(self) -> None:
        super().__init__()
        self._processes: dict[int, subprocess.Popen] = {}

    def new_contestant(self) -> Contestant:
        """Start a contestant."""
        desk = self.new_folder("desk")
        code = (
            f"import os, sys; sys.path[:] = {sys.path!r}; "
            "from parcours.judge import contestant; "
            "ends = os.dup(0), os.dup(1); "
            "os.dup2(os.open(os.devnull, os.O_RDONLY), 0); "
            f"contestant.serve(*ends, {str(desk)!r})"
        )
        process = subprocess.Popen(
            [sys.executable, "-I", "-c", code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=_environment(),
            start_new_session=os.name == "posix",
        )
        self._processes[process.pid] = process
        fd_in, fd_out = os.dup(process.stdout.fileno()), os.dup(process.stdin.fileno())
        process.stdout.close()
        process.stdin.close()
        return Contestant(process.pid, fd_in, fd_out, desk, self)

    def outside(self, pid: int) -> int:
        return pid

    def ended(self, contestant: Contestant) -> None:
        self.status_of(contestant)
        self._processes.pop(contestant.pid, None)

    def status_of(self, contestant: Contestant) -> int | None:
        process = self._processes.get(contestant.pid)
        if process is None:
            return None
        with contextlib.suppress(subprocess.TimeoutExpired):
            return process.wait(5)
        return None

    def renew(self) -> bool:
        return self.alive()

    def alive(self) -> bool:
        return self.folder.exists()

    def kill(self) -> None:
        """Nothing runs between two contestants."""

    def close(self) -> None:
        self.remove()


Maker = Zygote | FreshStart

# Of this process; one that was forked from us has none yet. "own" is for functions of this very
# process, the boxes are for submissions, each leased by one at a time.
_own: dict[int, Maker] = {}
_idle_boxes: list[tuple[int, Maker]] = []
_lock = threading.Lock()


def new_contestant() -> Contestant:
    """Start a contestant for a function that is trusted as much as this process itself."""
    with _lock:
        maker = _own.get(os.getpid())
        if maker is None or not maker.alive():
            maker = _own[os.getpid()] = Zygote() if can_fork() else FreshStart()
    return maker.new_contestant()


def lease_box() -> Maker:
    """A maker for one submission, in a sandbox where there is one. Give it back afterwards."""
    with _lock:
        while _idle_boxes:
            pid, maker = _idle_boxes.pop()
            if pid == os.getpid() and maker.alive():
                return maker
    return Zygote(notebook=True, boxed=True) if can_fork() else FreshStart()


def give_back(maker: Maker) -> None:
    """End what a submission left, and keep the maker for the next one."""
    if maker.alive() and maker.renew():
        with _lock:
            _idle_boxes.append((os.getpid(), maker))
    else:
        maker.kill()


@atexit.register
def close_makers() -> None:
    """End the makers of this process; the next contestant starts another."""
    with _lock:
        mine = [maker for pid, maker in _own.items() if pid == os.getpid()]
        mine += [maker for pid, maker in _idle_boxes if pid == os.getpid()]
        _own.clear()
        _idle_boxes.clear()
    for maker in mine:
        maker.close()


@contextlib.contextmanager
def _told_as_ended() -> Iterator[None]:
    try:
        yield
    except (wire.Closed, OSError, codec.CodecError):
        raise Ended("the process that starts the others was ended") from None


def _environment(base: dict[str, str] | None = None) -> dict[str, str]:
    environment = dict(os.environ) if base is None else dict(base)
    # What tells the labs that nobody is watching; and nothing that would let a contestant join a
    # Jupyter kernel's or a grader's own conversation.
    environment["PARCOURS_CONTESTANT"] = "1"
    environment["MPLBACKEND"] = "agg"
    for name in ("JPY_PARENT_PID", "JPY_SESSION_NAME", "NBGRADER_EXECUTION", "PYTHONSTARTUP"):
        environment.pop(name, None)
    return environment
