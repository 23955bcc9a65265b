"""The evidence of a speedup verdict: numbers with their interval, and a picture of one round."""

import math
from collections.abc import Sequence
from statistics import median, stdev

from parcours.judge.concurrency import Interval
from parcours.judge.rounds import Round, Turn
from parcours.labs.spans import Span
from parcours.labs.svg import Block, draw


def summary(rounds: Sequence[Round], void: int) -> dict[str, object]:
    """The numbers of a verdict: name -> value for people."""
    low, middle, high = reached(rounds)
    cost = median(r.learner.cpu / max(1e-9, r.reference.cpu) for r in rounds)
    found: dict[str, object] = {
        "workers at once": round(median(r.learner.concurrency for r in rounds), 2),
        "reference": round(median(r.reference.concurrency for r in rounds), 2),
        "share of the reference": f"{middle:.0%} ({low:.0%} to {high:.0%})",
        "CPU against the reference": f"{cost:.2f} times",
        "rounds": len(rounds),
    }
    if void:
        found["void rounds"] = void
    return found


def reached(rounds: Sequence[Round]) -> tuple[float, float, float]:
    """Share of the reference's concurrency: two standard errors below, median, above."""
    # A learner's clock may say that nothing took any time: no share is smaller than this.
    logs = [math.log(max(0.01, r.learner.concurrency / r.reference.concurrency)) for r in rounds]
    # Never less than the resolution of a single round.
    spread = stdev(logs) if len(logs) > 1 else 0.1
    error = 2 * max(0.02, spread / math.sqrt(len(logs)))
    middle = median(logs)
    return math.exp(middle - error), math.exp(middle), math.exp(middle + error)


def picture(rounds: Sequence[Round], workers: int) -> str:
    """The round in the middle as SVG: the reference above, the learner's function below."""
    ordered = sorted(rounds, key=lambda r: r.learner.concurrency / r.reference.concurrency)
    one = ordered[len(ordered) // 2]
    blocks = [
        _block("the reference", one.reference),
        _block("your function", one.learner),
    ]
    if not any(block.spans for block in blocks):
        return ""
    return draw(blocks, 760, "", f"One of {len(rounds)} rounds: the same work, the same machine")


def _block(heading: str, turn: Turn) -> Block:
    note = f"{turn.concurrency:.2f} workers at work at once"
    if turn.demand is None:
        spans = [
            Span(f"{r.pid}/{r.thread}", "cpu", r.start / 1e9, r.end / 1e9) for r in turn.records
        ]
    else:
        spans = _spans(turn)
    return Block(sorted(spans, key=lambda s: s.start), None, turn.started / 1e9, heading, note)


def _spans(turn: Turn) -> list[Span]:
    """Solid where a thread ran, pale where it was ready and waited; by the sampled intervals."""
    demand = turn.demand
    recorded = {record.thread for record in turn.records}
    spans = []
    for tid, pid in demand.pid_of.items():
        if turn.inner.get(tid, tid) in recorded:
            spans += _of_thread(demand.intervals, tid, f"process {pid}, thread {tid}")
    return _friendly(spans)


def _of_thread(intervals: Sequence[Interval], tid: int, worker: str) -> list[Span]:
    spans: list[Span] = []
    for interval in intervals:
        ran = interval.ran.get(tid, 0.0)
        ready = interval.demanded.get(tid, 0.0) * interval.length
        if ready < 0.1 * interval.length:
            continue
        start = interval.start / 1e9
        if ran > 0.9 * interval.length:
            ran = ready = interval.length
        for kind, begin, end in (("cpu", 0, ran), ("ready", ran, max(ran, ready))):
            if end - begin > 0.02 * interval.length:
                _append(spans, Span(worker, kind, start + begin / 1e9, start + end / 1e9))
    return spans


def _append(spans: list[Span], span: Span) -> None:
    """Add a span, as a continuation of the last one where it is one."""
    if spans and spans[-1].kind == span.kind and span.start - spans[-1].end < 0.0005:
        spans[-1] = spans[-1]._replace(end=span.end)
    else:
        spans.append(span)


def _friendly(spans: list[Span]) -> list[Span]:
    """Number the workers in the order in which they began."""
    order: dict[str, str] = {}
    for span in sorted(spans, key=lambda s: s.start):
        order.setdefault(span.worker, f"worker {len(order) + 1}")
    return [span._replace(worker=order[span.worker]) for span in spans]
