"""What one run of The Bench is to do: a plan, checked, and cut into the steps of its tasks.

>>> Plan("threads", workers=4, work="waiting", tasks=2).steps(0)
[('io', 0.112)]
"""

import sys
from typing import NamedTuple

EXECUTORS = ("serial", "threads", "processes", "asyncio", "interpreters")
WORKERS = {
    "serial": "main",
    "threads": "thread",
    "processes": "process",
    "asyncio": "task",
    "interpreters": "interpreter",
}
"""What a worker of each executor is called."""

WORKS = {"cpu": "computing", "waiting": "waiting", "mixed": "mixed"}
MOST_WORKERS = 8
TASKS = (2, 40)
SECONDS = 0.16
"""Seconds of a task of average length."""


def missing(executor: str) -> str:
    """Why this Python cannot offer an executor, in a few words; empty when it can."""
    if executor == "interpreters" and sys.version_info < (3, 14):
        return f"from Python 3.14 on, this is {sys.version_info.major}.{sys.version_info.minor}"
    return ""


class Plan(NamedTuple):
    """One run: `tasks` tasks of a kind of `work`, shared by `workers` workers of an `executor`."""

    executor: str = "threads"
    workers: int = 4
    work: str = "mixed"
    tasks: int = 12
    seconds: float = SECONDS

    def checked(self) -> "Plan":
        """The same plan. ValueError in one sentence when it cannot be run."""
        if self.executor not in EXECUTORS:
            raise ValueError(f"no executor {self.executor!r}: choose one of {', '.join(EXECUTORS)}")
        if missing(self.executor):
            raise ValueError(f"no {self.executor} here: they come {missing(self.executor)}")
        if self.work not in WORKS:
            raise ValueError(f"no work {self.work!r}: choose one of {', '.join(WORKS)}")
        for name, value, least, most in (
            ("workers", self.workers, 1, MOST_WORKERS),
            ("tasks", self.tasks, *TASKS),
        ):
            if not isinstance(value, int) or not least <= value <= most:
                raise ValueError(f"{name} must be a whole number from {least} to {most}: {value!r}")
        return self

    @property
    def lanes(self) -> list[str]:
        """The names of the workers' rows."""
        noun = WORKERS[self.executor]
        if self.executor == "serial":
            return [noun]
        return [f"{noun} {number}" for number in range(1, self.workers + 1)]

    def steps(self, index: int) -> list[tuple[str, float]]:
        """The steps of one task: pairs of a kind ("cpu" or "io") and seconds.

        Lengths differ from task to task, by 30 % at most, and are the same in every run.
        """
        length = round(self.seconds * (0.7 + 0.06 * (index * 7 % 11)), 6)
        if self.work == "cpu":
            return [("cpu", length)]
        if self.work == "waiting":
            return [("io", length)]
        return [("io", length / 4), ("cpu", length / 2), ("io", length / 4)]

    def alone(self, *kinds: str) -> float:
        """Seconds that one worker would need for the steps of these kinds, undisturbed."""
        steps = (step for index in range(self.tasks) for step in self.steps(index))
        return sum(seconds for kind, seconds in steps if kind in kinds)

    def expected_seconds(self, cores: int, gil: bool) -> float:
        """About how long the run will take, for the time axis to begin with."""
        at_once = len(self.lanes)
        one_core = self.executor in ("serial", "asyncio") or (self.executor == "threads" and gil)
        computing = self.alone("cpu") / min(at_once, 1 if one_core else cores)
        waiting = self.alone("io") / at_once
        longest = 1.3 * self.seconds
        if self.executor == "serial":
            return computing + waiting
        return max(computing, waiting, (computing + waiting) * 0.7) + longest
