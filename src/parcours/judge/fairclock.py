"""A clock that counts only the time in which a process tree had its chance to run.

    clock = FairClock(ProcessTree(pid))
    ... clock.tick() now and then ...
    clock.fair    # seconds, without those spent waiting for a CPU

A time limit in wall seconds fails right work on a loaded machine. Here the seconds in which a
thread of the tree was ready but had no CPU do not count, so that a limit means the same on a
loaded machine as on an idle one.
"""

import time

from parcours.judge.proctree import EXACT, ProcessTree, Snapshot, cpu_of


class FairClock:
    """Seconds since the start: `wall`, `fair` (without waiting for a CPU), `cpu`, and `quiet`.

    `quiet` counts the latest stretch in which the tree did nothing at all: no thread ran, was ready
    or was in the kernel. It goes back to 0 at the first sign of life, or by `stir()`.
    """

    def __init__(self, tree: ProcessTree):
        self.tree = tree
        self.fair = 0.0
        self.quiet = 0.0
        self.fair_since_stir = 0.0
        self.cpu = 0.0
        self._first: Snapshot = tree.snapshot()
        self._last = self._first
        self._lost_cpu = 0.0

    @property
    def wall(self) -> float:
        """Wall seconds since the start."""
        return (time.perf_counter_ns() - self._first.at) / 1e9

    def stir(self) -> None:
        """Something happened: what was quiet so far does not count any more."""
        self.quiet = 0.0
        self.fair_since_stir = 0.0

    def tick(self) -> None:
        """Look at the tree; call it every few to some tens of milliseconds."""
        now = self.tree.snapshot()
        last, self._last = self._last, now
        passed = (now.at - last.at) / 1e9
        ran = waited = 0.0
        alive = False
        for key, thread in now.threads.items():
            before = last.threads.get(key)
            ran += (thread.ran - (before.ran if before else 0)) / 1e9
            waited = max(waited, (thread.waited - (before.waited if before else 0)) / 1e9)
            alive = alive or (EXACT and thread.state in ("R", "D"))
        # A thread that ended took its sum along: it did run, so the tree was not quiet.
        ended = last.threads.keys() - now.threads.keys()
        self.cpu += ran
        fair = max(0.0, passed - waited)
        self.fair += fair
        self.fair_since_stir += fair
        # A tenth of the time is what a loop that polls may use: it gets nothing done either.
        if alive or ended or ran > 0.1 * passed or waited > 0.1 * passed:
            self.quiet = 0.0
        else:
            self.quiet += passed


def tree_cpu(tree: ProcessTree) -> float:
    """CPU seconds of all threads of the tree that are there now."""
    return cpu_of(tree.snapshot())
