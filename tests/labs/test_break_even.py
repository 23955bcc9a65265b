"""Break-even without a browser: still, from code, with its controls, and where lines cross one."""

import pytest

from parcours import labs
from parcours.labs import break_even as module
from parcours.labs import overhead
from parcours.labs.crossings import Crossings, crossing, length, title
from parcours.labs.overhead import LENGTHS, BreakEvenPlan, Point


@pytest.fixture
def short(monkeypatch):
    """Runs of milliseconds: the runner's tasks shrink as where nobody watches."""
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")


@pytest.fixture
def even(short, no_child_left):
    made = labs.BreakEven()
    yield made
    made.close()


@pytest.fixture
def panelled(short, no_child_left, monkeypatch):
    """One that believes in a front end; its widgets are real, and nobody shows them."""
    monkeypatch.setattr(module, "has_front_end", lambda: True)
    made = labs.BreakEven()
    yield made
    made.close()


def wait_for(lab):
    thread = lab._running
    if thread is not None:
        thread.join()


@pytest.mark.parametrize("executor", overhead.EXECUTORS)
@pytest.mark.parametrize("work", ["cpu", "waiting"])
def test_every_length_is_measured(short, executor, work):
    points = []
    overhead.run(BreakEvenPlan(executor, 2, work, 100_000), points.append)
    assert [point.task for point in points] == list(LENGTHS)
    assert all(min(point) > 0 for point in points)


@pytest.mark.parametrize(
    ("line", "where"),
    [
        ([(1, 0.5), (10, 2.0)], 10**0.5),
        ([(1, 0.25), (100, 4.0)], 10.0),
        ([(1, 1.5), (10, 2.0)], 1),
        ([(1, 0.5), (10, 0.9)], None),
        ([(1, 2.0), (10, 0.7)], None),
        ([(1, 0.5), (10, 2.0), (100, 0.9)], 10**0.5),
        ([(1, 1.1), (10, 0.5), (100, 2.0)], 10**1.5),
        ([], None),
    ],
)
def test_where_a_line_crosses_one_for_good(line, where):
    assert crossing(line) == (None if where is None else pytest.approx(where))


def of(*speeds, start=0.0):
    lengths = (0.001, 0.01, 0.1)
    return Crossings(
        BreakEvenPlan(),
        [Point(t, 16 * t, 16 * t / s, start) for t, s in zip(lengths, speeds, strict=True)],
    )


@pytest.mark.parametrize(
    ("result", "words"),
    [
        (
            of(0.5, 2.0, 2.0),
            "4 processes pay from 3.2 ms on; counting their start, from 3.2 ms on.",
        ),
        (of(0.5, 2.0, 2.0, start=0.8), "on; counting their start, from 100 ms on. At best"),
        (of(0.5, 2.0, 2.0, start=9.0), "16 tasks of these lengths their start is never paid back"),
        (of(0.5, 0.6, 0.7), "4 processes never paid for good: at best they were 0.7"),
    ],
)
def test_the_sentence_says_what_the_run_shows(result, words):
    assert words in result.sentence()


def test_lengths_and_plans_in_words():
    assert [length(s) for s in (0.00003, 0.0004, 0.012)] == ["30 µs", "0.4 ms", "12 ms"]
    plan = BreakEvenPlan("threads", 1, "waiting", 1_000_000)
    assert title(plan) == "16 waiting tasks, 1 thread, 1 MB each"


def test_without_a_front_end_it_is_a_still_picture_of_a_real_run(even, monkeypatch):
    monkeypatch.delenv("NBGRADER_EXECUTION")
    bundle = even._repr_mimebundle_()
    assert bundle["text/plain"].startswith("Break-even needs a page with controls")
    assert "16 waiting tasks, 2 threads: " in bundle["text/plain"]
    assert "application/vnd.jupyter.widget-view+json" not in bundle


def test_while_grading_it_is_a_sentence_and_an_empty_frame(even, monkeypatch):
    monkeypatch.setattr(module.overhead, "run", lambda *_: pytest.fail("something was run"))
    bundle = even._repr_mimebundle_()
    assert bundle["text/plain"] == module.SENTENCE
    assert "break-even" in bundle["text/html"]


def test_from_code_a_run_is_waited_for_and_leaves_nothing(even):
    result = even.run(executor="threads", workers=2)
    assert len(result.points) == len(LENGTHS)
    assert even.status == "16 computing tasks, 2 threads: done."
    assert even.results == [result]
    assert even._link is None


@pytest.mark.parametrize(
    "wish", [{"executor": "asyncio"}, {"data": 7}, {"workers": 9}, {"work": 1}]
)
def test_a_wrong_wish_is_told(even, wish):
    with pytest.raises(ValueError, match="choose one of"):
        even.run(**wish)
    assert even.results == []


def test_the_controls_say_what_is_run(panelled):
    panel = panelled._panel
    panel._workers.value, panel._data.value, panel._executor.value = 2, 100_000, "threads"
    assert "16 computing tasks, 2 threads, 100 kB each" in panel._picture.value
    panel._run.click()
    wait_for(panelled)
    assert panelled.results[-1].plan == BreakEvenPlan("threads", 2, "cpu", 100_000)
    assert (panel._run.disabled, panel._stop.disabled) == (False, True)
    assert panelled.results[-1].sentence() in panel._result.value
    assert 'class="line s-0"' in panel._picture.value
    panelled.run(executor="processes", wait=True)
    assert panel._executor.value == "processes"
    assert "line faint" in panel._picture.value


def test_the_stop_button_ends_a_run(panelled, monkeypatch):
    monkeypatch.delenv("NBGRADER_EXECUTION")
    panelled.close()  # the next runner does tasks of their full length
    panelled.run(executor="processes", workers=1)
    panelled._panel._stop.click()
    wait_for(panelled)
    assert panelled.status.startswith("Stopped: ")
    assert panelled.results == []
