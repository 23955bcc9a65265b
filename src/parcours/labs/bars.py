"""The parts of a timeline's picture: its time axis, the bars of a row, and their labels.

>>> Axis(left=50, width=700, seconds=0.1).at(0.05)
400.0
"""

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from parcours.labs.spans import AT_WORK, KINDS, Span
from parcours.labs.words import duration

HEIGHT = {"ready": 0.34, "gil": 0.34, "io": 1.0, "lock": 0.6, "cpu": 1.0}
"""How much of its row the bar of a kind fills; what is drawn first comes first."""


class Axis(NamedTuple):
    """Where a moment lies: `left` and `width` in pixels, `seconds` long."""

    left: float
    width: float
    seconds: float

    def at(self, seconds: float) -> float:
        return self.left + self.width * seconds / self.seconds

    def ticks(self) -> list[tuple[float, str]]:
        """Where the ticks are, in pixels, and what they say: round numbers, eight at most."""
        steps = (m * 10.0**e for e in range(-6, 7) for m in (1, 2, 5))
        step = next((step for step in steps if self.seconds / step <= 8), self.seconds)
        factor, unit = (1, "s") if self.seconds >= 1 else (1000, "ms")
        digits = max(0, -int(f"{step * factor:e}".partition("e")[2]))
        times = [number * step for number in range(int(self.seconds / step + 1e-6) + 1)]
        return [(self.at(t), f"{t * factor:.{digits}f} {unit}") for t in times]


class Row(NamedTuple):
    """One worker's row: its spans, the moment at the left end of the axis, and its place."""

    spans: Sequence[Span]
    origin: float
    middle: float
    high: float

    def bars(self, axis: Axis, words: bool) -> str:
        """All bars; with `words` each tells on hovering what it was, without they are light."""
        drawn = []
        for kind in HEIGHT:
            spans = [span for span in self.spans if span.kind == kind]
            if spans and words:
                drawn += [self._telling(span, axis) for span in spans]
            elif spans:
                drawn.append(self._light(spans, kind, axis))
        if words and self.high > 20:
            drawn += self._labels(axis)
        return "".join(drawn)

    def _light(self, spans: list[Span], kind: str, axis: Axis) -> str:
        tall = self.high * HEIGHT[kind]
        steps = []
        for span in spans:
            x, long = axis.at(span.start - self.origin), _long(span, axis)
            steps.append(
                f"M{x:.1f} {self.middle - tall / 2:.1f}h{long:.1f}v{tall:.1f}h-{long:.1f}z"
            )
        return f'<path class="{kind}" d="{"".join(steps)}"/>'

    def _telling(self, span: Span, axis: Axis) -> str:
        tall, long = self.high * HEIGHT[span.kind], _long(span, axis)
        told = f"{span.label}: {KINDS[span.kind]}" if span.label else KINDS[span.kind]
        return (
            f'<rect class="{span.kind}" x="{axis.at(span.start - self.origin):.1f}" '
            f'y="{self.middle - tall / 2:.1f}" width="{long:.1f}" height="{tall:.1f}" '
            f'rx="{min(3.0, long / 3):.1f}">'
            f"<title>{escape(told)}, {duration(span.seconds)}</title></rect>"
        )

    def _labels(self, axis: Axis) -> list[str]:
        """The label of each task once, in the first of its bars that has room for it."""
        told: set[str] = set()
        drawn = []
        for span in self.spans:
            room = axis.width * span.seconds / axis.seconds
            fits = room >= len(span.label) * 7.2 + 6
            if span.label and span.label not in told and span.kind in AT_WORK and fits:
                told.add(span.label)
                x = axis.at((span.start + span.end) / 2 - self.origin)
                drawn.append(text(x, self.middle + 4.2, span.label, f"l on-{span.kind}"))
        return drawn


def _long(span: Span, axis: Axis) -> float:
    # A hairline is left between one task's bar and the next one's; the shortest stays visible.
    long = axis.width * span.seconds / axis.seconds
    return max(long - 0.8, long * 0.5, 0.6)


def text(x: float, y: float, words: str, kind: str, after: str = "") -> str:
    """A text element of a class; `after` follows the words in a quieter colour."""
    quiet = f'<tspan class="n" dx="10">{escape(after)}</tspan>' if after else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}">{escape(words)}{quiet}</text>'
