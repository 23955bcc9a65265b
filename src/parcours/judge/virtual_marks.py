"""Marks of a timeline, and whether they came at the seconds at which they were expected.

misplaced([Mark(2.0, "attempt")], [Mark(1.0, "attempt")])
# '"attempt" came at 2 s, expected at 1 s.'
"""

from collections.abc import Sequence
from dataclasses import dataclass

from parcours.judge.virtual_words import clock_time, ordinal

# Floats that stand for today's time are exact to a quarter of a microsecond.
TOLERANCE = 1e-5


@dataclass(frozen=True)
class Mark:
    """Something that a scenario noted: when (virtual seconds), what, and where.

    place: "main", "thread", "process", or "loop" inside a running event loop.
    """

    seconds: float
    label: str
    place: str = "main"


def misplaced(marks: Sequence[Mark], expected: Sequence[Mark], late: float = 0.0) -> str:
    """The earliest event that came at another second than expected, "" when none did."""
    found: list[tuple[float, str]] = []
    labels = dict.fromkeys(mark.label for mark in [*expected, *marks])
    for label in labels:
        wanted = sorted(mark.seconds for mark in expected if mark.label == label)
        seen = [mark.seconds for mark in marks if mark.label == label]
        for index in range(max(len(wanted), len(seen))):
            due = wanted[index] if index < len(wanted) else None
            came = seen[index] if index < len(seen) else None
            if due is None or came is None or not fits(came, due, late):
                known = [at for at in (due, came) if at is not None]
                which = ordinal(index, label, max(len(wanted), len(seen)))
                found.append((min(known), _told(which, came, due, len(wanted))))
                break
    return min(found)[1] if found else ""


def _told(which: str, came: float | None, expected: float | None, wanted: int) -> str:
    if came is None:
        return f"{which} never came, expected at {clock_time(expected)}."
    if expected is None:
        only = f"only {wanted} {'was' if wanted == 1 else 'were'} expected" if wanted else ""
        return f"{which} came at {clock_time(came)}, {only or 'none was expected'}."
    return f"{which} came at {clock_time(came)}, expected at {clock_time(expected)}."


def fits(came: float, expected: float, late: float = 0.0) -> bool:
    """Whether something came when it was expected, or so many seconds later at most."""
    return -TOLERANCE <= came - expected <= late + TOLERANCE
