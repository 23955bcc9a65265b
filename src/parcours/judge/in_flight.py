"""Decides `in_flight`: how many tasks a learner's function has under way at the same time.

No clock decides. Every task stops at a gate (see `gate`) and stays in flight until the judge
releases it. The judge releases one only when the number in flight cannot grow any more: all tasks
are there, or the whole process tree has gone quiet, or it has had seconds of its own time without
sending another. So the most tasks in flight are counted exactly, on a loaded machine as on an idle
one; and the order in which tasks finish is the judge's choice, from last to first, so that results
in finishing order cannot look like results in order.
"""

import contextlib
import json
import secrets
import selectors
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from parcours.judge.entry import Entry
from parcours.judge.examples import not_written, show
from parcours.judge.fairclock import FairClock
from parcours.judge.gate import GatedTask, listen, peer_pid
from parcours.judge.processes import Answer, Ended
from parcours.judge.proctree import EXACT, ProcessTree
from parcours.judge.verdict import Verdict

# Quiet for so long, nothing more will come: there is nothing under way that could send it.
QUIET = 0.3 if EXACT else 1.0
# With something still running (a loop that polls), so many seconds of its own time suffice.
PATIENCE = 2.0


class Tasks(Sequence):
    """The tasks of one run: callables; or one `function` over `items`, the numbers of the tasks."""

    def __init__(self, address: Any, count: int):
        self._tasks = [GatedTask(address, index) for index in range(count)]
        self.function = GatedTask(address)
        self.items = list(range(count))

    def __len__(self) -> int:
        return len(self._tasks)

    def __getitem__(self, index: Any) -> Any:
        return self._tasks[index]


@dataclass
class Flight:
    """A task that is in flight: its number, where it runs, its connection."""

    index: int
    pid: int
    thread: int
    connection: Any


@dataclass
class Seen:
    """What happened in one run."""

    peak: int = 0
    peak_apart: int = 0
    begun: list[int] = field(default_factory=list)
    settled: int = 0  # how often the number in flight was seen to be final
    too_many: bool = False
    too_few: bool = False  # it was clear at some moment, and luck later on cannot mend it


@dataclass(frozen=True)
class Bounds:
    """What is claimed; see `parcours.checks.in_flight`."""

    tasks: int
    at_least: int
    at_most: int | None
    apart: str
    in_order: bool
    first_alone: int
    processes: int | None


class Gate:
    """Lets tasks in, counts them, lets them go."""

    def __init__(self, folder: Path, bounds: Bounds):
        self.bounds = bounds
        self.listener, self.address = listen(folder)
        self.results = [f"result {secrets.token_hex(4)}" for _ in range(bounds.tasks)]
        self.failing: dict[int, BaseException] = {}
        self.flights: list[Flight] = []
        self.seen = Seen()
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.listener, selectors.EVENT_READ)
        self.hopeless = False

    @property
    def count(self) -> int:
        return self.bounds.tasks

    def watch(self, clock: FairClock) -> None:
        """Take in who has come, and let one go when no more can come. Called every few ms."""
        if self._take_in():
            clock.stir()
            return
        if not self.flights:
            return
        everybody = len(set(self.seen.begun)) >= self.count
        # Looked at after the clock: what was sent before the tree went quiet has been taken in.
        quiet = clock.quiet >= QUIET or clock.fair_since_stir >= PATIENCE
        if everybody or self.hopeless or quiet:
            if quiet and not everybody:
                self.seen.settled += 1
                settled = self.seen.settled - self.bounds.first_alone
                if settled > 0 and self.peak_reached() < self.bounds.at_least:
                    self.seen.too_few = True
                # It will not become more than this; only count what is left.
                over = self.seen.too_few or self.seen.too_many
                self.hopeless = self.hopeless or over or settled >= 3
            self._release(self.flights.pop())
            clock.stir()

    def take_in_the_late(self, tree: ProcessTree) -> None:
        """The function has returned: see which tasks it left in flight."""
        clock = FairClock(tree)
        while clock.quiet < 0.1 and clock.fair < PATIENCE and len(self.seen.begun) < self.count:
            time.sleep(0.01)
            clock.tick()
            self._take_in()
        self._take_in()

    def peak_reached(self) -> int:
        return self.seen.peak_apart if self.bounds.apart == "process" else self.seen.peak

    def _take_in(self) -> bool:
        came = False
        for key, _ in self.selector.select(0):
            if key.fileobj is not self.listener:
                continue
            with contextlib.suppress(BlockingIOError):
                while True:
                    connection, _ = self.listener.accept()
                    came = self._admit(connection) or came
        return came

    def _admit(self, connection: Any) -> bool:
        connection.settimeout(2)
        try:
            with connection.makefile("rb") as lines:
                hello = json.loads(lines.readline())
            # Which process it is the kernel knows better than the task, where it can be asked.
            pid = peer_pid(connection) or int(hello["pid"])
            flight = Flight(int(hello["index"]), pid, int(hello["thread"]), connection)
            if not 0 <= flight.index < self.count:
                raise ValueError("no such task")
        except (OSError, ValueError, KeyError, TypeError):
            connection.close()
            return False
        self.flights.append(flight)
        seen = self.seen
        seen.begun.append(flight.index)
        if not seen.too_few:
            seen.peak = max(seen.peak, len(self.flights))
            seen.peak_apart = max(seen.peak_apart, len({one.pid for one in self.flights}))
        if self.bounds.at_most is not None and len(self.flights) > self.bounds.at_most:
            # Those that are still starting are waited for: how many too many is told exactly.
            seen.too_many = True
        return True

    def _release(self, flight: Flight) -> None:
        failure = self.failing.get(flight.index)
        if failure is None:
            answer = {"return": self.results[flight.index]}
        else:
            answer = {"raise": type(failure).__name__, "text": str(failure)}
        with contextlib.suppress(OSError), flight.connection as connection:
            connection.sendall(json.dumps(answer).encode() + b"\n")
            # Wait until the task has read it and closed: it finishes before the next is let go.
            connection.recv(1)

    def close(self) -> None:
        self.selector.close()
        self.listener.close()
        for flight in self.flights:
            flight.connection.close()


def decide(
    entry: Entry,
    bounds: Bounds,
    *,
    call: Callable[[Tasks], tuple],
    seconds: float,
) -> Verdict:
    """Run the function once over gated tasks and say how many were in flight."""
    answer: Answer | None = None
    ended = ""
    with entry.contestant() as contestant:
        gate = Gate(contestant.new_folder("gate"), bounds)
        try:
            arguments = call(Tasks(gate.address, bounds.tasks))
            answer = contestant.call(
                entry.key, arguments, {}, seconds=seconds, meanwhile=gate.watch
            )
            gate.take_in_the_late(contestant.tree)
        except Ended as error:
            ended = str(error)
        finally:
            gate.close()
    return _verdict(entry.name, gate, answer, ended)


def _verdict(name: str, gate: Gate, answer: Answer | None, ended: str) -> Verdict:
    seen, bounds, count = gate.seen, gate.bounds, gate.count
    if answer is not None and answer.raised is not None:
        if answer.raised.kind == "NotImplementedError":
            return Verdict.fail(not_written(name))
        if not seen.begun:
            return Verdict.fail(f"`{name}` raised {answer.raised} before any task began.")
    evidence = {"in flight at once": seen.peak, "tasks": count}
    if bounds.apart == "process" or bounds.processes:
        evidence["processes at once"] = seen.peak_apart
    fail = lambda sentence, *details: Verdict.fail(  # noqa: E731
        sentence, details=details, evidence=evidence
    )
    if seen.too_many:
        return fail(
            f"{seen.peak} tasks were in flight at once, at most {bounds.at_most} were allowed."
        )
    if bounds.processes is not None and seen.peak_apart > bounds.processes:
        return fail(*_too_many_processes(seen, bounds.processes))
    if not gate.flights and gate.peak_reached() < bounds.at_least and (seen.begun or not ended):
        return fail(*_too_few(gate, ended))
    if ended:
        return fail(f"`{name}` gave no answer: {ended}.")
    if gate.flights:
        return fail(
            f"`{name}` returned while {_plural(len(gate.flights), 'task')} of {count} had not "
            "ended.",
            "Wait for every task (join, result) before returning.",
        )
    repeated = {index for index in seen.begun if seen.begun.count(index) > 1}
    missing = set(range(count)) - set(seen.begun)
    if repeated:
        return fail(f"Task {min(repeated) + 1} of {count} was run {_times(seen, min(repeated))}.")
    if missing:
        return fail(f"Task {min(missing) + 1} of {count} was never run.")
    if answer.raised is not None:
        return fail(f"`{name}` raised {answer.raised}, although no task did.")
    if bounds.in_order and answer.value != gate.results:
        return fail(*_wrong_results(name, gate, answer.value))
    return Verdict.passed(_enough(gate), evidence=evidence)


def _too_few(gate: Gate, ended: str) -> tuple[str, ...]:
    seen = gate.seen
    if not seen.begun:
        return ("No task was run at all.",)
    if gate.bounds.apart == "process" and seen.peak >= gate.bounds.at_least:
        return (
            f"{seen.peak} tasks were in flight at once, but all in the same process.",
            "Threads share their process; is it a pool of processes that runs the tasks?",
        )
    if seen.peak == 1:
        return (
            f"Only 1 of {gate.count} tasks was in flight at a time: each one began after the one "
            "before it had ended.",
            "Is the result waited for (join, result) inside the loop that starts the tasks?",
        )
    where = "processes" if gate.bounds.apart == "process" else "tasks"
    return (
        f"At most {gate.peak_reached()} {where} were in flight at once, {gate.bounds.at_least} "
        "were expected.",
    )


def _too_many_processes(seen: Seen, allowed: int) -> tuple[str, ...]:
    where = "one process is enough" if allowed == 1 else f"at most {allowed} were allowed"
    return (
        f"The tasks in flight were in {seen.peak_apart} processes, and {where}.",
        "Tasks that wait need no process of their own: threads wait side by side.",
    )


def _wrong_results(name: str, gate: Gate, value: Any) -> tuple[str, ...]:
    if isinstance(value, (list, tuple)) and sorted(map(str, value)) == sorted(gate.results):
        if list(value) == gate.results:
            return (f"`{name}` returned a {type(value).__name__} of the results, not a list.",)
        return (
            "The results are not in the order of the tasks but in the order in which they "
            "finished.",
            "Keep a place for each result before the tasks begin.",
        )
    if isinstance(value, (list, tuple)) and len(value) != gate.count:
        return (f"`{name}` returned {len(value)} results for {gate.count} tasks.",)
    return (f"`{name}` did not return the list of the tasks' results but {show(value)}.",)


def _enough(gate: Gate) -> str:
    bounds = gate.bounds
    where = " in processes of their own" if bounds.apart == "process" else ""
    limit = f", never more than {bounds.at_most}" if bounds.at_most is not None else ""
    return f"{gate.seen.peak} of {gate.count} tasks were in flight at once{where}{limit}."


def _plural(number: int, word: str) -> str:
    return f"{number} {word}" + ("s" if number != 1 else "")


def _times(seen: Seen, index: int) -> str:
    count = seen.begun.count(index)
    return "twice" if count == 2 else f"{count} times"
