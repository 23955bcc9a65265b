"""One run of Break-even as it comes in, and where its lines cross one.

    Crossings(BreakEvenPlan(), points).pays_from      # seconds, or None

A pool that is there pays for tasks from one length on; one that has to be started, from another.
"""

import math
import time
from collections.abc import Sequence

from parcours.labs.chart import Points, chart_svg
from parcours.labs.overhead import DATA, LENGTHS, TASKS, BreakEvenPlan, Point
from parcours.labs.plan import WORKS
from parcours.labs.results import WIDTH, many
from parcours.labs.words import duration

# A point this far below one may still be one: other programs disturb each point a little.
_SCATTER = 0.85

THERE, STARTED = "the pool is there", "the pool is started for it"


class Recording:
    """The points of a run so far; `earlier` are lines of runs before it."""

    def __init__(self, plan: BreakEvenPlan, earlier: Sequence[Points]) -> None:
        self.plan = plan
        self.points: list[Point] = []
        self.begun: float | None = None
        self.ended: float | None = None
        self._earlier = earlier

    def take(self, message: dict) -> None:
        """Note what a message of the runner says."""
        self.begun = message.get("begun", self.begun)
        self.ended = message.get("ended", self.ended)
        self.points += [Point(*point) for point in message.get("points", ())]

    def stop(self, moment: float) -> None:
        """End the run here."""
        self.ended = moment

    @property
    def elapsed(self) -> float:
        """Seconds since the run began."""
        return time.perf_counter() - self.begun if self.begun is not None else 0.0

    @property
    def title(self) -> str:
        return title(self.plan)

    def progress(self) -> str:
        """How far a run got that was stopped."""
        return f"{len(self.points)} of {len(LENGTHS)} lengths had been measured"

    def svg(self, axis_seconds: float) -> str:
        return picture_svg(self.plan, self.points, self._earlier)


def title(plan: BreakEvenPlan) -> str:
    """A plan in a few words: "16 computing tasks, 4 processes, 1 MB each"."""
    noun = "thread" if plan.executor == "threads" else "process"
    data = f", {DATA[plan.data]} each" if plan.data else ""
    return f"{TASKS} {WORKS[plan.work]} tasks, {many(plan.workers, noun)}{data}"


def picture_svg(plan: BreakEvenPlan, points: Sequence[Point], earlier: Sequence[Points]) -> str:
    """The two lines so far, the line of break-even, and earlier lines behind them."""
    # Something to find the axis by before there is anything to show.
    frame = [(LENGTHS[0] * 1e3, 0.05), (LENGTHS[-1] * 1e3, 8.0)]
    return chart_svg(
        {THERE: _there(points), STARTED: _started(points)},
        x="milliseconds that a task takes",
        y="speed, \u00d7 serial",
        title=title(plan),
        log_x=True,
        log_y=True,
        x_range=(frame[0][0] / 1.2, frame[1][0] * 1.2),
        y_frame=(frame[0][1], frame[1][1]),
        level=(1.0, "break-even"),
        faint=earlier,
        width=WIDTH,
        height=330,
    )


def length(seconds: float) -> str:
    """The length of a task for people: "30 \u00b5s", "0.4 ms", "12 ms"."""
    return f"{seconds * 1e6:.0f} \u00b5s" if seconds < 0.0001 else duration(seconds)


def _there(points: Sequence[Point]) -> Points:
    return [(point.task * 1e3, point.serial / point.pooled) for point in points]


def _started(points: Sequence[Point]) -> Points:
    return [(point.task * 1e3, point.serial / (point.start + point.pooled)) for point in points]


def crossing(line: Points) -> float | None:
    """Where a line of (x, y) comes to one from below and stays there; None if it does not.

    Between two points it is straight on logarithmic axes. The first x, if all is above one.
    """
    speeds = [y for _, y in line]
    stays = (n for n, y in enumerate(speeds) if y >= 1.0 and min(speeds[n:]) >= _SCATTER)
    place = next(stays, None)
    if place is None:
        return None
    (x1, y1), (x0, y0) = line[place], line[place - 1]
    if place == 0 or y0 >= 1.0:
        return x1
    share = -math.log(y0) / (math.log(y1) - math.log(y0))
    return math.exp(math.log(x0) + share * (math.log(x1) - math.log(x0)))


class Crossings:
    """What a finished run amounts to. All in seconds.

    pays_from: the length of a task from which on the pool is faster, when it is there already.
    pays_with_start_from: the same when its start counts. Both None when no length was enough.
    start: of the pool. way: what a task costs beyond its own time when one after another is sent.
    """

    def __init__(self, plan: BreakEvenPlan, points: Sequence[Point]) -> None:
        self.plan = plan
        self.points = list(points)
        self.there, self.started = _there(points), _started(points)
        self.pays_from = _seconds(crossing(self.there))
        self.pays_with_start_from = _seconds(crossing(self.started))
        self.start = points[0].start if points else None
        self.way = points[0].pooled / TASKS if points else None

    @property
    def best(self) -> float:
        """The greatest speed of the pool that was there, times serial."""
        return max((speed for _, speed in self.there), default=0.0)

    def sentence(self) -> str:
        """What to see in this run, in the learner's words."""
        who = title(self.plan).partition("tasks, ")[2].partition(",")[0]
        if self.pays_from is None:
            return f"{who} never paid for good: at best they were {self.best:.1f} times as fast."
        shortest = self.pays_from <= LENGTHS[0]
        first = "for all these lengths" if shortest else f"from {length(self.pays_from)} on"
        if self.pays_with_start_from is None:
            then = f"for {TASKS} tasks of these lengths their start is never paid back"
        else:
            then = f"counting their start, from {length(self.pays_with_start_from)} on"
        return f"{who} pay {first}; {then}. At best they were {self.best:.1f} times as fast."

    def svg(self) -> str:
        return picture_svg(self.plan, self.points, [])

    def __repr__(self) -> str:
        return f"{title(self.plan)}: {self.sentence()}"

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        return {"text/html": self.svg(), "text/plain": repr(self)}


def _seconds(milliseconds: float | None) -> float | None:
    return None if milliseconds is None else milliseconds / 1e3
