"""Timelines of what tasks returned: the picture, its numbers and its words in one object.

    runs = [labs.compute(index) for index in range(4)]
    labs.timeline(runs, title="Four computing tasks, one after another")

As the last line of a cell it is drawn; `.seconds`, `.busy` and `.cores` are its numbers.
"""

from collections.abc import Iterable, Sequence

from parcours.labs.spans import AT_WORK, Span, flatten
from parcours.labs.svg import Block, draw, timeline_svg
from parcours.labs.words import duration, worker_lines

__all__ = ["SideBySide", "Timeline", "side_by_side", "timeline", "timeline_svg"]


class Timeline:
    """The spans of one run, in the order in which they were given.

    spans: list of `Span`; the first worker in it gets the first row.
    seconds: from the first start to the last end.
    busy: workers at work (computing, or waiting for I/O) on average.
    cores: workers computing on average, that is, the cores that were used.
    """

    def __init__(self, spans: Iterable[Span], title: str = "") -> None:
        self.spans = list(spans)
        self.title = title
        first = min((span.start for span in self.spans), default=0.0)
        self.seconds = max((span.end for span in self.spans), default=0.0) - first
        self.busy = self._mean(AT_WORK)
        self.cores = self._mean(("cpu",))

    def _mean(self, kinds: Sequence[str]) -> float:
        total = sum(span.seconds for span in self.spans if span.kind in kinds)
        return total / self.seconds if self.seconds else 0.0

    @property
    def workers(self) -> list[str]:
        """The identities of the workers in the order of their first appearance."""
        return list(dict.fromkeys(span.worker for span in self.spans))

    @property
    def figures(self) -> str:
        """The numbers in one line: how long, how many at work, how many cores."""
        if not self.spans:
            return "nothing ran"
        return (
            f"{duration(self.seconds)} · {self.busy:.1f} at work on average · "
            f"{self.cores:.1f} {'core' if round(self.cores, 1) == 1 else 'cores'} computing"
        )

    def svg(self) -> str:
        return timeline_svg(self.spans, title=self.title, note=self.figures)

    def __repr__(self) -> str:
        lines = [self.title] if self.title else []
        return "\n".join([*lines, self.figures, *worker_lines(self.spans)])

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        return {"text/html": self.svg(), "text/plain": repr(self)}


class SideBySide:
    """Several timelines under each other on one time axis, each beginning at zero."""

    def __init__(self, timelines: Sequence[tuple[str, Timeline]], title: str = "") -> None:
        self.timelines = list(timelines)
        self.title = title

    def svg(self) -> str:
        blocks = [
            Block(timeline.spans, heading=name, note=timeline.figures)
            for name, timeline in self.timelines
        ]
        return draw(blocks, 760, self.title)

    def __repr__(self) -> str:
        parts = [f"{name}: {timeline.figures}" for name, timeline in self.timelines]
        return "\n".join([self.title, *parts] if self.title else parts)

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        return {"text/html": self.svg(), "text/plain": repr(self)}


def timeline(runs: object, title: str = "") -> Timeline:
    """A timeline of what tasks returned: spans, in lists nested as deep as executors make them.

    TypeError when there is something else among them.
    """
    return Timeline(flatten(runs), title)


def side_by_side(timelines: Iterable[tuple[str, object]], title: str = "") -> SideBySide:
    """Several timelines on one time axis, to compare them: pairs of a name and a timeline.

    What tasks returned may stand in place of a timeline. TypeError for anything else.
    """
    pairs = []
    for pair in timelines:
        if not (isinstance(pair, (tuple, list)) and len(pair) == 2 and isinstance(pair[0], str)):
            raise TypeError(
                f"side_by_side takes pairs of a name and a timeline, not {pair!r}: "
                'write [("serial", first), ("threads", second)]'
            )
        name, run = pair
        pairs.append((name, run if isinstance(run, Timeline) else timeline(run)))
    return SideBySide(pairs, title)
