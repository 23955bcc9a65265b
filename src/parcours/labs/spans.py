"""Spans: who did what, from when to when. Everything that is drawn or counted is made of them.

    >>> Span("thread 1", "cpu", 0.0, 0.1).seconds
    0.1

Times are seconds on `time.perf_counter`, which is one clock for all processes of a machine.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

KINDS = {
    "cpu": "computing",
    "io": "waiting for I/O",
    "lock": "waiting for a lock",
    "gil": "ready but waiting for its turn (GIL or event loop)",
    "ready": "ready but waiting for a free core",
}
"""The kinds of span, each with the words that legends and descriptions use."""

AT_WORK = ("cpu", "io")
"""The kinds in which a worker gets on with its task: computing, or waiting for I/O."""


class Span(NamedTuple):
    """One stretch of one worker's time.

    worker: whose time; any text, one row of a timeline for each.
    kind: one of `KINDS`.
    start, end: seconds on `time.perf_counter`.
    label: what it was for, for instance the number of the task.
    """

    worker: str
    kind: str
    start: float
    end: float
    label: str = ""

    @property
    def seconds(self) -> float:
        return self.end - self.start


def flatten(runs: object) -> list[Span]:
    """All spans in `runs`: a span, or lists of spans, nested as deep as executors return them.

    TypeError, in one sentence, when something else is found.
    """
    return list(_each_span(runs))


def _each_span(runs: object) -> Iterator[Span]:
    # A span is a tuple itself, so it must be recognised before anything is taken apart.
    if isinstance(runs, Span):
        yield runs
    elif isinstance(getattr(runs, "spans", None), (list, tuple)):
        yield from runs.spans
    elif isinstance(runs, Iterable) and not isinstance(runs, (str, bytes)):
        for run in runs:
            yield from _each_span(run)
    else:
        raise TypeError(
            f"a timeline is drawn from what labs.compute and labs.wait return, not from {runs!r}: "
            "collect their results in a list and pass that"
        )


def merged(spans: Iterable[Span], gap: float = 0.0) -> list[Span]:
    """The spans with neighbours joined that say the same and are at most `gap` seconds apart.

    Only spans that follow each other in `spans` (for their worker) are joined, so the order in
    which a task recorded them is kept.
    """
    joined: list[Span] = []
    last: dict[str, int] = {}
    for span in spans:
        place = last.get(span.worker)
        if place is not None:
            before = joined[place]
            same = before.kind == span.kind and before.label == span.label
            if same and 0 <= span.start - before.end <= gap + 1e-9:
                joined[place] = before._replace(end=max(before.end, span.end))
                continue
        last[span.worker] = len(joined)
        joined.append(span)
    return joined
