"""What a tree of processes did, seen from outside: CPU time, waiting for a CPU, sleeping.

    tree = ProcessTree(pid)
    before = tree.snapshot()
    ...
    after = tree.snapshot()

On Linux every thread is read from `/proc/<pid>/task/<tid>/{stat,schedstat}`: the nanoseconds it ran
and the nanoseconds it was ready but waited for a CPU. Elsewhere psutil gives the CPU time of
whole processes; nothing tells waiting for a CPU from sleeping there, and `EXACT` is False.
"""

import contextlib
import os
import pathlib
import sys
import threading
import time
from typing import NamedTuple

import psutil

EXACT = sys.platform == "linux" and pathlib.Path("/proc/self/schedstat").exists()


class ThreadState(NamedTuple):
    """One thread (a whole process where threads cannot be seen). Times in ns."""

    ran: int
    waited: int
    pid: int
    state: str  # "R" ready or running, "S" asleep, "D" in the kernel (disk), "" unknown
    nice: int
    policy: int


class Snapshot(NamedTuple):
    at: int  # time.perf_counter_ns()
    threads: dict[int, ThreadState]


class ProcessTree:
    """A process with all that it started, also what has moved away from it by setsid or a fork.

    A process belongs to the tree when its parent belongs to it, or when it is in the session of the
    root (a contestant leads a session of its own on POSIX).
    """

    def __init__(self, root: int):
        self.root = root
        self.pids = {root}
        self._foreign: set[int] = set()
        self._files: dict[int, tuple[int, int]] = {}
        self._looking = threading.Lock()
        # Thread id here -> thread id as the thread itself knows it (they differ in a box).
        self.inner: dict[int, int] = {}

    def snapshot(self) -> Snapshot:
        """Read every thread of the tree now."""
        if not EXACT:
            return Snapshot(time.perf_counter_ns(), self._whole_processes())
        # The sampler of a round and the clock of its time limit look from threads of their own: a
        # file that one closes must not be read by the other, under a number used again by then.
        with self._looking:
            return self._look()

    def _look(self) -> Snapshot:
        at = time.perf_counter_ns()
        self._discover()
        threads: dict[int, ThreadState] = {}
        for pid in list(self.pids):
            try:
                names = os.listdir(f"/proc/{pid}/task")
            except OSError:
                self.pids.discard(pid)
                continue
            for name in names:
                state = self._read_thread(pid, int(name))
                if state is not None:
                    threads[int(name)] = state
        return Snapshot(at, threads)

    def processes(self) -> set[int]:
        """The process ids of the tree now."""
        if EXACT:
            with self._looking:
                self._discover()
                return {pid for pid in self.pids if pathlib.Path(f"/proc/{pid}").exists()}
        return set(self._whole_processes())

    def close(self) -> None:
        for pair in self._files.values():
            for fd in pair:
                os.close(fd)
        self._files = {}

    def _discover(self) -> None:
        present = {int(name) for name in os.listdir("/proc") if name[0] in "0123456789"}
        self._foreign &= present  # process ids are used again
        # Parents have lower ids than their children except after a wrap: two passes see both.
        for _ in range(2):
            found = False
            for pid in present - self._foreign - self.pids:
                parent_session = _parent_and_session(pid)
                if parent_session is None:
                    continue
                parent, session = parent_session
                if parent in self.pids or session == self.root:
                    self.pids.add(pid)
                    found = True
            if not found:
                break
        self._foreign |= present - self.pids

    def _read_thread(self, pid: int, tid: int) -> ThreadState | None:
        try:
            pair = self._files.get(tid)
            if pair is None:
                base = f"/proc/{pid}/task/{tid}/"
                stat = os.open(base + "stat", os.O_RDONLY)
                try:
                    pair = (stat, os.open(base + "schedstat", os.O_RDONLY))
                except OSError:
                    os.close(stat)
                    raise
                self._files[tid] = pair
                self.inner[tid] = _inner_id(f"/proc/{pid}/task/{tid}/status") or tid
            fields = _after_name(os.pread(pair[0], 512, 0))
            ran, waited = os.pread(pair[1], 80, 0).split()[:2]
        except (OSError, ValueError, IndexError):
            gone = self._files.pop(tid, None)
            for fd in gone or ():
                os.close(fd)
            return None
        return ThreadState(
            int(ran), int(waited), pid, fields[0].decode(), int(fields[16]), int(fields[38])
        )

    def _whole_processes(self) -> dict[int, ThreadState]:
        states = {}
        with contextlib.suppress(psutil.Error):
            root = psutil.Process(self.root)
            for process in [root, *root.children(recursive=True)]:
                with contextlib.suppress(psutil.Error):
                    times = process.cpu_times()
                    ran = int((times.user + times.system) * 1e9)
                    states[process.pid] = ThreadState(ran, 0, process.pid, "", 0, 0)
        return states


def memory_of(pids: set[int]) -> int:
    """Bytes of memory that processes hold themselves, without what they share with others."""
    total = 0
    for pid in pids:
        with contextlib.suppress(psutil.Error, AttributeError):
            memory = psutil.Process(pid).memory_info()
            total += memory.rss - getattr(memory, "shared", 0)
    return total


def find_inside(ancestor: int, inside: int) -> int | None:
    """The process below `ancestor` that has the id `inside` in its own namespace (Linux)."""
    parents: dict[int, int] = {}
    matching = []
    for name in os.listdir("/proc"):
        if name[0] not in "0123456789":
            continue
        parent_session = _parent_and_session(int(name))
        if parent_session is None:
            continue
        parents[int(name)] = parent_session[0]
        if _inner_id(f"/proc/{name}/status", deeper_than=1) == inside:
            matching.append(int(name))
    for pid in matching:
        above = pid
        while above in parents and above != ancestor:
            above = parents[above]
        if above == ancestor:
            return pid
    return None


def _inner_id(status: str, deeper_than: int = 0) -> int | None:
    """The innermost id of a process or thread; None where it has no more than `deeper_than`."""
    with contextlib.suppress(OSError, ValueError):
        for line in pathlib.Path(status).read_bytes().splitlines():
            if line.startswith(b"NSpid:"):
                ids = line.split()[1:]
                return int(ids[-1]) if len(ids) > deeper_than else None
    return None


def cpu_of(snapshot: Snapshot) -> float:
    """CPU seconds that the threads of a snapshot have used so far."""
    return sum(thread.ran for thread in snapshot.threads.values()) / 1e9


def reaped_cpu(pid: int) -> float:
    """CPU seconds of a process and of its children that have ended and been waited for.

    In steps of a clock tick (10 ms on Linux). 0.0 when the process has gone.
    """
    try:
        times = psutil.Process(pid).cpu_times()
    except psutil.Error:
        return 0.0
    children = getattr(times, "children_user", 0.0) + getattr(times, "children_system", 0.0)
    return times.user + times.system + children


def _after_name(stat: bytes) -> list[bytes]:
    # The name in parentheses may hold spaces and parentheses: what follows the last one counts.
    return stat[stat.rindex(b")") + 2 :].split()


def _parent_and_session(pid: int) -> tuple[int, int] | None:
    try:
        fields = _after_name(pathlib.Path(f"/proc/{pid}/stat").read_bytes())
        return int(fields[1]), int(fields[3])
    except (OSError, ValueError, IndexError):
        return None
