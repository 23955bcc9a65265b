"""Estimates of concurrency from made-up snapshots: load of other programs does not show."""

from parcours.judge.concurrency import Demand, most_at_once, overlap
from parcours.judge.proctree import Snapshot, ThreadState
from parcours.judge.work import Record

MS = 1_000_000


def thread(ran, waited, pid, state="R"):
    return ThreadState(int(ran * MS), int(waited * MS), pid, state, 0, 0)


def snapshots(*workers, steps=40, idle_after=None):
    """Snapshots every 5 ms of a caller (pid 1, asleep) and workers.

    A worker is (pid, tid, share of the time it runs, share it waits, first step, last step).
    """
    shots = []
    for step in range(steps + 1):
        threads = {1: thread(0, 0, 1, "S")}
        for pid, tid, runs, waits, first, last in workers:
            if first <= step <= last:
                time = (step - first) * 5
                state = "R" if step < last else "S"
                threads[tid] = thread(time * runs, time * waits, pid, state)
        shots.append(Snapshot(step * 5 * MS, threads))
    return shots


def test_two_processes_side_by_side_demand_two_cpus():
    demand = Demand(snapshots((2, 2, 1, 0, 0, 40), (3, 3, 1, 0, 0, 40)), 2, True)
    assert 1.9 < demand.concurrency <= 2


def test_the_same_on_a_machine_that_gives_them_a_third_of_the_time():
    demand = Demand(snapshots((2, 2, 0.3, 0.7, 0, 40), (3, 3, 0.3, 0.7, 0, 40)), 2, True)
    assert 1.9 < demand.concurrency <= 2


def test_two_threads_of_one_process_demand_one_cpu_with_a_gil_and_two_without():
    shots = snapshots((2, 2, 0.5, 0.5, 0, 40), (2, 3, 0.5, 0.5, 0, 40))
    assert Demand(shots, 2, True).concurrency < 1.1
    assert Demand(shots, 2, False).concurrency > 1.9


def test_one_after_the_other_is_one():
    shots = snapshots((2, 2, 1, 0, 1, 20), (3, 3, 1, 0, 20, 40))
    assert Demand(shots, 2, True).concurrency < 1.15


def test_many_short_processes_one_after_the_other_are_one():
    many = [(number, number, 1, 0, 4 * number, 4 * number + 4) for number in range(2, 10)]
    assert Demand(snapshots(*many), 2, True).concurrency < 1.3


def test_short_processes_two_at_a_time_are_two():
    many = [(number, number, 1, 0, number // 2 * 4, number // 2 * 4 + 4) for number in range(2, 18)]
    assert Demand(snapshots(*many), 2, True).concurrency > 1.8


def test_a_second_process_that_begins_late_adds_what_the_first_had_done():
    shots = snapshots((2, 2, 1, 0, 1, 21), (3, 3, 1, 0, 16, 36))
    assert 1.0 < Demand(shots, 2, True).concurrency < 1.25


def test_a_worker_with_most_of_the_work_shows():
    shots = snapshots((2, 2, 1, 0, 0, 40), (3, 3, 1, 0, 0, 6))
    demand = Demand(shots, 2, True)
    assert demand.concurrency < 1.3
    assert demand.shares()[0] > 0.8


def test_time_in_which_nobody_works_is_counted():
    shots = snapshots((2, 2, 1, 0, 20, 40), (3, 3, 1, 0, 20, 40))
    assert 90 * MS < Demand(shots, 2, True).idle < 110 * MS


def record(pid, start, end, thread=None, cpu=None):
    return Record(pid, thread or pid, start * MS, end * MS, (cpu or end - start) * MS)


def test_overlap_of_records():
    side_by_side = [record(1, 0, 10), record(2, 0, 10), record(1, 10, 20), record(2, 10, 20)]
    in_turns = [record(1, 0, 10), record(2, 10, 20), record(1, 20, 30), record(2, 30, 40)]
    assert overlap(side_by_side, True) == 2
    assert overlap(in_turns, True) < 1.4
    assert overlap([], True) == 0
    assert overlap([record(1, 0, 100), record(2, 100, 200)], True) == 1
    assert overlap([record(1, 0, 100, cpu=60), record(2, 5, 65)], True) == 2
    threads = [record(1, 0, 10, thread=5), record(1, 0, 10, thread=6)]
    assert overlap(threads, True) == 1
    assert overlap(threads, False) == 2


def test_most_at_once_counts_processes_not_calls():
    assert most_at_once([record(1, 0, 10), record(2, 10, 20), record(3, 20, 30)], True) == 1
    assert most_at_once([record(1, 0, 10), record(2, 5, 20), record(3, 6, 30)], True) == 3
