"""Rates of rare events, with the interval in which they lie.

rate = Rate(wrong=0, of=3000)
rate.text()                       # "0 of 3000 (0 to 0.13 %)"
"""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Rate:
    """How often something happened: `count` times `of` so many."""

    count: int
    of: int

    def __add__(self, other: "Rate") -> "Rate":
        return Rate(self.count + other.count, self.of + other.of)

    @property
    def value(self) -> float:
        return self.count / self.of if self.of else 0.0

    def interval(self, z: float = 1.96) -> tuple[float, float]:
        """Wilson's score interval, 95 % by default; (0, 1) when nothing was tried.

        Source: E. B. Wilson, Probable Inference, the Law of Succession, 1927.
        """
        if not self.of:
            return 0.0, 1.0
        n, p = self.of, self.value
        middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        low = 0.0 if self.count == 0 else max(0.0, middle - half)
        high = 1.0 if self.count == n else min(1.0, middle + half)
        return low, high

    def text(self) -> str:
        """For a table: the rate in percent and its interval."""
        if not self.of:
            return "-"
        low, high = self.interval()
        return f"{percent(self.value)} ({percent(low)} to {percent(high)})"


def percent(share: float) -> str:
    """A share in percent with two digits that say something."""
    if share == 0:
        return "0"
    if share >= 0.1:
        return f"{100 * share:.0f} %"
    return f"{100 * share:.{max(1, -math.floor(math.log10(100 * share)) + 1)}f} %"
