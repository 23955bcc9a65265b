"""How many workers were at work at once, estimated so that other programs' load does not show.

A thread that is ready but has no CPU would run if the machine were idle: it *demands* a CPU. From
snapshots of what every thread ran and waited, `Demand` gives the mean number of CPUs demanded
while there was work, which is the speedup on an idle machine. `overlap` says the same from the
records of the judge's own work. Each has holes, the smaller of the two has none that was found.

Source of the counters: Linux, Documentation/scheduler/sched-stats (`/proc/<pid>/schedstat`: time on
the CPU, time on the run queue).
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from parcours.judge.critical_path import Life, chain_of_lives, chain_of_spans
from parcours.judge.proctree import Snapshot
from parcours.judge.work import Record

MS = 1_000_000
# A longer interval in which threads were born or died says nothing about who overlapped whom.
COARSE = 40 * MS


@dataclass
class Interval:
    """What every thread did between two snapshots: ns run, share of the time demanded (0 to 1)."""

    start: int
    length: int
    ran: dict[int, float] = field(default_factory=dict)
    demanded: dict[int, float] = field(default_factory=dict)
    coarse: bool = False
    idle: bool = False


class Demand:
    """The demand for CPUs in one round.

    workers: the CPUs that count at most; one_per_process: with a GIL the threads of one process
    demand one CPU together. Times in ns where nothing else is said.
    """

    def __init__(self, snapshots: Sequence[Snapshot], workers: int, one_per_process: bool):
        self.snapshots = snapshots
        self.workers = workers
        self.one_per_process = one_per_process
        self.pid_of: dict[int, int] = {
            tid: thread.pid for shot in snapshots for tid, thread in shot.threads.items()
        }
        # Threads that are there before the round begins are its callers, not its workers.
        self.callers = {thread.pid for thread in snapshots[0].threads.values()}
        self.intervals = self._intervals()
        self.cpu = sum(sum(interval.ran.values()) for interval in self.intervals)
        self._estimate()

    def _intervals(self) -> list[Interval]:
        shots = self.snapshots
        intervals = [
            Interval(shots[i].at, max(1, shots[i + 1].at - shots[i].at))
            for i in range(len(shots) - 1)
        ]
        for tid in self.pid_of:
            self._fill(intervals, tid)
        for i, interval in enumerate(intervals):
            before, after = shots[i].threads, shots[i + 1].threads
            interval.coarse = interval.length > COARSE and before.keys() != after.keys()
            ready = any(t.state == "R" for t in (*before.values(), *after.values()))
            asleep = sum(interval.ran.values()) < 50_000 and not ready
            interval.idle = interval.length < 15 * MS or asleep
        return intervals

    def _fill(self, intervals: list[Interval], tid: int) -> None:
        """Enter what one thread ran and demanded into the intervals."""
        shots = self.snapshots
        states = [shot.threads.get(tid) for shot in shots]
        ran = [0.0] * len(intervals)
        waited = [0.0] * len(intervals)
        first = states[0]
        last = (first.ran, first.waited) if first else (0, 0)
        for i, state in enumerate(states[1:]):
            if state is not None:
                ran[i], waited[i] = state.ran - last[0], state.waited - last[1]
                last = (state.ran, state.waited)
        # The kernel books the waiting when it is over: spread it back over the time before.
        carry = 0.0
        for i in range(len(intervals) - 1, -1, -1):
            room = max(0.0, intervals[i].length - ran[i])
            carry += waited[i]
            waited[i] = min(room, carry)
            carry -= waited[i]
        for i, interval in enumerate(intervals):
            demanded = min(1.0, (ran[i] + waited[i]) / interval.length)
            before, after = states[i], states[i + 1]
            if before is not None and before.state == "R":
                if after is None:
                    demanded = max(demanded, 0.5)
                elif after.state == "R":
                    demanded = 1.0
            if ran[i] > 0:
                interval.ran[tid] = ran[i]
            if demanded > 0:
                interval.demanded[tid] = demanded

    def _at_once(self, interval: Interval) -> float:
        if not self.one_per_process:
            return sum(interval.demanded.values())
        by_process: dict[int, float] = defaultdict(float)
        for tid, share in interval.demanded.items():
            by_process[self.pid_of[tid]] += share
        return sum(min(1.0, share) for share in by_process.values())

    def _estimate(self) -> None:
        busy = path = self.idle = 0.0
        for interval in self.intervals:
            at_once = self._at_once(interval)
            ran = sum(interval.ran.values())
            if interval.coarse:
                continue
            busy += ran
            path += ran / min(max(at_once, 1.0), self.workers)
            if interval.idle:
                self.idle += interval.length * max(0.0, 1 - at_once)
        self.by_interval = busy / max(1.0, path)
        self.by_path = self._critical_path()
        # Share of the CPU time that was seen closely enough to count.
        self.cover = busy / max(1.0, self.cpu)
        self.concurrency = min(float(self.workers), max(self.by_interval, self.by_path))

    def _critical_path(self) -> float:
        """CPU over the longest chain: a worker's CPU and the time it was blocked in its span.

        Exact for a fixed split whatever the load on either core; processes that take turns show
        as blocked, processes that live one after the other add up. 0.0 when fewer than two did
        the work.
        """
        tids: dict[int, list[int]] = defaultdict(list)
        for tid, pid in self.pid_of.items():
            tids[pid].append(tid)
        cpu = {
            pid: sum(interval.ran.get(tid, 0.0) for interval in self.intervals for tid in own)
            for pid, own in tids.items()
        }
        # Callers, and helpers that mostly sleep: what little they do counts as done by them alone.
        alone = {pid for pid in tids if pid in self.callers or cpu[pid] < 0.05 * self.cpu}
        lives = [self._life(pid, tids[pid]) for pid in tids.keys() - alone]
        workers = [life for life in lives if life is not None]
        if len(workers) < 2:
            return 0.0
        return self.cpu / (chain_of_lives(workers) + sum(cpu[pid] for pid in alone))

    def _life(self, pid: int, tids: Sequence[int]) -> Life | None:
        """What a process adds to a path; None when it hardly ran."""
        ran = [sum(interval.ran.get(tid, 0.0) for tid in tids) for interval in self.intervals]
        active = [number for number, amount in enumerate(ran) if amount > 2e5]
        if not active:
            return None
        for number in range(active[0] + 1, active[-1]):
            interval = self.intervals[number]
            demanded = min(1.0, sum(interval.demanded.get(tid, 0.0) for tid in tids))
            ran[number] += interval.length * (1 - demanded)
        return Life(self._born(pid), active[-1], ran)

    def _born(self, pid: int) -> int:
        """The interval at whose end a process was seen first."""
        for number, shot in enumerate(self.snapshots[1:]):
            if any(thread.pid == pid for thread in shot.threads.values()):
                return number
        return 0

    def shares(self) -> list[float]:
        """Shares of the CPU time of each process that did more than a twentieth, largest first."""
        by_process: dict[int, float] = defaultdict(float)
        for interval in self.intervals:
            for tid, ran in interval.ran.items():
                by_process[self.pid_of[tid]] += ran
        shares = (ran / max(1.0, self.cpu) for ran in by_process.values())
        return sorted((share for share in shares if share > 0.05), reverse=True)

    def worker_processes(self) -> int:
        """How many processes, callers left out, did more than a tenth of the work."""
        by_process: dict[int, float] = defaultdict(float)
        for interval in self.intervals:
            for tid, ran in interval.ran.items():
                by_process[self.pid_of[tid]] += ran
        return sum(
            1 for pid, ran in by_process.items() if pid not in self.callers and ran > 0.1 * self.cpu
        )


def overlap(records: Sequence[Record], one_per_process: bool) -> float:
    """Mean number of workers inside the judge's work while at least one is; 0.0 without records.

    The larger of two estimates: overlap of the intervals, and CPU over the longest chain of workers
    (their CPU and gaps), which is exact for a fixed split on cores of unequal load.
    """
    workers = _by_worker(records, one_per_process)
    if not workers:
        return 0.0
    at_once = _mean_at_once([_merged(own) for own in workers.values()])
    if len(workers) < 2:
        return at_once
    spans = [
        (own[0].start, max(r.end for r in own), sum(r.cpu for r in own) + _gaps(own))
        for own in workers.values()
    ]
    return max(at_once, sum(r.cpu for r in records) / max(1, chain_of_spans(spans)))


def most_at_once(records: Sequence[Record], one_per_process: bool) -> int:
    """The most workers that were inside the judge's work at the same moment."""
    workers = _by_worker(records, one_per_process)
    events = [event for own in workers.values() for event in _events(_merged(own))]
    most = at_once = 0
    for _, step in sorted(events):
        at_once += step
        most = max(most, at_once)
    return most


def _by_worker(records: Sequence[Record], one_per_process: bool) -> dict[int, list[Record]]:
    workers: dict[int, list[Record]] = defaultdict(list)
    for record in sorted(records, key=lambda r: r.start):
        workers[record.pid if one_per_process else record.thread].append(record)
    return workers


def _events(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    # At one moment an end sorts before a start: back to back is not at once.
    return [(start, 1) for start, _ in spans] + [(end, -1) for _, end in spans]


def _merged(records: Sequence[Record]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for record in records:
        if merged and record.start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], record.end))
        else:
            merged.append((record.start, record.end))
    return merged


def _mean_at_once(workers: Sequence[list[tuple[int, int]]]) -> float:
    events = [event for own in workers for event in _events(own)]
    area = covered = at_once = 0
    last = 0
    for moment, step in sorted(events):
        if at_once:
            area += at_once * (moment - last)
            covered += moment - last
        at_once += step
        last = moment
    return area / covered if covered else 0.0


def _gaps(records: Sequence[Record]) -> int:
    gaps, end = 0, records[0].end
    for record in records[1:]:
        gaps += max(0, record.start - end)
        end = max(end, record.end)
    return gaps
