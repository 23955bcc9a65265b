"""Decides `moves_little`: how many bytes the processes of a function send each other in a call.

Counted twice. Every process notes down what it sends through multiprocessing (see `ledger`), and on
Linux the kernel counts what the whole tree wrote, also what ended processes did (`wchar` in
`/proc/<pid>/io` goes to the parent that collects them). The larger count is taken; what the judge's
own conversation with the contestant writes, and what is printed, is left out.
"""

import contextlib
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from parcours.judge import ledger
from parcours.judge.entry import Entry
from parcours.judge.examples import Case, judge_answer, what_is_tried
from parcours.judge.fairclock import FairClock
from parcours.judge.leftovers import PATIENCE, keep_ledger, ledger_of, remove_blocks
from parcours.judge.processes import TICK, Contestant
from parcours.judge.verdict import Verdict

# After the call: what is still being written by processes that are ending.
QUIET = 0.1


class Moved(NamedTuple):
    """What moved in one call: bytes; messages of multiprocessing, and the largest of them."""

    noted: int
    written: int | None  # by the kernel's count; None where it does not tell
    messages: int
    largest: int

    @property
    def total(self) -> int:
        return max(self.noted, self.written or 0)


def decide(entry: Entry, cases: Sequence[Case], *, at_most: int, seconds: float) -> Verdict:
    """Call the function with every case; the first that moves too much is the sentence."""
    most = Moved(0, None, 0, 0)
    with entry.contestant() as contestant:
        keep_ledger(contestant)
        try:
            for case in cases:
                meter = Meter(contestant)
                answer = contestant.call(
                    entry.key, case.args, case.kwargs, seconds=seconds, through=case.through
                )
                wrong = judge_answer(entry.name, what_is_tried(entry.name, case), answer, case)
                if wrong:
                    return Verdict.fail(wrong)
                moved = meter.read(answer.size)
                if moved.total > at_most:
                    return _too_much(entry.name, moved, at_most)
                most = max(most, moved, key=lambda one: one.total)
        finally:
            remove_blocks(contestant)
    return Verdict.passed(
        f"The processes of `{entry.name}` sent each other {_size(most.total)}; "
        f"{_size(at_most)} are allowed.",
        evidence=_evidence(most, at_most),
    )


class Meter:
    """Counts from now on what a contestant and all that it starts send each other."""

    def __init__(self, contestant: Contestant):
        self._contestant = contestant
        self._ledger = ledger_of(contestant)
        self._files = self._sizes()
        self._lines = len(ledger.read(self._ledger))
        self._written = self._count()

    def read(self, answer: int) -> Moved:
        """What has moved by now; `answer` bytes of it were sent to the judge."""
        clock = FairClock(self._contestant.tree)
        while clock.quiet < QUIET and clock.fair < PATIENCE:
            time.sleep(TICK)
            clock.tick()
        now = self._count()
        written = None
        if now:
            written = sum(count - self._written.get(pid, 0) for pid, count in now.items())
            written = max(0, written - answer - (self._sizes() - self._files))
        lines = ledger.read(self._ledger)[self._lines :]
        sizes = [int(what) for kind, what in lines if kind == "sent" and what.isdecimal()]
        return Moved(sum(sizes), written, len(sizes), max(sizes, default=0))

    def _count(self) -> dict[int, int]:
        counts = {}
        for pid in self._contestant.tree.processes():
            with contextlib.suppress(OSError, ValueError, IndexError):
                text = Path(f"/proc/{pid}/io").read_text()
                counts[pid] = int(text.partition("wchar:")[2].split()[0])
        return counts

    def _sizes(self) -> int:
        """Bytes of what the processes print and of what they note down themselves."""
        sizes = 0
        for file in (self._contestant.desk / "output.txt", self._ledger):
            with contextlib.suppress(OSError):
                sizes += file.stat().st_size
        return sizes


def _too_much(name: str, moved: Moved, at_most: int) -> Verdict:
    details = []
    if moved.largest > at_most:
        details.append(
            f"The largest of {moved.messages} messages had {_size(moved.largest)}: arguments and "
            "results of other processes are copied through a pipe."
        )
    elif moved.noted > at_most:
        details.append(f"It was sent in {moved.messages} messages: are so many needed?")
    else:
        details.append("It was not sent by multiprocessing but written to pipes or files.")
    details.append("Shared memory is not copied: send the name of a block and which part is due.")
    return Verdict.fail(
        f"The processes of `{name}` sent each other {_size(moved.total)}; at most "
        f"{_size(at_most)} are allowed.",
        details=details,
        evidence=_evidence(moved, at_most),
    )


def _evidence(moved: Moved, at_most: int) -> dict[str, int]:
    return {
        "bytes sent": moved.total,
        "at most": at_most,
        "messages": moved.messages,
        "largest message": moved.largest,
    }


def _size(count: int) -> str:
    """Bytes in the unit that reads best: "812 bytes", "64 kB", "8.4 MB"."""
    if count < 1000:
        return "1 byte" if count == 1 else f"{count} bytes"
    for unit in ("kB", "MB"):
        count /= 1000
        if count < 1000:
            return f"{count:.3g} {unit}"
    return f"{count / 1000:.3g} GB"
