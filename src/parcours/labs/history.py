"""The chart of The Bench: your runs of one kind of work, speed against workers.

    >>> history_svg([("threads", 4, 1.02)], "computing", cores=2).startswith("<svg")
    True

A run is (executor, workers, speed); small marks are runs, large ones their means, joined by lines.
"""

from collections import defaultdict
from collections.abc import Sequence
from html import escape

from parcours.labs.bars import text
from parcours.labs.plan import EXECUTORS, MOST_WORKERS
from parcours.labs.style import CHART_STYLE
from parcours.labs.svg import picture

Run = tuple[str, int, float]

_WIDTH, _HEIGHT = 440, 250
_LEFT, _RIGHT, _TOP, _BOTTOM = 40, 108, 44, 42
_SHAPES = {
    "serial": "M0-1 1 0 0 1-1 0z",
    "threads": "M-.9 0a.9.9 0 1 0 1.8 0a.9.9 0 1 0-1.8 0z",
    "processes": "M-.8-.8h1.6v1.6h-1.6z",
    "asyncio": "M0-1 .95.75h-1.9z",
    "interpreters": "M0 1 .95-.75h-1.9z",
}


def history_svg(runs: Sequence[Run], work: str, cores: int) -> str:
    """The runs as an SVG chart; `cores` of this machine limit what computing can gain."""
    top_speed = max([2.0, *(speed for _, _, speed in runs)]) * 1.12
    wide, high = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM

    def at(workers: float, speed: float) -> tuple[float, float]:
        x = _LEFT + wide * (workers - 0.6) / (MOST_WORKERS - 0.2)
        return x, _TOP + high * (1 - speed / top_speed)

    body = [text(16, 23, f"Your runs, {work} tasks: speed, \u00d7 one worker", "h")]
    body += _axes(at, top_speed)
    ideal = min(top_speed, MOST_WORKERS + 0.4)
    body.append(_path("ideal", [at(0.6, 0.6), at(ideal, ideal)]))
    x, y = at(ideal, ideal)
    body.append(text(x + 6, y + 10, "ideal", "k"))
    if work == "computing" and cores < top_speed:
        body.append(_path("ideal", [at(cores, cores), at(MOST_WORKERS + 0.4, cores)]))
        x, y = at(MOST_WORKERS + 0.4, cores)
        body.append(text(x + 6, y + 4, f"{cores} cores" if cores > 1 else "1 core", "k"))
    told = []
    for place, executor in enumerate(
        dict.fromkeys(e for e in EXECUTORS for r in runs if r[0] == e)
    ):
        own = [(workers, speed) for name, workers, speed in runs if name == executor]
        body += _series(executor, own, at)
        y = _TOP + 10 + 19 * place + (high - 110)
        body.append(_mark(executor, _WIDTH - _RIGHT + 18, y, 5, "mean"))
        body.append(text(_WIDTH - _RIGHT + 29, y + 4, executor, "k"))
        speeds = ", ".join(f"{speed:.2f} with {workers}" for workers, speed in own)
        told.append(f"{executor}: {speeds}.")
    if not runs:
        body.append(text(_LEFT + wide / 2, _TOP + high / 2, "no runs yet", "x"))
    words = " ".join(told) or "No runs yet."
    return picture(
        body, _WIDTH, _HEIGHT, "Speed against workers", words, "parcours-chart", CHART_STYLE
    )


def _axes(at, top_speed: float) -> list[str]:
    step = next(step for step in (0.5, 1, 2, 5, 10) if top_speed / step <= 5)
    drawn = []
    speed = 0.0
    while speed <= top_speed:
        drawn.append(_path("grid", [at(0.6, speed), at(MOST_WORKERS + 0.4, speed)]))
        drawn.append(text(_LEFT - 8, at(0, speed)[1] + 4, f"{speed:g}", "y"))
        speed += step
    for workers in range(1, MOST_WORKERS + 1):
        x, y = at(workers, 0)
        drawn.append(text(x, y + 16, str(workers), "x"))
    middle, y = at((MOST_WORKERS + 1) / 2, 0)
    drawn.append(text(middle, y + 33, "workers", "x"))
    return drawn


def _series(executor: str, own: list[tuple[int, float]], at) -> list[str]:
    speeds: dict[int, list[float]] = defaultdict(list)
    for workers, speed in own:
        speeds[workers].append(speed)
    # A little to the side, so that equal speeds of two executors can both be seen.
    aside = 0.09 * (EXECUTORS.index(executor) - 2)
    means = [(workers + aside, sum(s) / len(s)) for workers, s in sorted(speeds.items())]
    drawn = [_mark(executor, *at(workers + aside, speed), 3.5, "one") for workers, speed in own]
    drawn.append(_path(f"line m-{executor}", [at(*mean) for mean in means]))
    return drawn + [_mark(executor, *at(*mean), 6, "mean") for mean in means]


def _mark(executor: str, x: float, y: float, size: float, kind: str) -> str:
    # The outline keeps its width although the shape is scaled.
    return (
        f'<path class="m-{executor} {kind}" vector-effect="non-scaling-stroke" '
        f'transform="translate({x:.1f} {y:.1f}) scale({size})" d="{_SHAPES[executor]}">'
        f"<title>{escape(executor)}</title></path>"
    )


def _path(kind: str, points: Sequence[tuple[float, float]]) -> str:
    line = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    return f'<path class="{kind}" d="M{line}"/>'
