"""The Bench without a browser: still, from code, and with its controls."""

import time
from xml.etree import ElementTree

import psutil
import pytest

from parcours import labs
from parcours.labs import bench as bench_module
from parcours.labs import still
from parcours.labs.plan import Plan
from parcours.labs.results import Recording, Result
from parcours.labs.workers import shown_names

pytestmark = pytest.mark.usefixtures("no_child_left")
QUICK = {"work": "waiting", "tasks": 2}


@pytest.fixture
def bench():
    with_nothing = labs.Bench()
    yield with_nothing
    with_nothing.close()


@pytest.fixture
def panelled(monkeypatch):
    """A Bench that believes in a front end; its widgets are real, and nobody shows them."""
    monkeypatch.setattr(bench_module, "has_front_end", lambda: True)
    made = labs.Bench()
    yield made
    made.close()


def wait_for(bench):
    thread = bench._running
    if thread is not None:
        thread.join()


def wait_for_bars(bench):
    """Until the runner has told of something that a task does."""
    deadline = time.monotonic() + 60
    while 'class="io"' not in bench._panel._picture.value:
        assert time.monotonic() < deadline, bench.status
        time.sleep(0.01)


def lanes(svg):
    root = ElementTree.fromstring(svg)
    return [t.text for t in root.iter("{http://www.w3.org/2000/svg}text") if t.get("class") == "w"]


def test_without_a_front_end_it_is_a_still_picture_of_a_real_run(bench):
    bundle = bench._repr_mimebundle_()
    assert bundle["text/plain"].startswith("The Bench needs a page with controls")
    picture = bundle["text/html"].partition("</p>")[2]
    assert sorted(lanes(picture)) == sorted(
        f"thread {n}" for n in range(1, len(lanes(picture)) + 1)
    )
    assert "application/vnd.jupyter.widget-view+json" not in bundle


@pytest.mark.parametrize("variable", ["NBGRADER_EXECUTION", "PARCOURS_CONTESTANT"])
def test_while_grading_it_is_a_sentence_and_an_empty_frame(bench, monkeypatch, variable):
    monkeypatch.setenv(variable, "autograde")
    monkeypatch.setattr(still, "run", lambda *_: pytest.fail("something was run"))
    bundle = bench._repr_mimebundle_()
    assert bundle["text/plain"] == still.SENTENCE
    assert lanes(bundle["text/html"].partition("</p>")[2]) == [f"thread {n}" for n in (1, 2, 3, 4)]


def test_from_code_a_run_is_waited_for_and_leaves_nothing(bench):
    timeline = bench.run(executor="processes", workers=2, **QUICK)
    assert {span.label for span in timeline.spans} == {"1", "2"}
    assert set(shown_names(timeline.workers)) <= {"process 1", "process 2"}
    assert bench.status == "2 waiting tasks, 2 processes: done."
    assert "2 waiting tasks, 2 processes" in repr(bench)
    assert bench._link is None


def test_what_is_not_given_stays(bench):
    bench.run(executor="serial", **QUICK)
    bench.run(workers=3)
    assert bench.results[-1].plan == Plan("serial", 3, "waiting", 2)


def test_a_wrong_wish_is_told(bench):
    with pytest.raises(ValueError, match="choose one of serial, threads"):
        bench.run(executor="fibres")
    assert bench.results == []


def test_a_second_run_is_refused_in_the_status_line_and_stop_leaves_nothing(panelled, gone):
    panelled.run(executor="processes", workers=2, work="waiting", tasks=40)
    assert panelled.run(executor="serial") is None
    assert panelled.status.startswith("A run is going on: press Stop first")
    wait_for_bars(panelled)
    # Other tests of this process may have left the judge's own, which wait for the next check.
    family = {p for p in psutil.Process().children(recursive=True) if "judge" not in command(p)}
    assert family
    panelled.stop()
    assert panelled.status.startswith("Stopped: ")
    assert panelled.results == []
    assert gone(family)


def command(process):
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def test_the_controls_say_what_is_run(panelled):
    panel = panelled._panel
    empty = panel._picture.value
    assert lanes(empty) == [f"thread {n}" for n in (1, 2, 3, 4)]
    panel._workers.value, panel._tasks.value = 6, 2
    assert lanes(panel._picture.value) == [f"thread {n}" for n in (1, 2, 3, 4, 5, 6)]
    panel._work.value = "waiting"
    panel._run.click()
    wait_for(panelled)
    assert panelled.results[-1].plan == Plan("threads", 6, "waiting", 2)
    assert lanes(panel._picture.value) == [f"thread {n}" for n in (1, 2, 3, 4, 5, 6)]
    assert 'class="io"' in panel._picture.value
    assert (panel._run.disabled, panel._stop.disabled) == (False, True)
    assert "Waits overlap" in panel._result.value
    assert "threads: " in panel._history.value


def test_a_slider_that_moves_just_after_the_click_still_counts(panelled):
    panel = panelled._panel
    panel._work.value, panel._tasks.value = "waiting", 2
    panel._run.click()
    panel._workers.value = 2
    wait_for(panelled)
    assert panelled.results[-1].plan.workers == 2


def test_code_moves_the_controls(panelled):
    panelled.run(executor="asyncio", workers=7, wait=True, **QUICK)
    assert panelled._panel.plan() == Plan("asyncio", 7, "waiting", 2)


def test_the_stop_button_ends_a_run_and_the_next_one_works(panelled):
    panel = panelled._panel
    panelled.run(executor="threads", work="waiting", tasks=40, workers=1)
    panel._stop.click()
    wait_for(panelled)
    assert panelled.status.startswith("Stopped: ")
    assert panelled.run(wait=True, tasks=2, workers=2) is not None


def test_a_dead_runner_is_told_and_replaced(panelled):
    panelled.run(work="waiting", tasks=40, workers=1)
    wait_for_bars(panelled)
    psutil.Process(panelled._link.pid).kill()
    wait_for(panelled)
    assert panelled.status.startswith("No result: the runner ended before the run was over")
    assert panelled.run(wait=True, **QUICK) is not None


def test_a_new_bench_ends_the_runner_of_the_last_one(panelled, gone):
    panelled.run(work="waiting", tasks=40, workers=1)
    wait_for_bars(panelled)
    before = psutil.Process(panelled._link.pid)
    second = labs.Bench()
    try:
        assert gone([before])
        assert panelled._running is None
    finally:
        second.close()


def test_the_widget_comes_with_a_still_picture_for_pages_without_widgets(panelled):
    bundle = panelled._repr_mimebundle_()
    assert {"application/vnd.jupyter.widget-view+json", "text/html", "text/plain"} <= set(bundle)


def recorded(plan, spans, gil=True):
    recording = Recording(plan)
    recording.take({"begun": 0.0})
    recording.take({"spans": spans})
    recording.take({"ended": 2.0})
    return Result(recording, gil, 2)


def test_the_figures_of_a_result():
    plan = Plan("threads", 2, "cpu", 2, seconds=1.0)
    spans = [("x", "cpu", 0.0, 1.0, "1"), ("y", "gil", 0.0, 1.0, "2"), ("y", "cpu", 1.0, 2.0, "2")]
    result = recorded(plan, spans)
    assert result.speed == pytest.approx(plan.alone("cpu") / 2.0)
    assert (result.cores, result.at_work) == (1.0, 1.0)
    assert result.ready == pytest.approx(1 / 3)
    assert shown_names(result.timeline.workers) == ["thread 1", "thread 2"]


@pytest.mark.parametrize(
    ("plan", "gil", "words"),
    [
        (Plan("serial"), True, "nothing overlaps"),
        (Plan("threads", 1), True, "nothing overlaps"),
        (Plan("threads", 2, "waiting"), True, "Waits overlap"),
        (Plan("threads", 2, "cpu"), True, "2 threads share one GIL"),
        (Plan("threads", 2, "cpu"), False, "without the GIL they can all compute"),
        (Plan("processes", 2, "mixed"), True, "a GIL of its own, and 2 cores to share"),
        (Plan("asyncio", 2, "mixed"), True, "2 asyncio tasks share one thread"),
        (Plan("interpreters", 2, "cpu"), True, "each has a GIL of its own"),
    ],
)
def test_the_sentence_says_what_the_run_shows(plan, gil, words):
    assert words in recorded(plan, [("x", "cpu", 0.0, 1.0, "1")], gil).sentence()


def test_what_was_announced_beyond_a_stop_is_cut_off():
    recording = Recording(Plan("threads", 1, "waiting"))
    recording.take(
        {"begun": 0.0, "spans": [("x", "io", 0.0, 9.0, "1"), ("x", "io", 9.0, 10.0, "2")]}
    )
    recording.stop(3.0)
    assert [(span.start, span.end) for span in recording.timeline().spans] == [(0.0, 3.0)]
