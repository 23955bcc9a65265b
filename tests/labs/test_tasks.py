"""Tasks that know what they did: alone, held up, and under every executor and start method."""

import asyncio
import multiprocessing
import os
import subprocess
import sys
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from itertools import pairwise

import pytest

from parcours import labs
from parcours.labs import tasks
from parcours.labs.workers import shown_names


class SlowMotion:
    """A clock that only work moves: a tenth of a millisecond a piece, or as long as held up."""

    def __init__(self, monkeypatch, held_up=(), sleeps=()):
        self.now, self.piece, self.slept = 0.0, 0, 0
        self.held_up, self.sleeps = dict(held_up), set(sleeps)
        monkeypatch.setattr(tasks, "perf_counter", lambda: self.now)
        monkeypatch.setattr(tasks, "_times_slept", lambda: self.slept)
        monkeypatch.setattr(tasks, "compute_turns", self.work)
        monkeypatch.setattr(tasks, "pieces_per_second", lambda: 10_000.0)

    def work(self, turns):
        self.slept += self.piece in self.sleeps
        self.now += self.held_up.get(self.piece, 0.0001)
        self.piece += 1


def kinds(spans):
    return [span.kind for span in spans]


def test_undisturbed_computing_is_one_span(monkeypatch):
    SlowMotion(monkeypatch)
    (span,) = labs.compute(3, seconds=0.2)
    assert (span.kind, span.label) == ("cpu", "3")
    assert span.seconds == pytest.approx(0.2)


def test_a_hold_up_in_which_the_thread_slept_was_for_the_gil(monkeypatch):
    SlowMotion(monkeypatch, held_up={50: 0.015}, sleeps={50})
    monkeypatch.setattr(tasks, "gil_enabled", lambda: True)
    spans = labs.compute(0, seconds=0.01)
    assert kinds(spans) == ["cpu", "gil", "cpu"]
    assert spans[1].seconds == pytest.approx(0.015)
    assert all(a.end == b.start for a, b in pairwise(spans))


def test_a_hold_up_without_sleep_was_for_a_core(monkeypatch):
    SlowMotion(monkeypatch, held_up={50: 0.015})
    assert kinds(labs.compute(0, seconds=0.01)) == ["cpu", "ready", "cpu"]


def test_without_the_gil_nobody_waits_for_it(monkeypatch):
    SlowMotion(monkeypatch, held_up={50: 0.015}, sleeps={50})
    monkeypatch.setattr(tasks, "gil_enabled", lambda: False)
    assert kinds(labs.compute(0, seconds=0.01)) == ["cpu", "ready", "cpu"]


def test_without_counts_of_sleeps_company_decides(monkeypatch):
    SlowMotion(monkeypatch, held_up={50: 0.015})
    monkeypatch.setattr(tasks, "_times_slept", lambda: None)
    monkeypatch.setattr(tasks, "gil_enabled", lambda: True)
    assert kinds(labs.compute(0, seconds=0.01)) == ["cpu", "ready", "cpu"]
    SlowMotion(monkeypatch, held_up={50: 0.015})
    monkeypatch.setattr(tasks, "_times_slept", lambda: None)
    monkeypatch.setattr(tasks, "_computing", {-1})
    assert kinds(labs.compute(0, seconds=0.01)) == ["cpu", "gil", "cpu"]


def test_a_live_picture_hears_of_long_computing_before_its_end(monkeypatch):
    SlowMotion(monkeypatch)
    heard = []
    tasks.compute_steps(heard.append, "me", "1", 0.2)
    assert len(heard) > 3
    assert heard[-1].end == pytest.approx(0.2)


def test_waiting_is_one_span_of_the_time_asked_for():
    span, *late = labs.wait(2, seconds=0.002)
    assert (span.kind, span.label) == ("io", "2")
    assert span.seconds == pytest.approx(0.002)
    assert set(kinds(late)) <= {"gil", "ready"}


def test_a_negative_time_is_refused():
    with pytest.raises(ValueError, match="cannot take -1 seconds"):
        labs.wait(0, seconds=-1)


@pytest.mark.parametrize("variable", ["NBGRADER_EXECUTION", "PARCOURS_CONTESTANT"])
def test_tasks_shrink_when_nobody_watches(monkeypatch, variable):
    SlowMotion(monkeypatch)
    monkeypatch.setenv(variable, "autograde")
    assert labs.compute(0, seconds=60)[0].seconds == pytest.approx(tasks.SHORT)
    assert tasks.shrunk(60) == tasks.SHORT
    assert tasks.shrunk(0) == 0


def test_serial_tasks_share_the_main_row():
    timeline = labs.timeline([labs.wait(index, seconds=0.001) for index in range(3)])
    assert shown_names(timeline.workers) == ["main"]


def test_threads_have_a_row_each():
    all_there = threading.Barrier(3)

    def wait_for_all(index):
        all_there.wait()
        return labs.wait(index, seconds=0.001)

    with ThreadPoolExecutor(3) as pool:
        runs = list(pool.map(wait_for_all, range(3)))
    assert shown_names(labs.timeline(runs).workers) == ["thread 1", "thread 2", "thread 3"]
    assert [run[0].label for run in runs] == ["0", "1", "2"]


@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_processes_can_run_tasks_under_every_start_method(method):
    context = multiprocessing.get_context(method)
    with ProcessPoolExecutor(2, mp_context=context) as pool:
        runs = list(pool.map(labs.compute, range(3), [0.002] * 3))
    workers = labs.timeline(runs).workers
    assert set(shown_names(workers)) <= {"process 1", "process 2"}
    assert all(f":{os.getpid()}/" not in worker for worker in workers)
    assert [run[0].label for run in runs] == ["0", "1", "2"]


def test_asyncio_tasks_have_a_row_each_and_wait_for_the_loop():
    async def together():
        return await asyncio.gather(*(labs.compute_async(i, seconds=0.01) for i in range(3)))

    first, second, third = asyncio.run(together())
    assert shown_names([run[0].worker for run in (first, second, third)]) == [
        "task 1",
        "task 2",
        "task 3",
    ]
    assert (second[0].kind, third[0].kind) == ("gil", "gil")
    computing = [span for run in (first, second, third) for span in run if span.kind == "cpu"]
    assert all(a.end <= b.start for a, b in pairwise(computing))


def test_asyncio_waits_overlap():
    async def together():
        return await asyncio.gather(*(labs.wait_async(i, seconds=0.2) for i in range(3)))

    runs = asyncio.run(together())
    waits = [run[0] for run in runs]
    assert {span.kind for span in waits} == {"io"}
    assert max(span.start for span in waits) < min(span.end for span in waits)


def test_children_do_as_much_work_as_their_parent(monkeypatch):
    # Set first, so that what is found out here is taken back after the test.
    monkeypatch.setenv("PARCOURS_PIECES_PER_SECOND", "1")
    monkeypatch.delenv("PARCOURS_PIECES_PER_SECOND")
    monkeypatch.setattr(tasks, "_measured_rate", lambda: 1234.5)
    assert tasks.pieces_per_second() == 1234.5
    monkeypatch.setattr(tasks, "_measured_rate", lambda: 1.0)
    assert tasks.pieces_per_second() == 1234.5
    told = "from parcours.labs.tasks import pieces_per_second as p; print(p())"
    child = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert child.stdout.strip() == "1234.5"


def test_children_import_no_widgets_and_no_asyncio():
    look = (
        "import sys, parcours.labs.tasks, parcours.labs.timeline\n"
        "heavy = {'ipywidgets', 'IPython', 'matplotlib', 'asyncio', 'multiprocessing', 'psutil'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    child = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert child.stdout.strip() == "[]"
