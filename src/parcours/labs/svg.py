"""Timelines as SVG text: a row for each worker, a bar for each span. A pure function, no widgets.

    >>> picture = timeline_svg([Span("thread 1", "cpu", 0.0, 0.1)], title="One task")
    >>> picture.startswith("<svg") and "<title>One task</title>" in picture
    True

The picture carries its own style: JupyterLab's theme where there is one, else the reader's own
choice of light or dark. It uses classes with a prefix and no ids, so any number of pictures can
share a page. Solid bars are work; thin pale bars are time spent ready but not at work.
"""

import textwrap
from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from parcours.labs.bars import HEIGHT, Axis, Row, text
from parcours.labs.spans import KINDS, Span
from parcours.labs.style import STYLE
from parcours.labs.words import in_words
from parcours.labs.workers import shown_names

_RIGHT = 26
_MOST_WORDS = 400
_MOST_NAME = 34


class Block(NamedTuple):
    """Some workers' rows, and the heading above them in a picture that has several blocks.

    spans: in the order in which their workers get their rows.
    workers: all rows, also those without a span; None for the workers of the spans.
    origin: `perf_counter` at the left end of the axis; None for the first start.
    """

    spans: Sequence[Span]
    workers: Sequence[str] | None = None
    origin: float | None = None
    heading: str = ""
    note: str = ""

    def settled(self, now: float | None) -> "Block":
        """The same with nothing left open, and without what lies after `now`."""
        spans = self.spans
        if now is not None:
            spans = [s if s.end <= now else s._replace(end=now) for s in spans if s.start < now]
        workers, origin = self.workers, self.origin
        if workers is None:
            workers = list(dict.fromkeys(span.worker for span in spans))
        if origin is None:
            origin = min((span.start for span in spans), default=now or 0.0)
        return self._replace(spans=spans, workers=workers, origin=origin)


def timeline_svg(
    spans: Sequence[Span],
    *,
    workers: Sequence[str] | None = None,
    width: int = 760,
    title: str = "",
    note: str = "",
    span_seconds: float | None = None,
    origin: float | None = None,
    now: float | None = None,
    legend: bool = True,
) -> str:
    """The spans as the text of one SVG element, rows in order of the workers' first appearance.

    workers: rows to draw instead, also those that have no span yet.
    width: of the drawing in pixels; it shrinks with the page and grows no further.
    title, note: a line in bold and a line below it; the title is also what screen readers say.
    span_seconds: length of the time axis; None for just long enough.
    origin: `perf_counter` at the left end of the axis; None for the first start.
    now: `perf_counter` of a moment to mark while a run goes on; bars are cut off there.
    legend: whether to explain the colours below.
    """
    block = Block(spans, workers, origin)
    return draw([block], width, title, note, span_seconds=span_seconds, now=now, legend=legend)


def draw(
    blocks: Sequence[Block],
    width: int,
    title: str,
    note: str = "",
    *,
    span_seconds: float | None = None,
    now: float | None = None,
    legend: bool = True,
) -> str:
    """Several blocks of rows on one time axis, each from its own origin. See `timeline_svg`."""
    blocks = [block.settled(now) for block in blocks]
    if span_seconds is None:
        ends = [span.end - block.origin for block in blocks for span in block.spans]
        span_seconds = max(ends, default=0.0)
    names = [[_shortened(name) for name in shown_names(block.workers)] for block in blocks]
    longest = max((len(name) for shown in names for name in shown), default=0)
    left = max(52.0, longest * 7.1 + 24)
    axis = Axis(left, width - left - _RIGHT, max(span_seconds, 1e-6))
    # Words on every bar would make a moving or a crowded picture slow: they are for still ones.
    words = now is None and sum(len(block.spans) for block in blocks) <= _MOST_WORDS
    body: list[str] = []
    bottom = _heading(body, title, note, width)
    for block, shown in zip(blocks, names, strict=True):
        if block.heading:
            body.append(text(16, bottom + 15, block.heading, "h", block.note))
            bottom += 25
        top, bottom = bottom, _rows(body, block, shown, axis, bottom, words)
        if now is not None:
            x = axis.at(min(now - block.origin, span_seconds))
            body.append(f'<path class="now" d="M{x:.1f} {top - 3:.1f}V{bottom - 3:.1f}"/>')
        bottom += 8 if block is not blocks[-1] else 0
    body += [text(x, bottom + 12, told, "x") for x, told in axis.ticks()]
    bottom += 22
    if legend:
        present = {span.kind for block in blocks for span in block.spans}
        bottom = _legend(body, [kind for kind in KINDS if kind in present], width, left, bottom)
    told = " ".join(in_words(b.spans, b.heading, b.workers) for b in blocks)
    return picture(body, width, round(bottom + 4), title or "Timeline", told)


def legend_svg(kinds: Sequence[str], width: int = 760) -> str:
    """The colours of these kinds explained, as a picture of its own."""
    body: list[str] = []
    bottom = _legend(body, kinds, width, 16, 0)
    told = ", ".join(KINDS[kind] for kind in kinds)
    return picture(body, width, round(bottom + 4), "Colours", told)


def picture(
    body: Sequence[str],
    width: int,
    height: int,
    title: str,
    words: str,
    root: str = "parcours-timeline",
    style: str = STYLE,
) -> str:
    """One SVG element around `body`, with a title and a description for those who cannot see it."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="{root}" role="img" '
        f'viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'style="width:100%;max-width:{width}px;height:auto">'
        f"<title>{escape(title)}</title><desc>{escape(words)}</desc><style>{style}</style>"
        f'<rect class="page" width="{width}" height="{height}" rx="8"/>{"".join(body)}</svg>'
    )


def _shortened(name: str) -> str:
    return name if len(name) <= _MOST_NAME else f"{name[:20]}…{name[-(_MOST_NAME - 21) :]}"


def _heading(body: list[str], title: str, note: str, width: int) -> float:
    top = 8.0
    for words, kind, size, high in ((title, "t", 15, 21), (note, "n", 12.5, 18)):
        for line in textwrap.wrap(words, int((width - 32) / (size * 0.56))):
            body.append(text(16, top + size, line, kind))
            top += high
    return top + 8


def _rows(
    body: list[str], block: Block, names: list[str], axis: Axis, top: float, words: bool
) -> float:
    """Draw a block's rows from `top` down; returns where they end."""
    high, gap = (22, 6) if len(names) <= 10 else (14, 4) if len(names) <= 24 else (9, 3)
    bottom = top + len(names) * (high + gap)
    own: dict[str, list[Span]] = {worker: [] for worker in block.workers}
    for span in block.spans:
        if span.worker in own:
            own[span.worker].append(span)
    grid = "".join(f"M{x:.1f} {top - 3:.1f}V{bottom - gap + 3:.1f}" for x, _ in axis.ticks())
    for worker, name in zip(block.workers, names, strict=True):
        body.append(
            f'<rect class="lane" x="{axis.left:.1f}" y="{top:.1f}" '
            f'width="{axis.width:.1f}" height="{high}" rx="4"/>'
        )
        row = Row(own[worker], block.origin, top + high / 2, high)
        body.append(text(axis.left - 10, row.middle + 4, name, "w" if high > 10 else "w small"))
        body.append(row.bars(axis, words))
        top += high + gap
    # Before the rows' bars, for the eye to follow and not to cut anything up.
    body.insert(len(body) - 3 * len(names), f'<path class="grid" d="{grid}"/>')
    return bottom


def _legend(body: list[str], kinds: Sequence[str], width: int, left: float, top: float) -> float:
    longs = [len(KINDS[kind]) * 6.3 + 40 for kind in kinds]
    if left + sum(longs) - 16 > width - 8:
        left = 16
    x, y = left, top + 6
    for kind, long in zip(kinds, longs, strict=True):
        if x > left and x + long - 16 > width - 8:
            x, y = left, y + 20
        tall = 11 * (0.45 if HEIGHT[kind] < 0.5 else 1)
        body.append(
            f'<rect class="{kind}" x="{x:.1f}" y="{y + 5.5 - tall / 2:.1f}" width="16" '
            f'height="{tall:.1f}" rx="2"/>'
        )
        body.append(text(x + 22, y + 9.6, KINDS[kind], "k"))
        x += long
    return y + 16 if kinds else top
