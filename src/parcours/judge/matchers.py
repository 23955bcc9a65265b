"""What a case may expect in place of an exact value.

    checks.case(time.sleep, 0.05, returns=(None, checks.seconds(at_least=0.045)))

A matcher says in words what is wrong with a value; "" when nothing is. It is asked in the judge,
with the seconds that the judge saw the call take.
"""

from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable


@runtime_checkable
class Matcher(Protocol):
    """Expects a kind of value."""

    def wrong(self, value: Any, took: float) -> str:
        """What is wrong with a value of a call that took so many seconds."""


@dataclass(frozen=True)
class Seconds:
    """A measured time: at least so many seconds, at most what the judge saw the call take."""

    at_least: float = 0.0

    def wrong(self, value: Any, took: float) -> str:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return f"expected seconds, it was {value!r}"
        if value < 0:
            return f"it measured {value:.0f} s, which is less than nothing"
        if not value >= self.at_least:
            return f"it measured {value:.3g} s for a call that takes at least {self.at_least} s"
        if value > took:
            return f"it measured {value:.3g} s for a call that was over after {took:.3g} s"
        return ""

    def __repr__(self) -> str:
        return "seconds"


@dataclass(frozen=True)
class About:
    """A number within a relative and an absolute distance of `number`."""

    number: float
    relative: float = 1e-9
    absolute: float = 1e-12

    def wrong(self, value: Any, took: float) -> str:
        room = max(self.absolute, self.relative * abs(self.number))
        right = (
            isinstance(value, (int, float))
            and not isinstance(value, bool)
            and abs(value - self.number) <= room
        )
        return "" if right else f"expected about {self.number!r}, it was {value!r}"

    def __repr__(self) -> str:
        return f"about {self.number!r}"
