"""Decides `leaves_nothing`: after a call everything is as it was before, seen from outside.

`leftovers` looks at the contestant before and after each call; here it becomes words. Calls are
judged as in `examples` too, so that an answer that does nothing cannot pass for a tidy one.
"""

import re
from collections.abc import Sequence

from parcours.judge.entry import Entry
from parcours.judge.examples import Case, judge_answer, what_is_tried
from parcours.judge.leftovers import Held, keep_ledger, left_since, look, remove_blocks
from parcours.judge.processes import Contestant
from parcours.judge.verdict import Verdict


def decide(entry: Entry, cases: Sequence[Case], *, seconds: float) -> Verdict:
    """Call the function with every case, each time looking for what it left."""
    with entry.contestant() as contestant:
        keep_ledger(contestant)
        try:
            for case in cases:
                told = _try(entry, contestant, case, seconds)
                if told:
                    return Verdict.fail(told[0], details=told[1:])
        finally:
            remove_blocks(contestant)
    calls = "the call" if len(cases) == 1 else f"each of {len(cases)} calls"
    return Verdict.passed(
        f"`{entry.name}` left nothing behind after {calls}: no thread, process, open file or "
        "shared memory."
    )


def _try(entry: Entry, contestant: Contestant, case: Case, seconds: float) -> list[str]:
    """What is wrong with one call or was left by it: a sentence, then details; [] for nothing."""
    before = look(contestant)
    answer = contestant.call(
        entry.key, case.args, case.kwargs, seconds=seconds, through=case.through
    )
    tried = what_is_tried(entry.name, case)
    wrong = judge_answer(entry.name, tried, answer, case)
    if wrong:
        return [wrong]
    left = left_since(before, contestant)
    if not left:
        return []
    first, *more = in_words(left)
    return [
        f"{_after(case, tried, answer.raised is not None)} {first}.",
        *(f"Besides, {phrase}." for phrase in more),
        advice(left),
    ]


def _after(case: Case, tried: str, raised: bool) -> str:
    call = f"the call ({tried})" if case.note else tried
    return f"After {call} had raised its exception," if raised else f"After {call},"


def in_words(left: Held) -> list[str]:
    """What was left, as phrases for sentences, the weightiest first."""
    found = []
    if left.running:
        found.append(f"{_was(len(left.running), 'process', 'processes')} left running")
    if count := len(left.ended) + len(left.unjoined):
        found.append(
            "1 process had ended and was never joined"
            if count == 1
            else f"{count} processes had ended and were never joined"
        )
    if left.threads:
        shown = f": {', '.join(left.names[:5])}" if left.names else ""
        found.append(f"{_was(len(left.threads), 'thread', 'threads')} still running{shown}")
    found += [f"the shared memory block {name} was not unlinked" for name in sorted(left.blocks)]
    return found + _open_files(left) + _temporary_files(left)


def advice(left: Held) -> str:
    """What to look at next."""
    if left.running or left.ended or left.unjoined:
        return (
            "End every process and join it, also on the way out by an exception (`with`, finally)."
        )
    if left.threads:
        return "Tell every thread to end and join it, also on the way out by an exception."
    if left.blocks:
        return "close() belongs to everyone who uses a block, unlink() to the one who made it."
    return "`with` closes what it opened, also on the way out by an exception."


def _open_files(left: Held) -> list[str]:
    kinds: dict[str, list[str]] = {"pipe": [], "socket": [], "memory": [], "file": []}
    for to in left.files.values():
        kind = to.partition(":")[0]
        if to.startswith("/dev/shm/"):
            kind = "memory"
        kinds[kind if kind in kinds else "file"].append(to)
    found = []
    if kinds["file"]:
        names = sorted({_short(to) for to in kinds["file"]})
        found.append(
            f"{_was(len(kinds['file']), 'file', 'files')} still open: {', '.join(names[:5])}"
        )
    if kinds["socket"]:
        found.append(f"{_was(len(kinds['socket']), 'socket', 'sockets')} still open")
    if kinds["pipe"]:
        found.append(f"{_was(len(kinds['pipe']), 'end of a pipe', 'ends of pipes')} still open")
    if kinds["memory"] and not left.blocks:
        found.append("a shared memory block was still open")
    return found


def _short(to: str) -> str:
    """The name of a file without its folder; `anon_inode:[eventpoll]` in words."""
    if not to.startswith("/"):
        return "a selector or event loop" if "event" in to else re.sub(r"\W+", " ", to).strip()
    return to.removesuffix(" (deleted)").rpartition("/")[2]


def _temporary_files(left: Held) -> list[str]:
    if not left.temporary:
        return []
    shown = ", ".join(sorted(left.temporary)[:5])
    return [
        f"{_was(len(left.temporary), 'temporary file', 'temporary files')} not removed: {shown}"
    ]


def _was(count: int, one: str, many: str) -> str:
    return f"{count} {one} was" if count == 1 else f"{count} {many} were"
