"""The longest chain of work in which each piece began only when the one before it had got on.

    chain_of_lives([Life(born=0, last=9, path=[5.0] * 10), Life(born=10, last=19, ...)])

CPU over this chain is the concurrency of a fixed split, exact whatever the load on either core.
Processes that live one after the other (started and joined one by one) add up: without that, the
longest of many short ones would look like the whole path.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Life:
    """A worker's life, in numbers of intervals: where it was born, where it ran last.

    path: for each interval what it adds to the path of this worker: CPU and time blocked.
    """

    born: int
    last: int
    path: Sequence[float]

    @property
    def length(self) -> float:
        return sum(self.path)

    def before(self, interval: int) -> float:
        """Its path until something is born in `interval`: all of it if it had ended by then."""
        return self.length if self.last <= interval else sum(self.path[:interval])


def chain_of_lives(lives: Sequence[Life]) -> float:
    """The longest path: a worker begins where those that were there before it had got to."""
    earlier: list[tuple[Life, float]] = []
    longest = 0.0
    for life in sorted(lives, key=lambda one: (one.born, one.last)):
        begins = max((start + one.before(life.born) for one, start in earlier), default=0.0)
        earlier.append((life, begins))
        longest = max(longest, begins + life.length)
    return longest


def chain_of_spans(spans: Sequence[tuple[int, int, int]]) -> int:
    """The most that spans (start, end, length of path) add up to when none begins before another
    has ended."""
    chains: list[tuple[int, int]] = []
    for start, end, length in sorted(spans, key=lambda span: span[1]):
        before = max((total for ended, total in chains if ended <= start), default=0)
        chains.append((end, before + length))
    return max((total for _, total in chains), default=0)
