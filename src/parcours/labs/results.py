"""One run of The Bench as it comes in from the runner, and what it amounts to.

    recording = Recording(Plan("threads"))
    recording.take({"begun": 1.0})

All numbers are measured; the sentence at the end says no more than they do.
"""

import time

from parcours.labs.plan import WORKERS, WORKS, Plan
from parcours.labs.spans import AT_WORK, Span, merged
from parcours.labs.svg import timeline_svg
from parcours.labs.timeline import Timeline
from parcours.labs.words import duration

WIDTH = 860


class Recording:
    """The spans of a run so far, each under the name of its worker's row."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.lanes = plan.lanes
        self.begun: float | None = None
        self.ended: float | None = None
        self._spans: list[Span] = []
        self._lane_of: dict[str, str] = {}

    def take(self, message: dict) -> None:
        """Note what a message of the runner says."""
        self.begun = message.get("begun", self.begun)
        self.ended = message.get("ended", self.ended)
        fresh = [Span(self._lane(worker), *rest) for worker, *rest in message.get("spans", ())]
        if fresh:
            self._spans = merged([*self._spans, *fresh])

    def stop(self, moment: float) -> None:
        """End the run here: what was announced for later does not happen any more."""
        self.ended = moment
        if self.begun is None:
            self.begun = moment
        self._spans = [
            span._replace(end=min(span.end, moment)) for span in self._spans if span.start < moment
        ]

    @property
    def elapsed(self) -> float:
        """Seconds since the run began."""
        return time.perf_counter() - self.begun if self.begun is not None else 0.0

    def _lane(self, worker: str) -> str:
        if worker not in self._lane_of:
            place = len(self._lane_of)
            if place == len(self.lanes):
                # A pool replaced a worker.
                self.lanes = [*self.lanes, f"another {place + 1 - len(self.plan.lanes)}"]
            self._lane_of[worker] = self.lanes[place]
        return self._lane_of[worker]

    @property
    def title(self) -> str:
        return title(self.plan)

    def progress(self) -> str:
        """How far a run got that was stopped."""
        return f"{self.tasks_begun} of {self.plan.tasks} tasks had begun"

    @property
    def tasks_begun(self) -> int:
        return len({span.label for span in self._spans})

    def svg(self, axis_seconds: float) -> str:
        """The picture of this moment: moving while the run goes on, still when it has ended."""
        over = self.ended is not None
        now = None if over else time.perf_counter()
        begun = self.begun if self.begun is not None else now
        return timeline_svg(
            self._spans,
            workers=self.lanes,
            width=WIDTH,
            title=title(self.plan),
            span_seconds=self.ended - begun if over else axis_seconds,
            origin=begun,
            now=now,
            legend=False,
        )

    def timeline(self) -> Timeline:
        return Timeline(self._spans, title(self.plan))


def title(plan: Plan) -> str:
    """A plan in a few words: "12 mixed tasks, 4 threads"."""
    what = f"{plan.tasks} {WORKS[plan.work]} tasks"
    if plan.executor == "serial":
        return f"{what}, one after another"
    return f"{what}, {workers(plan)}"


def workers(plan: Plan) -> str:
    """The workers of a plan in words: "4 threads", "1 process", "2 asyncio tasks"."""
    noun = "asyncio task" if plan.executor == "asyncio" else WORKERS[plan.executor]
    return many(plan.workers, noun)


def many(number: int, noun: str) -> str:
    if number == 1:
        return f"1 {noun}"
    return f"{number} {noun}es" if noun.endswith("s") else f"{number} {noun}s"


class Result:
    """What a finished run amounts to.

    seconds: from the moment at which the executor was asked to the last task's end.
    speed: how much faster than one undisturbed worker would have been.
    cores: cores computing on average. at_work: workers computing or waiting for I/O on average.
    ready: share of the workers' time in which they were ready and yet not at work.
    """

    def __init__(self, recording: Recording, gil: bool, cores_here: int) -> None:
        self.plan = recording.plan
        self.timeline = recording.timeline()
        self.gil = gil
        self.cores_here = cores_here
        self.seconds = recording.ended - recording.begun
        self.speed = self.plan.alone("cpu", "io") / self.seconds
        self.cores = self._total("cpu") / self.seconds
        self.at_work = self._total(*AT_WORK) / self.seconds
        held_up = self._total("gil", "ready")
        self.ready = held_up / (held_up + self._total(*AT_WORK) or 1)

    def _total(self, *kinds: str) -> float:
        return sum(span.seconds for span in self.timeline.spans if span.kind in kinds)

    def __str__(self) -> str:
        return (
            f"{title(self.plan)}: {duration(self.seconds)}, {self.speed:.2f} times one worker, "
            f"{self.cores:.2f} of {self.cores_here} cores in use"
        )

    def sentence(self) -> str:
        """What to see in this run, in the learner's words."""
        plan = self.plan
        cores = f"{self.cores:.1f} {'core' if f'{self.cores:.1f}' == '1.0' else 'cores'}"
        if plan.executor == "serial" or plan.workers == 1:
            return "One worker does one task after another: nothing overlaps."
        if plan.work == "waiting":
            waiting = (
                f"{self.at_work:.1f} of {plan.workers} workers were waiting at once on average"
            )
            return f"Waits overlap: {waiting}. Waiting needs no core ({cores} computing)."
        who = workers(plan)
        if plan.executor == "asyncio":
            shared = f"{who} share one thread: while one computes, the event loop serves no other"
        elif plan.executor == "threads" and self.gil:
            shared = f"{who} share one GIL: only the one that holds it runs Python code"
        else:
            each = {
                "processes": "each has an interpreter and a GIL of its own",
                "interpreters": "each has a GIL of its own",
                "threads": "without the GIL they can all compute",
            }[plan.executor]
            shared = f"{who}: {each}, and {many(self.cores_here, 'core')} to share"
        waits = " Their waits overlap all the same." if plan.work == "mixed" else ""
        return f"{shared} ({cores} computing on average).{waits}"
