"""The judge's end of a contestant: talks to it, watches it, ends it with all that it started.

    with new_contestant() as contestant:          # see `makers`
        contestant.define("f", pack(function))
        answer = contestant.call("f", (2,), {})

A contestant that hangs, dies or floods is worth one sentence here and nothing else.
"""

import contextlib
import linecache
import os
import pickle
import queue
import re
import shutil
import signal
import socket
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import cloudpickle
import psutil

from parcours.judge import codec, limits, stacks, wire
from parcours.judge.ending import in_words, kill_tree
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

    seconds: from the request to the answer, as the judge's clock saw it. size: bytes of the answer
    on its way to the judge.
    """

    value: Any = None
    raised: codec.Raised | None = None
    where: dict[str, Any] | None = None
    seconds: float = 0.0
    size: int = 0


class Owner(Protocol):
    """Whoever made a contestant, and collects it when it has been killed."""

    def new_folder(self, purpose: str) -> Path:
        """A new folder that the judge and the contestant both see under this name."""

    def outside(self, pid: int) -> int:
        """The process id out here of a contestant's process."""

    def ended(self, contestant: "Contestant") -> None:
        """Collect a killed contestant and what it left behind."""

    def status_of(self, contestant: "Contestant") -> int | None:
        """Exit status of a killed contestant, negative for a signal; None when nobody knows."""


class Contestant:
    """One contestant: `pid` as seen from here, `tree` of its processes, its `desk` (a folder)."""

    def __init__(self, pid: int, fd_in: int, fd_out: int, desk: Path, owner: Owner):
        self.pid = pid
        self.desk = desk
        self.tree = ProcessTree(pid)
        self.patience = 1.0  # factor of every time limit
        self.hung = False
        self.sources: dict[str, str] = {}  # file name of a cell -> its text
        self._fd_in, self._fd_out = fd_in, fd_out
        self._owner = owner
        self._closed = False
        self._called = 0.0
        self._size = 0
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
        # IPython counts lines from the first that is not empty.
        self.sources[f"<cell {number}>"] = re.sub(r"\A(\s*\n)+", "", source)
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
        through: Any = None,
        meanwhile: Any = None,
    ) -> Answer:
        """Call a function of the contestant.

        seconds: limit in seconds in which the contestant could run (see `fairclock`);
        through: a function of the teacher that is called in its place, with it as first argument;
        meanwhile: called with the FairClock about every 20 ms until the answer is here.
        Raises Ended, Hung or Starved.
        """
        self.post_call(name, args, kwargs, wall_clock_jumps, through)
        return self.wait_answer(seconds, meanwhile)

    def post_call(
        self,
        name: str,
        args: tuple,
        kwargs: dict[str, Any],
        wall_clock_jumps: float | None = None,
        through: Any = None,
    ) -> None:
        """Send a call without waiting for its answer (see `wait_answer`)."""
        payload = cloudpickle.dumps((args, kwargs) if through is None else (args, kwargs, through))
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
            where = reply.get("where")
            return Answer(raised=raised, where=where, seconds=took, size=self._size)
        return Answer(value=reply.get("value"), seconds=took, size=self._size)

    def request(
        self, message: dict[str, Any], seconds: float = CALL_SECONDS, meanwhile: Any = None
    ) -> dict[str, Any]:
        """Send a request and wait for its answer. Raises Ended, Hung or Starved."""
        self._post(message)
        return self._wait(seconds, meanwhile)

    def fork(self) -> "Contestant":
        """A copy of this contestant as it is now, in a process of its own (Linux)."""
        ours, theirs = socket.socketpair()
        desk = self._owner.new_folder("desk")
        try:
            self._post({"do": "fork", "desk": str(desk)})
            # The channel is one duplex socket on Linux: the descriptor follows the request.
            with socket.socket(fileno=os.dup(self._fd_out)) as channel:
                send_fd(channel, theirs.fileno())
            inside = self._wait(CALL_SECONDS, None)["pid"]
        except BaseException:
            ours.close()
            shutil.rmtree(desk, ignore_errors=True)
            raise
        finally:
            theirs.close()
        fd = ours.detach()
        owner = _Copies(self, inside)
        copy = Contestant(self._owner.outside(inside), fd, os.dup(fd), desk, owner)
        copy.sources = self.sources
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

    def new_folder(self, purpose: str) -> Path:
        """A folder for files or sockets that this process and the contestant share."""
        return self._owner.new_folder(purpose)

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
            self._size = wire.HEADER.size + len(reply)
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
            asleep = clock.quiet > 1.0
            raise Hung(stacks.sentence(self.where(), asleep, seconds, self._line))
        if too_much := limits.excess(self.tree):
            raise Ended(f"it was stopped, since {too_much}")
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

    def _line(self, file: str, line: int) -> str:
        """The text of a line of the learner's code: of a submission's cell or our own kernel's."""
        lines = self.sources.get(file, "").splitlines()
        if 0 < line <= len(lines):
            return lines[line - 1]
        return linecache.getline(file, line)

    def _how_it_ended(self) -> str:
        kill_tree(self.tree)
        return in_words(self._owner.status_of(self))


class _Copies:
    """Owner of a copy of a contestant: the copy is its child, the copy's orphans the zygote's."""

    def __init__(self, original: Contestant, inside: int):
        self._original = original
        self._inside = inside
        self._status: int | None = None
        self._known = False

    def new_folder(self, purpose: str) -> Path:
        return self._original.new_folder(purpose)

    def outside(self, pid: int) -> int:
        return self._original._owner.outside(pid)

    def ended(self, contestant: Contestant) -> None:
        self.status_of(contestant)
        self._original._owner.sweep()

    def status_of(self, contestant: Contestant) -> int | None:
        if not self._known:
            self._known = True
            with contextlib.suppress(Ended):
                answer = self._original.request({"do": "reap", "pid": self._inside})
                self._status = answer["status"]
        return self._status


def _read_replies(fd: int, replies: queue.SimpleQueue) -> None:
    fd = os.dup(fd)
    try:
        while True:
            replies.put(wire.receive(fd))
    except (wire.Closed, ValueError, OSError) as error:
        replies.put(error)
    finally:
        os.close(fd)
