"""Starts contestants, talks to them, and ends them with everything that they started.

    with new_contestant() as contestant:
        contestant.define("f", function)
        answer = contestant.call("f", (2,), {})

On Linux contestants are forked from a zygote (one for this process, started at first use);
elsewhere each is a fresh Python. A contestant that hangs, dies or floods is this process's gain of
one sentence and of nothing else.
"""

import atexit
import contextlib
import itertools
import os
import pickle
import queue
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cloudpickle
import psutil

from parcours.judge import codec, stacks, wire
from parcours.judge.fairclock import FairClock
from parcours.judge.forking import can_fork, send_fd
from parcours.judge.proctree import ProcessTree

CALL_SECONDS = 10.0
TICK = 0.02


class Ended(Exception):
    """The contestant ended, hung or broke before it answered. `str()` is a sentence."""


class Hung(Ended):
    """The contestant used up its time. The sentence says where it was."""


class Starved(Exception):
    """The machine gave the contestant no chance: nothing can be said about it."""


@dataclass
class Answer:
    """What a call gave: `value`, or `raised` with `where` ({"file", "line", "function"}).

    seconds: from the request to the answer, as the judge's clock saw it.
    """

    value: Any = None
    raised: codec.Raised | None = None
    where: dict[str, Any] | None = None
    seconds: float = 0.0


class Contestant:
    """The judge's end of one contestant."""

    def __init__(self, pid: int, fd_in: int, fd_out: int, desk: Path, owner: Any):
        self.pid = pid
        self.desk = desk
        self.tree = ProcessTree(pid)
        self.patience = 1.0  # factor of every time limit
        self.hung = False
        self._fd_in, self._fd_out = fd_in, fd_out
        self._owner = owner
        self._closed = False
        self._called = 0.0
        self._replies: queue.SimpleQueue = queue.SimpleQueue()
        self._reader = threading.Thread(
            target=_read_replies, args=(fd_in, self._replies), name="parcours-replies", daemon=True
        )
        self._reader.start()

    def __enter__(self) -> "Contestant":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # ---- what a contestant does -----------------------------------------------------------------

    def open_notebook(self, cwd: Path) -> None:
        self.request({"do": "open_notebook", "cwd": str(cwd)})

    def cell(self, source: str, number: int, seconds: float = CALL_SECONDS) -> list[dict[str, Any]]:
        return self.request({"do": "cell", "source": source, "number": number}, seconds)["outputs"]

    def define(self, name: str, function: bytes) -> None:
        """Send a function that is pickled already (see `shipping`)."""
        self.request({"do": "define", "name": name, "function": function})

    def describe(self, name: str) -> dict[str, Any]:
        return self.request({"do": "describe", "name": name})

    def call(
        self,
        name: str,
        args: tuple,
        kwargs: dict[str, Any],
        *,
        seconds: float = CALL_SECONDS,
        wall_clock_jumps: float | None = None,
        meanwhile: Any = None,
    ) -> Answer:
        """Call a function of the contestant.

        seconds: limit in seconds in which the contestant could run (see `fairclock`);
        meanwhile: called with the FairClock about every 20 ms until the answer is here.
        Raises Ended, Hung or Starved.
        """
        self.post_call(name, args, kwargs, wall_clock_jumps)
        return self.wait_answer(seconds, meanwhile)

    def post_call(
        self, name: str, args: tuple, kwargs: dict[str, Any], wall_clock_jumps: float | None = None
    ) -> None:
        """Send a call without waiting for its answer (see `wait_answer`)."""
        payload = cloudpickle.dumps((args, kwargs))
        self._called = time.perf_counter()
        self._post(
            {
                "do": "call",
                "name": name,
                "payload": payload,
                "wall_clock_jumps": wall_clock_jumps,
            }
        )

    def wait_answer(self, seconds: float = CALL_SECONDS, meanwhile: Any = None) -> Answer:
        """Wait for the answer to the call that was posted."""
        reply = self._wait(seconds, meanwhile)
        took = time.perf_counter() - self._called
        if "raised" in reply:
            raised = reply["raised"]
            if not isinstance(raised, codec.Raised):
                raised = codec.Raised(["Exception"], "")
            return Answer(raised=raised, where=reply.get("where"), seconds=took)
        return Answer(value=reply.get("value"), seconds=took)

    def request(
        self, message: dict[str, Any], seconds: float = CALL_SECONDS, meanwhile: Any = None
    ) -> dict[str, Any]:
        """Send a request and wait for its answer. Raises Ended, Hung or Starved."""
        self._post(message)
        return self._wait(seconds, meanwhile)

    def fork(self) -> "Contestant":
        """A copy of this contestant as it is now, in a process of its own (Linux)."""
        ours, theirs = socket.socketpair()
        desk = _new_desk()
        try:
            self._post({"do": "fork", "desk": str(desk)})
            # The channel is one duplex socket on Linux: the descriptor follows the request.
            with socket.socket(fileno=os.dup(self._fd_out)) as channel:
                send_fd(channel, theirs.fileno())
            pid = self._wait(CALL_SECONDS, None)["pid"]
        except BaseException:
            ours.close()
            shutil.rmtree(desk, ignore_errors=True)
            raise
        finally:
            theirs.close()
        fd = ours.detach()
        copy = Contestant(pid, fd, os.dup(fd), desk, _Copies(self))
        copy._wait(CALL_SECONDS, None)  # the child says that it is ready
        return copy

    def is_single_threaded(self) -> bool:
        """Whether a fork of this contestant would be a faithful copy: one thread, no children."""
        if not can_fork():
            return False
        try:
            process = psutil.Process(self.pid)
            helpers = ("resource_tracker", "forkserver")
            children = [
                child
                for child in process.children()
                if not any(word in " ".join(child.cmdline()) for word in helpers)
            ]
            return process.num_threads() == 1 and not children
        except psutil.Error:
            return False

    # ---- its life -------------------------------------------------------------------------------

    def close(self) -> None:
        """Kill the contestant with everything that it started, and clear its desk away."""
        if self._closed:
            return
        self._closed = True
        kill_tree(self.tree)
        self._owner.ended(self)
        self.tree.close()
        for fd in {self._fd_in, self._fd_out}:
            with contextlib.suppress(OSError):
                os.close(fd)
        shutil.rmtree(self.desk, ignore_errors=True)

    def _post(self, message: dict[str, Any]) -> None:
        try:
            wire.send(self._fd_out, pickle.dumps(message))
        except wire.Closed:
            raise Ended(self._how_it_ended()) from None

    def _wait(self, seconds: float, meanwhile: Any) -> dict[str, Any]:
        clock: FairClock | None = None
        while True:
            try:
                reply = self._replies.get(timeout=TICK)
            except queue.Empty:
                if clock is None:
                    clock = FairClock(self.tree)
                clock.tick()
                if meanwhile is not None:
                    meanwhile(clock)
                self._check_patience(clock, seconds)
                continue
            if isinstance(reply, Exception):
                raise Ended(self._how_it_ended())
            try:
                answer = codec.decode(reply)
            except codec.CodecError:
                raise Ended("the process sent something that is not an answer") from None
            if not isinstance(answer, dict):
                raise Ended("the process sent something that is not an answer")
            if "unsendable" in answer:
                raise Ended(f"the result cannot be handed over: {answer['unsendable']}")
            if "broken" in answer:
                raise Ended(f"the process broke: {answer['broken']}")
            return answer

    def _check_patience(self, clock: FairClock, seconds: float) -> None:
        seconds *= self.patience
        # Asleep for half of the limit without a sign of life is a deadlock as much as the whole.
        out_of_time = clock.fair > seconds or clock.quiet > seconds / 2 or clock.cpu > 4 * seconds
        if out_of_time:
            self.hung = True
            raise Hung(stacks.sentence(self.where(), clock.quiet > 1.0, seconds))
        if clock.wall > 10 * seconds + 30:
            raise Starved(
                f"the machine gave this process only {clock.fair:.0f} of {clock.wall:.0f} seconds"
            )

    def where(self) -> list["stacks.Thread"]:
        """What every thread of the contestant's first process is doing now."""
        if not hasattr(signal, "SIGUSR1"):
            return []
        file = self.desk / "stack.txt"
        with contextlib.suppress(OSError):
            file.write_text("")
            os.kill(self.pid, signal.SIGUSR1)
            return stacks.read(file)
        return []

    def _how_it_ended(self) -> str:
        kill_tree(self.tree)
        return _ending(self._owner.status_of(self))


class _Copies:
    """Owner of the copies of a contestant: they are its children, their orphans the zygote's."""

    def __init__(self, original: Contestant):
        self.original = original
        self._statuses: dict[int, int | None] = {}

    def ended(self, contestant: Contestant) -> None:
        self.status_of(contestant)
        self.original._owner.sweep()

    def status_of(self, contestant: Contestant) -> int | None:
        pid = contestant.pid
        if pid not in self._statuses:
            self._statuses[pid] = None
            with contextlib.suppress(Ended):
                answer = self.original.request({"do": "reap", "pid": pid})
                self._statuses[pid] = answer["status"]
        return self._statuses[pid]


class Zygote:
    """The judge's end of the zygote; makes contestants by forking (Linux)."""

    def __init__(self, notebook: bool):
        ours, theirs = socket.socketpair()
        self._channel = ours
        self._lock = threading.Lock()
        self._statuses: dict[int, int] = {}
        code = (
            f"import sys; sys.path[:] = {sys.path!r}; "
            f"from parcours.judge.zygote import main; main({theirs.fileno()}, {notebook})"
        )
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-c", code],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            env=_environment(),
            # Ctrl-C and a kernel's interrupt are for the judge; the zygote ends when it does.
            start_new_session=True,
        )
        theirs.close()

    def new_contestant(self) -> Contestant:
        ours, theirs = socket.socketpair()
        desk = _new_desk()
        try:
            with self._lock:
                wire.send(self._channel.fileno(), pickle.dumps({"do": "fork", "desk": str(desk)}))
                send_fd(self._channel, theirs.fileno())
                pid = codec.decode(wire.receive(self._channel.fileno()))["pid"]
        finally:
            theirs.close()
        fd = ours.detach()
        return Contestant(pid, fd, os.dup(fd), desk, self)

    def ended(self, contestant: Contestant) -> None:
        """Collect a killed contestant and kill what it left behind."""
        if contestant.pid not in self._statuses:
            self.sweep(contestant.pid)

    def status_of(self, contestant: Contestant) -> int | None:
        if contestant.pid not in self._statuses:
            self.sweep(contestant.pid)
        return self._statuses.get(contestant.pid)

    def sweep(self, *ended: int) -> None:
        """Collect the contestants that were killed, and kill what nobody owns any more."""
        with self._lock:
            wire.send(self._channel.fileno(), pickle.dumps({"do": "sweep", "ended": list(ended)}))
            answer = codec.decode(wire.receive(self._channel.fileno()))
        self._statuses.update(answer["statuses"])

    def alive(self) -> bool:
        return self.process.poll() is None

    def close(self) -> None:
        self._channel.close()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class FreshStart:
    """Makes contestants by starting a Python for each (macOS, Windows)."""

    def __init__(self) -> None:
        self._processes: dict[int, subprocess.Popen] = {}

    def new_contestant(self) -> Contestant:
        desk = _new_desk()
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


_makers: dict[Any, Any] = {}
_makers_lock = threading.Lock()


def new_contestant(*, notebook: bool = False) -> Contestant:
    """Start a contestant. With `notebook` it can run cells (IPython is imported beforehand)."""
    with _makers_lock:
        # A process that was forked from us has no zygote of its own yet.
        key = (os.getpid(), notebook and can_fork())
        maker = _makers.get(key)
        if maker is None or (isinstance(maker, Zygote) and not maker.alive()):
            maker = _makers[key] = Zygote(notebook) if can_fork() else FreshStart()
    return maker.new_contestant()


@atexit.register
def close_zygotes() -> None:
    """End the zygotes of this process; the next contestant starts another."""
    with _makers_lock:
        for (pid, _), maker in list(_makers.items()):
            if pid == os.getpid() and isinstance(maker, Zygote):
                maker.close()
        _makers.clear()


def kill_tree(tree: ProcessTree) -> None:
    """Kill every process of the tree: stop all first, so that none can start another meanwhile."""
    for number in (getattr(signal, "SIGSTOP", None), getattr(signal, "SIGKILL", signal.SIGTERM)):
        if number is None:
            continue
        seen: set[int] = set()
        # Children may be born between the look and the signal: look again until nothing is new.
        for _ in range(20):
            new = tree.processes() - seen
            if not new:
                break
            for pid in new:
                with contextlib.suppress(OSError):
                    os.kill(pid, number)
            seen |= new


_desk_numbers = itertools.count(1)


def _new_desk() -> Path:
    return Path(tempfile.mkdtemp(prefix=f"parcours-{next(_desk_numbers)}-"))


def _environment() -> dict[str, str]:
    environment = dict(os.environ)
    # What tells the labs that nobody is watching; and nothing that would let a contestant join a
    # Jupyter kernel's or a grader's own conversation.
    environment["PARCOURS_CONTESTANT"] = "1"
    environment["MPLBACKEND"] = "agg"
    for name in ("JPY_PARENT_PID", "JPY_SESSION_NAME", "NBGRADER_EXECUTION", "PYTHONSTARTUP"):
        environment.pop(name, None)
    return environment


def _read_replies(fd: int, replies: queue.SimpleQueue) -> None:
    fd = os.dup(fd)
    try:
        while True:
            replies.put(wire.receive(fd))
    except (wire.Closed, ValueError, OSError) as error:
        replies.put(error)
    finally:
        os.close(fd)


def _ending(status: int | None) -> str:
    if status is None:
        return "the process ended before it answered"
    if status < 0:
        try:
            name = signal.Signals(-status).name
        except ValueError:
            name = f"signal {-status}"
        if name == "SIGSEGV":
            return "the process crashed (segmentation fault)"
        return f"the process was ended by {name}"
    return f"the process ended itself with exit code {status} before it answered"
