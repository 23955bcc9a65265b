"""A timeline in words, for screen readers, terminals and wherever no picture can be shown.

>>> in_words([Span("thread 1", "cpu", 0.0, 0.25)])
'1 worker, 250 ms. thread 1: computing 250 ms.'
"""

from collections.abc import Sequence

from parcours.labs.spans import KINDS, Span
from parcours.labs.workers import shown_names


def duration(seconds: float) -> str:
    """A length of time for people: "1.25 s", "83 ms", "0.4 ms"."""
    if seconds >= 0.9995:
        return f"{seconds:.2f} s"
    milliseconds = seconds * 1000
    return f"{milliseconds:.0f} ms" if milliseconds >= 9.95 else f"{milliseconds:.1f} ms"


def worker_lines(spans: Sequence[Span], workers: Sequence[str] | None = None) -> list[str]:
    """One line for each worker: its name and the time that it spent with each kind of thing."""
    if workers is None:
        workers = list(dict.fromkeys(span.worker for span in spans))
    lines = []
    for worker, name in zip(workers, shown_names(workers), strict=True):
        own = [span for span in spans if span.worker == worker]
        parts = [
            f"{words} {duration(sum(span.seconds for span in own if span.kind == kind))}"
            for kind, words in KINDS.items()
            if any(span.kind == kind for span in own)
        ]
        lines.append(f"{name}: {', '.join(parts) or 'nothing yet'}")
    return lines


def in_words(spans: Sequence[Span], heading: str = "", workers: Sequence[str] | None = None) -> str:
    """The whole timeline in a few sentences."""
    lines = worker_lines(spans, workers)
    if not lines:
        return f"{heading}: nothing ran." if heading else "Nothing ran."
    seconds = max((s.end for s in spans), default=0) - min((s.start for s in spans), default=0)
    many = "1 worker" if len(lines) == 1 else f"{len(lines)} workers"
    opening = f"{heading}: {many}" if heading else many
    return f"{opening}, {duration(seconds)}. {'. '.join(lines)}."
