"""The judge's side of tasks that fail: knows each attempt of each task, and what becomes of it.

The judge acts when it is clear which tasks are under way together: as many as there are workers,
all that remain, or the whole tree is quiet. Then the tasks whose turn it is to die do so, while
those beside them are held until it is clear what that did to them; so a crash hits the same
neighbours each time, on a loaded machine as on an idle one. A task that hangs is never answered.
"""

import contextlib
import json
import secrets
import select
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from parcours.judge.fairclock import FairClock
from parcours.judge.faulty import Fault, FaultyTask
from parcours.judge.gate import listen, peer_pid
from parcours.judge.processes import Ended
from parcours.judge.proctree import EXACT

# Quiet for so long, no further task will come.
QUIET = 0.3 if EXACT else 1.0
# With something still running (a loop that waits busily), so many seconds of its own time suffice.
PATIENCE = 0.6


class Tasks(Sequence):
    """The tasks of one run: callables; or `function` over `items`; `results` they will return."""

    def __init__(self, address: Any, results: list[str]):
        self._tasks = [FaultyTask(address, index) for index in range(len(results))]
        self.function = FaultyTask(address)
        self.items = list(range(len(results)))
        self.results = list(results)

    def __len__(self) -> int:
        return len(self._tasks)

    def __getitem__(self, index: Any) -> Any:
        return self._tasks[index]

    def __reduce__(self) -> tuple:
        # Among the arguments it is the list of its tasks: the results stay here.
        return list, (self._tasks,)


@dataclass
class Attempt:
    """One attempt of a task: which, where, and what became of it."""

    index: int
    number: int  # 1 is the first
    pid: int
    connection: Any
    fate: str = "held"  # then "returned", "hanging", "kill", "exit", "raise", "gone"
    spared: bool = False  # held while another one died


class FaultyGate:
    """Lets attempts in, and tells each what to do. Called as `meanwhile` of a call."""

    def __init__(
        self, folder: Path, count: int, faults: Sequence[Fault], retries: int, workers: int
    ):
        self.count, self.retries, self.workers = count, retries, min(workers, count)
        self.faults = {fault.task: fault for fault in faults}
        self.results = [f"result {secrets.token_hex(4)}" for _ in range(count)]
        self.errors = {
            index: f"task {index + 1} failed {secrets.token_hex(2)}" for index in range(count)
        }
        self.attempts: list[Attempt] = []
        self.tries: Counter[int] = Counter()
        self.starved = 0.0  # seconds in which the tree was ready but had no CPU
        self._listener, self.address = listen(folder)

    def watch(self, clock: FairClock) -> None:
        """Take in who has come and decide what is clear. Raises Ended for endless retries."""
        self.starved = max(0.0, clock.wall - clock.fair)
        if self._take_in() or self._see_who_has_gone():
            clock.stir()
        held = self._with_fate("held")
        if not held:
            return
        hanging = len(self._with_fate("hanging"))
        everybody = len(held) >= min(self.workers - hanging, self._remaining())
        if everybody or clock.quiet >= QUIET or clock.fair_since_stir >= PATIENCE:
            self._act(held)
            clock.stir()

    def too_often(self) -> int | None:
        """A task that was tried more often than allowed, None when there is none."""
        return next((i for i, n in sorted(self.tries.items()) if n > self.retries + 1), None)

    def in_process(self, pid: int) -> Attempt | None:
        """An attempt that was made to die in the process `pid`."""
        died = self._with_fate("kill") + self._with_fate("exit")
        return next((attempt for attempt in died if attempt.pid == pid), None)

    def hanging(self) -> list[Attempt]:
        """The attempts that still hang."""
        self._see_who_has_gone()
        return self._with_fate("hanging")

    def close(self) -> None:
        self._listener.close()
        for attempt in self.attempts:
            attempt.connection.close()

    def _act(self, held: list[Attempt]) -> None:
        # Those who were beside a crash go first, and alone: they have waited once already.
        spared = [attempt for attempt in held if attempt.spared]
        for attempt in spared:
            self._answer(attempt, "returned", {"return": self.results[attempt.index]})
        if spared:
            return
        deadly = []
        for attempt in held:
            fault = self.faults.get(attempt.index)
            if fault is None or not fault.strikes(attempt.number):
                continue
            if fault.kind == "hang":
                attempt.fate = "hanging"
            elif fault.kind == "raise":
                error = {"raise": "ValueError", "text": self.errors[attempt.index]}
                self._answer(attempt, "raise", error)
            else:
                deadly.append(attempt)
                self._answer(attempt, fault.kind, {"return": {"die": fault.kind}})
        for attempt in self._with_fate("held"):
            if deadly:
                attempt.spared = True
            else:
                self._answer(attempt, "returned", {"return": self.results[attempt.index]})

    def _answer(self, attempt: Attempt, fate: str, answer: dict[str, Any]) -> None:
        attempt.fate = fate
        with contextlib.suppress(OSError), attempt.connection as connection:
            connection.sendall(json.dumps(answer).encode() + b"\n")
            connection.recv(1)  # until the task has read it

    def _remaining(self) -> int:
        over = {attempt.index for attempt in self.attempts if attempt.fate == "returned"}
        return self.count - len(over - {attempt.index for attempt in self._with_fate("held")})

    def _with_fate(self, fate: str) -> list[Attempt]:
        return [attempt for attempt in self.attempts if attempt.fate == fate]

    def _take_in(self) -> bool:
        came = False
        with contextlib.suppress(BlockingIOError):
            while True:
                connection, _ = self._listener.accept()
                came = self._admit(connection) or came
        return came

    def _admit(self, connection: Any) -> bool:
        connection.settimeout(2)
        try:
            with connection.makefile("rb") as lines:
                hello = json.loads(lines.readline())
            index, pid = int(hello["index"]), peer_pid(connection) or int(hello["pid"])
            if not 0 <= index < self.count:
                raise ValueError("no such task")
        except (OSError, ValueError, KeyError, TypeError):
            connection.close()
            return False
        self.tries[index] += 1
        self.attempts.append(Attempt(index, self.tries[index], pid, connection))
        if self.tries[index] > self.retries + 4:
            raise Ended(f"task {index + 1} was tried again and again")
        return True

    def _see_who_has_gone(self) -> bool:
        """A worker that was ended from outside closes its connection."""
        gone = False
        for attempt in self._with_fate("held") + self._with_fate("hanging"):
            readable, _, _ = select.select([attempt.connection], [], [], 0)
            if readable:
                attempt.fate = "gone"
                attempt.connection.close()
                gone = True
        return gone
