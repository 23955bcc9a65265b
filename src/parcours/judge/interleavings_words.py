"""An interleaving in words: the sentence of a verdict, and the schedule for a terminal.

sentence, *details = sentence_of("transfer", report);  print(as_text(report))
"""

from parcours.judge.interleavings_report import Blocked, Report, Row

_VERBS = {
    "read": "reads",
    "write": "writes",
    "tries": "takes at once",
    "wakes": "is woken at",
    "sleeps": "sleeps",
}


def sentence_of(name: str, report: Report) -> list[str]:
    """The sentence about what is wrong, then what to look at next."""
    if report.how == "deadlock":
        return _deadlock(name, report)
    if report.how == "endless":
        return [
            f"In some order of steps `{name}` goes round in a loop without end.",
            "A loop that waits for another thread has to wait in it (Event.wait, Condition.wait).",
        ]
    if report.how == "exception":
        who = "" if report.culprit in (None, 0) else f" in {report.name(report.culprit)}"
        what = f"`{name}` raises {report.raised}{who}"
    elif report.how == "differs":
        what = f"`{name}` gives {report.result}, in others {report.first}"
    else:
        what = f"`{name}` breaks what has to hold: {report.why.rstrip('.')}"
        if not report.why:
            what = f"what has to hold after `{name}` does not hold"
    if report.in_order:
        return [
            f"Even when its threads run one after the other, {what}.",
            "This is no matter of timing: look at what the code computes.",
        ]
    details = ["What is read and then written has to stay under one lock from read to write."]
    stale = next((row for row in report.rows if row.stale), None)
    if stale is not None:
        details.insert(
            0,
            f"{_who(report, stale.who)} changes `{stale.name}` at line {stale.line}, going by "
            "what it read before another thread changed it.",
        )
    old = next((row for row in report.rows if row.outdated), None)
    if old is not None:
        details.insert(
            0,
            f"{_who(report, old.who)} looks at `{old.name}` at line {old.line} and acts on it when "
            "another thread has changed it.",
        )
    return [f"There is an order of steps in which {what}.", *details]


def _deadlock(name: str, report: Report) -> list[str]:
    waits = "; ".join(waiting(report, one) for one in report.blocked if one.line or one.name)
    told = f": {waits}" if waits else ""
    if report.lost:
        return [
            f"There is an order of steps in which `{name}` misses a wake-up and waits for ever"
            f"{told}.",
            "The notify comes before the wait. Test the condition and wait under the same lock.",
        ]
    if cycle_of(report):
        return [
            f"There is an order of steps in which the threads wait for each other for ever{told}.",
            "Take locks in the same order everywhere.",
        ]
    return [
        f"There is an order of steps in which `{name}` waits for ever{told}.",
        "Who is to wake whom? Look for a set, notify, put, release or join that is missing.",
    ]


def waiting(report: Report, one: Blocked) -> str:
    """Where one thread waits, and for whom: "thread 1 at line 4 waits for `a`, which ..."."""
    at = f" at line {one.line}" if one.line else ""
    if one.kind == "join":
        return f"{report.name(one.who)}{at} waits for the end of {one.name}"
    what = f"`{one.name}`" if one.name else "a lock"
    if one.kind == "wait" or (one.what and not one.what.startswith(("Model", "Lock"))):
        what = f"`{one.name}` ({one.what})" if one.name and one.name != "a lock" else one.what
    what = what or "a lock"
    held = "" if one.holder is None else f", which {_holder(report, one)} holds"
    return f"{report.name(one.who)}{at} waits for {what}{held}"


def _holder(report: Report, one: Blocked) -> str:
    return "it itself" if one.holder == one.who else report.name(one.holder)


def cycle_of(report: Report) -> list[str]:
    """The names of threads that wait for each other in a circle; [] when they do not."""
    holders = {one.who: one.holder for one in report.blocked if one.holder is not None}
    for start in sorted(holders):
        path = [start]
        while holders.get(path[-1]) is not None and holders[path[-1]] not in path:
            path.append(holders[path[-1]])
        if holders.get(path[-1]) == start:
            return [report.name(who) for who in path]
    return []


def deed(row: Row) -> str:
    """What a step does: "reads self.n: 0"."""
    value = "" if row.value is None else f": {row.value}"
    if row.kind == "notifies":
        count = "nobody waits" if not row.woken else f"wakes {row.woken}"
        return f"notifies: {count}"
    if row.call and row.kind == "write":
        return f"changes {row.name}{value}"
    return f"{_VERBS.get(row.kind, row.kind)} {row.name}{value}".strip()


def as_text(report: Report) -> str:
    """The schedule as lines of text, one a step."""
    wide = max((len(report.name(who)) for who in report.threads), default=0)
    lines, last = [], None
    for number, row in enumerate(report.rows, 1):
        if row.left_out:
            lines.append(f"     ... {row.left_out} more steps ...")
        if last is not None and row.who != last:
            lines.append("     -- switch --")
        last = row.who
        code = f"   [line {row.line}: {row.code}]"
        mark = "   <-- STALE: changed by another thread since it was read" if row.stale else ""
        mark = f"   <-- out of date from step {row.outdated} on" if row.outdated else mark
        lines.append(f"{number:>4} {report.name(row.who):<{wide}}  {deed(row)}{code}{mark}")
    for one in report.blocked:
        lines.append(f"     {waiting(report, one)}")
    return "\n".join(["The order of steps:", *lines])


def _who(report: Report, who: int) -> str:
    name = report.name(who)
    return name[:1].upper() + name[1:]
