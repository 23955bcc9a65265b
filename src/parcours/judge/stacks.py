"""Where the threads of a hung contestant are, told in the learner's words.

`faulthandler` writes the stacks (also of threads that hold on in C); `read` takes from them the
innermost line of the learner's own cells for each thread.
"""

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

_THREAD = re.compile(r"^(Current thread|Thread) 0x[0-9a-f]+.*:$")
_LOCKING = re.compile(r"\.acquire\(|^(async )?with\b(?!.*\()")
_FRAME = re.compile(r'^  File "(.*)", line (\d+) in (.*)$')


class Thread(NamedTuple):
    """The innermost line of a thread that is the learner's: file "<cell 7>", line, function."""

    file: str
    line: int
    function: str


def read(file: Path, patience: float = 1.0) -> list[Thread]:
    """Read the learner's lines from what faulthandler wrote, newest thread first.

    Waits up to `patience` seconds until the text is there and has stopped growing.
    """
    deadline = time.monotonic() + patience
    text = ""
    while time.monotonic() < deadline:
        time.sleep(0.02)
        latest = file.read_text(errors="replace")
        if latest and latest == text:
            break
        text = latest
    return parse(text)


def parse(text: str) -> list[Thread]:
    """Take from a faulthandler dump the innermost frame of each thread that is in a cell."""
    found: list[Thread] = []
    open_thread = False
    for line in text.splitlines():
        if _THREAD.match(line):
            open_thread = True
        elif open_thread and (frame := _FRAME.match(line)):
            name, number, function = frame.groups()
            # Functions that a learner's kernel shipped keep the file name of their kernel's cell.
            if name.startswith("<cell ") or "ipykernel_" in name or name.startswith("<ipython"):
                found.append(Thread(name, int(number), function))
                open_thread = False
    return found


def sentence(
    threads: list[Thread], asleep: bool, seconds: float, line_of: Callable[[str, int], str]
) -> str:
    """One clause about a process that did not end; `line_of(file, line)` gives the code's text."""
    what = "it waited for something that never came" if asleep else "it was still running"
    begin = f"it did not end: {what} after {seconds:g} s of its own time"
    places: list[str] = []
    waits = 0
    for thread in threads:
        code = line_of(thread.file, thread.line).strip()
        place = f"line {thread.line}"
        place += "" if thread.function == "<module>" else f" of {thread.function}"
        place += f" (`{code}`)" if code else ""
        waits += bool(_LOCKING.search(code))
        if place not in places:
            places.append(place)
    if not places:
        return begin
    shown = " and ".join(places[:3])
    if asleep and waits >= 2:
        return (
            f"it did not end: {waits} threads wait for locks that are never given back, at {shown}"
        )
    return f"{begin}, at {shown}"
