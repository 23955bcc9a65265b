"""Watches a process tree while a round runs: one snapshot of every thread each few milliseconds.

sampler = Sampler(tree)
... the round ...
snapshots = sampler.stop()
"""

import threading
import time

from parcours.judge.proctree import ProcessTree, Snapshot

INTERVAL = 0.005


class Sampler:
    """Takes snapshots in a thread of the judge until `stop`."""

    def __init__(self, tree: ProcessTree, interval: float = INTERVAL):
        self._tree = tree
        self._interval = interval
        self._stopping = threading.Event()
        self._snapshots: list[Snapshot] = [tree.snapshot()]
        self._thread = threading.Thread(target=self._run, name="parcours-sampler", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        cost = 0.0
        # Never more than about a fifteenth of a core, however many processes there are.
        while not self._stopping.wait(max(self._interval, 15 * cost)):
            begun = time.perf_counter()
            self._snapshots.append(self._tree.snapshot())
            cost = time.perf_counter() - begun

    def stop(self) -> list[Snapshot]:
        """End the watching with a last snapshot, and return all of them in order."""
        self._stopping.set()
        self._thread.join()
        self._snapshots.append(self._tree.snapshot())
        return self._snapshots
