"""The notebook's end of the runner: starts the process, sends plans, hands on messages, ends it.

    with Link() as link:
        link.send(Plan("threads"))
        while "ended" not in (message := link.next_message(timeout=1) or {}):
            ...

See `parcours.labs.runner` for the messages.
"""

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import NamedTuple

_GRACE_SECONDS = 1.0


class RunnerGone(Exception):
    """The runner has ended; the text says how, for people."""


class Link:
    """One runner process. Starting it takes a moment: nothing here waits until it is ready.

    facts: what the runner says about its Python and its cores, once it is ready.
    """

    def __init__(self) -> None:
        root = str(Path(__file__).parents[2])
        path = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
        self._messages: queue.SimpleQueue[dict | None] = queue.SimpleQueue()
        # -P: a learner's file in the working folder must not stand in for a library's module.
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "parcours.labs.runner", str(os.getpid())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
            env={**os.environ, "PYTHONPATH": os.pathsep.join(path)},
            start_new_session=os.name == "posix",
        )
        self._gone = False
        self.facts: dict = {}
        threading.Thread(target=self._read, name="bench-reader", daemon=True).start()

    def __enter__(self) -> "Link":
        return self

    def __exit__(self, *exception: object) -> None:
        self.kill()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def send(self, plan: NamedTuple) -> None:
        """Have a plan run. RunnerGone when the process has ended."""
        try:
            self._process.stdin.write(json.dumps({type(plan).__name__: plan._asdict()}) + "\n")
            self._process.stdin.flush()
        except (OSError, ValueError) as error:
            raise RunnerGone("the runner had ended before the run began") from error

    def next_message(self, timeout: float) -> dict | None:
        """The next message; None after `timeout` seconds. RunnerGone when none can come."""
        try:
            message = self._messages.get(timeout=max(timeout, 0))
        except queue.Empty:
            return None
        if message is None:
            self._messages.put(None)
            raise RunnerGone("the runner ended before the run was over")
        return message

    def _read(self) -> None:
        with contextlib.suppress(OSError, ValueError), self._process.stdout as lines:
            for line in lines:
                message = json.loads(line)
                self.facts = message.get("ready", self.facts)
                self._messages.put(message)
        self._messages.put(None)

    def strike(self) -> None:
        """End the runner and everything that it has started, without waiting for it."""
        self._signal(self._family(), "SIGTERM")

    def kill(self) -> None:
        """End the runner and everything that it has started; returns when they are dead."""

        if self._gone:
            return
        family = self._family()
        # Where there are process groups, SIGTERM comes first: it ends all of them at once, except
        # multiprocessing's tracker, which frees their semaphores and then ends by itself.
        self._signal(family, "SIGTERM")
        deadline = time.monotonic() + _GRACE_SECONDS
        while any(map(_runs, family)) and time.monotonic() < deadline:
            time.sleep(0.003)
        self._signal(family, "SIGKILL")
        self._process.wait()
        self._gone = True
        # Also ends the reader's loop, should somebody else hold the other end of the pipe open.
        with contextlib.suppress(OSError):
            self._process.stdin.close()

    def _family(self) -> list:
        import psutil

        with contextlib.suppress(psutil.NoSuchProcess):
            runner = psutil.Process(self.pid)
            return [runner, *runner.children(recursive=True)]
        return []

    def _signal(self, family: list, name: str) -> None:
        if os.name == "posix":
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, getattr(signal, name))
        else:
            for process in filter(_runs, family):
                process.kill()


def _runs(process) -> bool:
    import psutil

    try:
        # A dead process stays listed until its parent asks for it, in some containers for ever.
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
