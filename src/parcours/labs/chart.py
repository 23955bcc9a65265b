"""Curves as a picture: named series of points in one pair of axes, each linear or logarithmic.

    labs.chart({"threads": [(1, 1.0), (2, 1.1)], "ideal": [(1, 1), (2, 2)]}, x="workers", y="speed")

`chart` gives an object that a cell shows; `chart_svg` is the pure function below it, which labs use
for pictures that move. Lines are told apart by colour and by the shape of their marks.
"""

import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import NamedTuple

from parcours.labs.bars import text
from parcours.labs.style import CURVE_STYLE
from parcours.labs.svg import picture

Points = Sequence[tuple[float, float]]

_LEFT, _RIGHT, _BOTTOM = 62, 24, 46
_SHAPES = (
    "M-.9 0a.9.9 0 1 0 1.8 0a.9.9 0 1 0-1.8 0z",
    "M-.8-.8h1.6v1.6h-1.6z",
    "M0-1 .95.75h-1.9z",
    "M0-1.1 1.1 0 0 1.1-1.1 0z",
    "M0 1 .95-.75h-1.9z",
)
_MOST_MARKS = 12


class Scale(NamedTuple):
    """Where a number lies between two pixels.

    >>> Scale(1, 100, 0, 200, logarithmic=True).at(10)
    100.0
    """

    least: float
    most: float
    first: float
    last: float
    logarithmic: bool = False

    def at(self, number: float) -> float:
        least, most, number = self.least, self.most, min(max(number, self.least), self.most)
        if self.logarithmic:
            least, most, number = math.log(least), math.log(most), math.log(number)
        return self.first + (self.last - self.first) * (number - least) / (most - least)

    def ticks(self) -> list[float]:
        """Round numbers from `least` to `most`."""
        if self.logarithmic:
            powers = range(math.floor(math.log10(self.least)), math.ceil(math.log10(self.most)) + 1)
            steps = (1,) if len(powers) > 4 else (1, 3)
            found = [step * 10.0**power for power in powers for step in steps]
        else:
            span = self.most - self.least
            sizes = (m * 10.0**e for e in range(-9, 10) for m in (1, 2, 5))
            step = next(size for size in sizes if span / size <= 7)
            first = math.ceil(self.least / step - 1e-9)
            found = [step * n for n in range(first, math.floor(self.most / step + 1e-9) + 1)]
        room = 1e-9 * abs(self.most)
        return [tick for tick in found if self.least - room <= tick <= self.most + room]


class Chart:
    """Some curves as the value of a cell: a picture, and the same in words."""

    def __init__(self, series: Mapping[str, Points], words: str, svg: str) -> None:
        self.series = dict(series)
        self._words, self._svg = words, svg

    def svg(self) -> str:
        return self._svg

    def __repr__(self) -> str:
        return self._words

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        return {"text/html": self.svg(), "text/plain": repr(self)}


def chart(
    series: Mapping[str, Points],
    *,
    x: str,
    y: str,
    title: str = "",
    log_x: bool = False,
    log_y: bool = False,
) -> Chart:
    """Curves by their names, each a list of pairs (x, y); x and y say what the axes mean.

    ValueError for numbers that a logarithmic axis cannot show, or that are no numbers.
    """
    series = {name: [(float(a), float(b)) for a, b in points] for name, points in series.items()}
    for axis, name, logarithmic in ((0, "x", log_x), (1, "y", log_y)):
        for number in (point[axis] for points in series.values() for point in points):
            if not math.isfinite(number) or (logarithmic and number <= 0):
                axis_kind = "a logarithmic axis" if logarithmic else "an axis"
                raise ValueError(f"{axis_kind} cannot show {name} = {number!r}")
    svg = chart_svg(series, x=x, y=y, title=title, log_x=log_x, log_y=log_y)
    lines = [title or f"{y} against {x}", *_told(series)]
    return Chart(series, "\n".join(lines), svg)


def chart_svg(
    series: Mapping[str, Points],
    *,
    x: str,
    y: str,
    title: str = "",
    log_x: bool = False,
    log_y: bool = False,
    x_range: tuple[float, float] | None = None,
    y_frame: tuple[float, float] | None = None,
    level: tuple[float, str] | None = None,
    faint: Sequence[Points] = (),
    width: int = 760,
    height: int = 320,
) -> str:
    """The curves as the text of one SVG element.

    x_range: the axis, when the points are not to decide. y_frame: what it shows at least.
    level: a number on the y axis to draw a line at, and what it means.
    faint: curves without a name, drawn pale behind the others.
    """
    every = [point for points in [*series.values(), *faint] for point in points]
    top = 44 if title else 20
    top += 20
    xs, ys = [a for a, _ in every], [b for _, b in every] + ([level[0]] if level else [])
    ys += y_frame or ()
    across = _scale(x_range or _range(xs, log_x, False), _LEFT, width - _RIGHT, log_x)
    up = _scale(_range(ys, log_y, True), height - _BOTTOM, top, log_y)
    body = [text(16, 25, title, "t")] if title else []
    body += _axes(across, up, x, y)
    if level:
        line = [(across.least, level[0]), (across.most, level[0])]
        body.append(_path("level", line, across, up))
        body.append(text(across.last - 4, up.at(level[0]) - 6, level[1], "y"))
    body += [_path("line faint", points, across, up) for points in faint if points]
    at = float(_LEFT)
    for number, (name, points) in enumerate(series.items()):
        place = number % len(_SHAPES)
        if points:
            body.append(_path(f"line s-{place}", points, across, up))
        if len(points) <= _MOST_MARKS:
            body += [_mark(place, across.at(a), up.at(b), name, a, b) for a, b in points]
        body.append(_mark(place, at + 5, top - 17, name))
        body.append(text(at + 16, top - 13, name, "k"))
        at += len(name) * 6.6 + 44
    told = " ".join(_told(series)) or "Nothing yet."
    return picture(
        body, width, height, title or f"{y} against {x}", told, "parcours-curves", CURVE_STYLE
    )


def _range(numbers: Sequence[float], logarithmic: bool, from_zero: bool) -> tuple[float, float]:
    least, most = min(numbers, default=1.0), max(numbers, default=10.0)
    if logarithmic:
        return (least / 1.25, most * 1.25)
    least = min(least, 0.0) if from_zero else least
    return (least, most + 0.06 * (most - least)) if most > least else (least, least + 1.0)


def _scale(bounds: tuple[float, float], first: float, last: float, logarithmic: bool) -> Scale:
    return Scale(*bounds, first, last, logarithmic)


def _axes(across: Scale, up: Scale, x: str, y: str) -> list[str]:
    grid = "".join(f"M{across.first} {up.at(t):.1f}H{across.last}" for t in up.ticks())
    grid += "".join(f"M{across.at(t):.1f} {up.first}V{up.last}" for t in across.ticks())
    middle = (up.first + up.last) / 2
    drawn = [f'<path class="grid" d="{grid}"/>']
    drawn += [text(across.first - 8, up.at(t) + 4, f"{t:g}", "y") for t in up.ticks()]
    drawn += [text(across.at(t), up.first + 17, f"{t:g}", "x") for t in across.ticks()]
    drawn.append(text((across.first + across.last) / 2, up.first + 35, x, "x"))
    turned = f'<g transform="translate(16 {middle:.1f}) rotate(-90)">{text(0, 0, y, "x")}</g>'
    return [*drawn, turned]


def _path(kind: str, points: Points, across: Scale, up: Scale) -> str:
    line = "L".join(f"{across.at(a):.1f} {up.at(b):.1f}" for a, b in points)
    return f'<path class="{kind}" d="M{line}"/>'


def _mark(place: int, x: float, y: float, name: str, *values: float) -> str:
    told = f"{name}: {values[1]:.3g} at {values[0]:.3g}" if values else name
    return (
        f'<path class="s-{place} mean" vector-effect="non-scaling-stroke" '
        f'transform="translate({x:.1f} {y:.1f}) scale(5)" d="{_SHAPES[place]}">'
        f"<title>{escape(told)}</title></path>"
    )


def _told(series: Mapping[str, Points]) -> list[str]:
    """A line a curve: its first, its highest and its last point."""
    lines = []
    for name, points in series.items():
        if points:
            high = max(points, key=lambda point: point[1])
            some = list(dict.fromkeys([points[0], high, points[-1]]))
            lines.append(f"{name}: " + ", ".join(f"{b:.3g} at {a:.3g}" for a, b in some) + ".")
    return lines
