"""Virtual time in words and as a picture.

>>> clock_time(3600.5), ordinal(1, "attempt", 4)
('3600.5 s', 'The 2nd attempt')
"""

from collections.abc import Sequence
from typing import Any

from parcours.labs.spans import Span
from parcours.labs.svg import Block, draw

_MOST_TIMES = 12


def clock_time(seconds: float) -> str:
    """Seconds with what they need of four decimals: "0.25 s"."""
    return f"{_number(seconds)} s"


def _number(seconds: float) -> str:
    return f"{seconds:.4f}".rstrip("0").rstrip(".") or "0"


def ordinal(index: int, label: str, count: int) -> str:
    """What to call an event: "The 2nd attempt", or by its label alone where there is but one."""
    if count == 1:
        return f'"{label}"'
    number = index + 1
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10 if number % 100 not in (11, 12, 13) else 0)
    return f"The {number}{ending or 'th'} {label}"


def times(marks: Sequence[Any]) -> str:
    """When each label was noted: "attempt at 0, 1, 3 s"."""
    found = []
    for label in dict.fromkeys(mark.label for mark in marks):
        seconds = [_number(mark.seconds) for mark in marks if mark.label == label]
        more = ", ..." if len(seconds) > _MOST_TIMES else ""
        found.append(f"{label} at {', '.join(seconds[:_MOST_TIMES])}{more} s")
    return "; ".join(found)


def at_line(place: Any) -> str:
    """ " (line 3 of acquire)", or nothing when the place is not known."""
    if not isinstance(place, dict) or not place.get("line"):
        return ""
    return f" ({_line(place)})"


def places(waits: Sequence[dict[str, Any]]) -> str:
    """Where everybody waits, at most three of them."""
    known = [wait for wait in waits if wait.get("line")]
    if not known:
        return "it waits in the scenario itself"
    several = len(known) > 1
    told = []
    for wait in known:
        what = f" ({wait['what']})" if wait.get("what") else ""
        who = f"{wait['who']} at " if several else "it waits at "
        told.append(f"{who}{_line(wait)}{what}")
    more = f" and {len(told) - 3} more" if len(told) > 3 else ""
    return ", ".join(told[:3]) + more


def stand_still(blocked: Sequence[tuple[float, float, Any]]) -> list[str]:
    """The sentence about an event loop that stood still, then what to do about it."""
    began, length, where = max(blocked, key=lambda stall: stall[1])
    what = (where.get("what") if isinstance(where, dict) else "") or "something"
    return [
        f"The event loop stood still for {clock_time(length)}, from {clock_time(began)} on: "
        f"{what}{at_line(where)} blocks every task.",
        "In a coroutine wait with `await`; hand what computes or blocks to a thread or process.",
    ]


def picture(marks: Sequence[Any], expected: Sequence[Any] | None, seconds: float) -> str:
    """What was expected above, what was seen below, on one axis, as SVG; "" without events."""
    if not marks or len(marks) > 200:
        return ""
    end = max([seconds, *(mark.seconds for mark in [*marks, *(expected or ())])]) or 1.0
    blocks = []
    for heading, events in (("expected", expected), ("your code", marks)):
        if events:
            spans = [Span(e.label, "cpu", e.seconds, e.seconds + end / 120) for e in events]
            blocks.append(Block(spans, None, 0.0, heading, times(events)))
    return draw(blocks, 760, "", "What happened at which virtual second", legend=False)


def _line(place: dict[str, Any]) -> str:
    inside = "" if place.get("function") in (None, "<module>") else f" of {place['function']}"
    return f"line {place['line']}{inside}"
