"""Tasks that die, hang or raise when the judge says so (the contestant's side of `survives`).

    task = FaultyTask(address)
    task(3)         # tells the judge that task 3 has begun; returns, raises, dies or never ends

Importable and picklable, so that it runs in processes of every start method.
"""

import os
import signal
from dataclasses import dataclass
from typing import Any

from parcours.judge.gate import GatedTask

KINDS = ("kill", "exit", "hang", "raise")
EXIT_CODE = 3


@dataclass(frozen=True)
class Fault:
    """What goes wrong with a task: at its first `attempts` attempts, at every one if None."""

    task: int
    kind: str
    attempts: int | None = 1

    def strikes(self, attempt: int) -> bool:
        """Whether it goes wrong at this attempt (1 is the first)."""
        return self.attempts is None or attempt <= self.attempts

    def in_words(self, total: int) -> str:
        """The task and its fault, for a sentence."""
        happened = {
            "kill": "whose worker was killed",
            "exit": "whose worker ended by os._exit",
            "hang": "which hung",
            "raise": "which raised an exception",
        }[self.kind]
        return f"task {self.task + 1} of {total}, {happened},"


@dataclass(frozen=True)
class FaultyTask(GatedTask):
    """A task that waits at the judge's gate, and may be told to end its process there."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        answer = super().__call__(*args, **kwargs)
        if answer == {"die": "kill"} and hasattr(signal, "SIGKILL"):
            os.kill(os.getpid(), signal.SIGKILL)
        if isinstance(answer, dict):
            os._exit(EXIT_CODE)
        return answer
