"""Reads what a contestant tells about the schedules it explored; it may have been tampered with.

    report = read_report(reply, sources)        # every field is there and has its type

Rows that matter are chosen here: steps on what several threads share, locks, and who waits.
"""

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from parcours.judge.codec import Raised
from parcours.judge.processes import Ended

MOST_ROWS = 40
_TOUCHES = ("read", "write")
_LOCKING = ("takes", "gives back", "tries", "fails to take", "notifies", "wakes", "calls")


@dataclass
class Row:
    """One step: who (number of the thread), what it does to what, and the value afterwards."""

    who: int
    kind: str
    name: str
    line: int
    code: str = ""
    value: str | None = None
    call: str = ""
    variables: tuple[int, ...] = ()
    woken: int | None = None
    stale: bool = False  # writes, going by what another thread has changed since it was read
    outdated: int = 0  # the step (from 1) at which another thread changes what is read here
    left_out: int = 0  # rows between the one before and this one that are not told


@dataclass
class Blocked:
    """A thread that waits for ever: where, for what, and which thread has it (None: nobody)."""

    who: int
    line: int = 0
    code: str = ""
    what: str = ""
    kind: str = ""
    name: str = ""
    holder: int | None = None


@dataclass
class Report:
    """What was found; see `parcours.judge.exploring.play`."""

    how: str
    schedules: int = 0
    complete: str = ""
    in_order: bool = False
    why: str = ""
    first: str = ""
    result: str = ""
    choices: list[int] = field(default_factory=list)
    racy: list[tuple] = field(default_factory=list)
    raised: Raised | None = None
    culprit: int | None = None
    lost: bool = False
    rows: list[Row] = field(default_factory=list)
    blocked: list[Blocked] = field(default_factory=list)
    names: list[str] = field(default_factory=list)

    def name(self, who: int) -> str:
        return self.names[who] if 0 <= who < len(self.names) else f"thread {who}"

    @property
    def threads(self) -> list[int]:
        """The threads that do something or wait, by number."""
        return sorted({row.who for row in self.rows} | {one.who for one in self.blocked})

    @property
    def switches(self) -> int:
        return sum(one.who != other.who for one, other in pairwise(self.rows))


def read_report(reply: dict[str, Any], sources: dict[str, str]) -> Report:
    """The fields of a report, each of its type. Raises Ended for what is no report."""
    try:
        report = Report(
            str(reply["how"]),
            int(reply.get("schedules", 0)),
            str(reply.get("complete", "")),
            bool(reply.get("in order")),
            str(reply.get("why", "")),
            str(reply.get("first", "")),
            str(reply.get("result", "")),
            [int(number) for number in reply.get("choices", [])],
            [(str(a), int(b), int(c)) for a, b, c in reply.get("racy", [])],
            lost=bool(reply.get("lost")),
            names=[str(name)[:40] for name in reply.get("names", [])],
        )
        if isinstance(reply.get("culprit"), int):
            report.culprit = reply["culprit"]
        if "raised" in reply:
            raised = reply["raised"]
            report.raised = raised if isinstance(raised, Raised) else Raised(["Exception"], "")
        steps = [dict(row) for row in reply.get("rows", [])]
        report.rows = _chosen([_row(step, sources) for step in steps], steps)
        told = [_blocked(dict(one), sources) for one in reply.get("blocked", [])]
        # That the scenario waits for its threads says nothing.
        report.blocked = [one for one in told if one.line or one.kind != "join"]
        _name_objects([*report.rows, *report.blocked])
        if report.how != "deadlock":
            _mark_stale(report.rows)
    except (KeyError, TypeError, ValueError) as error:
        raise Ended("the process sent something that is not an answer") from error
    return report


def _row(step: dict[str, Any], sources: dict[str, str]) -> Row:
    name = str(step["name"])
    owner = step.get("owner")
    if owner and name.startswith("self."):
        name = f"{str(owner[0])[:30]}#{int(owner[1])}.{name[5:]}"
    line = int(step["line"])
    woken = step.get("woken")
    return Row(
        int(step["who"]),
        str(step["kind"]),
        name[:60],
        line,
        _code(sources, str(step["file"]), line),
        None if step.get("value") is None else str(step["value"])[:60],
        str(step.get("call", ""))[:80],
        tuple(int(number) for number in step.get("variables", ())),
        None if woken is None else int(woken),
    )


def _blocked(entry: dict[str, Any], sources: dict[str, str]) -> Blocked:
    line, holder = int(entry.get("line") or 0), entry.get("holder")
    return Blocked(
        int(entry["who"]),
        line,
        _code(sources, str(entry.get("file", "")), line),
        str(entry.get("what", ""))[:60],
        str(entry.get("kind", "")),
        str(entry.get("for", ""))[:60],
        holder if isinstance(holder, int) else None,
    )


def _code(sources: dict[str, str], file: str, line: int) -> str:
    lines = sources.get(file, "").splitlines()
    return lines[line - 1].strip() if 0 < line <= len(lines) else ""


def _chosen(rows: list[Row], steps: list[dict[str, Any]]) -> list[Row]:
    """The rows worth telling: shared variables, locks and what waits."""
    kept = [
        row
        for row, step in zip(rows, steps, strict=True)
        if row.line
        and ((row.kind in _TOUCHES and step.get("shared")) or row.kind in (*_LOCKING, "sleeps"))
    ]
    return _folded(_merged(kept))


def _name_objects(steps: list[Any]) -> None:
    """`self.n` where there is one object of its class, `Account 2.n` where there are several."""
    whole = {step.name.partition(".")[0] for step in steps if "#" in step.name}
    for step in steps:
        owner, dot, rest = step.name.partition(".")
        kind, mark, number = owner.partition("#")
        if mark:
            several = sum(one.partition("#")[0] == kind for one in whole) > 1
            step.name = f"{kind} {number}{dot}{rest}" if several else f"self{dot}{rest}"


def _merged(rows: list[Row]) -> list[Row]:
    """Without the load of an object right before its content is touched: one step to the reader."""
    found: list[Row] = []
    for row in rows:
        last = found[-1] if found else None
        same = last is not None and last.who == row.who and last.line == row.line
        if same and row.call and last.kind == "read" and not last.call and last.name == row.name:
            found.pop()
        # One call of the library takes several locks; being woken in it is part of it.
        if same and row.kind in ("calls", "wakes") and last.kind == "calls":
            continue
        found.append(row)
    return found


def _folded(rows: list[Row]) -> list[Row]:
    """At most MOST_ROWS: those near a switch of threads and at both ends."""
    if len(rows) <= MOST_ROWS:
        return rows
    near = {0, 1, *range(len(rows) - 6, len(rows))}
    switches = [i for i in range(1, len(rows)) if rows[i].who != rows[i - 1].who]
    for index in switches[-8:]:
        near |= set(range(index - 2, index + 2))
    found, skipped = [], 0
    for index, row in enumerate(rows):
        if index in near:
            row.left_out, skipped = skipped, 0
            found.append(row)
        else:
            skipped += 1
    return found


def _mark_stale(rows: list[Row]) -> None:
    """Mark writes that rest on a value which another thread has changed since it was read."""
    read: dict[tuple[int, int], int] = {}
    written: dict[int, tuple[int, int]] = {}
    for index, row in enumerate(rows):
        for variable in row.variables:
            if row.kind == "read":
                read[row.who, variable] = index
                continue
            before, last = read.get((row.who, variable)), written.get(variable)
            if before is not None and last is not None and last[0] > before:
                row.stale = row.stale or last[1] != row.who
            written[variable] = (index, row.who)
    if not any(row.stale for row in rows):
        _mark_outdated(rows)


def _mark_outdated(rows: list[Row]) -> None:
    """Mark the first look at what another thread changes before the one who looked acts on it."""
    for index, row in enumerate(rows):
        if row.kind != "read":
            continue
        for variable in row.variables:
            change = 0
            for later in range(index + 1, len(rows)):
                other = rows[later]
                if other.kind != "write" or variable not in other.variables:
                    continue
                if other.who != row.who:
                    change = change or later + 1
                elif change:
                    row.outdated = change
                    return
                else:
                    break
