"""What live cells import: tasks that know what they did, timelines of them, and the labs.

    from concurrent.futures import ThreadPoolExecutor
    from parcours import labs

    with ThreadPoolExecutor(4) as pool:
        runs = list(pool.map(labs.compute, range(4)))
    labs.timeline(runs, title="Four computing tasks, four threads")

Tasks and timelines need the standard library only and are imported at once, because child
processes import this package before they run a task. The labs need widgets: they are imported
when somebody asks for one.
"""

from parcours.labs.chart import chart
from parcours.labs.spans import KINDS, Span

# Imported here, and not on demand: from now on `labs.timeline` is the function, although the module
# that it comes from has the same name.
from parcours.labs.svg import timeline_svg
from parcours.labs.tasks import compute, compute_async, wait, wait_async
from parcours.labs.timeline import Timeline, side_by_side, timeline

__all__ = [
    "KINDS",
    "Bench",
    "BreakEven",
    "Span",
    "Timeline",
    "chart",
    "compute",
    "compute_async",
    "side_by_side",
    "timeline",
    "timeline_svg",
    "wait",
    "wait_async",
]


def __getattr__(name: str):
    if name == "Bench":
        from parcours.labs.bench import Bench

        return Bench
    if name == "BreakEven":
        from parcours.labs.break_even import BreakEven

        return BreakEven
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
