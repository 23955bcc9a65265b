"""Timelines of what tasks returned: their numbers, words and pictures."""

from xml.etree import ElementTree

import pytest

from parcours import labs
from parcours.labs import Span

OVERLAPPING = [
    [Span("a", "cpu", 1.0, 2.0), Span("a", "gil", 2.0, 3.0)],
    [Span("b", "io", 1.0, 2.5), Span("b", "cpu", 2.5, 3.0)],
]


def test_the_numbers_of_a_run():
    timeline = labs.timeline(OVERLAPPING)
    assert timeline.seconds == 2.0
    assert timeline.busy == pytest.approx(1.5)
    assert timeline.cores == pytest.approx(0.75)
    assert timeline.workers == ["a", "b"]


def test_the_title_line_tells_seconds_work_and_cores():
    timeline = labs.timeline(OVERLAPPING, title="Two workers")
    assert timeline.figures == "2.00 s · 1.5 at work on average · 0.8 cores computing"
    assert timeline.figures in timeline.svg()


def test_a_cell_shows_a_picture_and_words():
    bundle = labs.timeline(OVERLAPPING, title="Two workers")._repr_mimebundle_()
    ElementTree.fromstring(bundle["text/html"])
    assert bundle["text/plain"].splitlines() == [
        "Two workers",
        "2.00 s · 1.5 at work on average · 0.8 cores computing",
        "a: computing 1.00 s, ready but waiting for its turn (GIL or event loop) 1.00 s",
        "b: computing 500 ms, waiting for I/O 1.50 s",
    ]


def test_nothing_is_a_timeline_too():
    timeline = labs.timeline([])
    assert (timeline.seconds, timeline.busy, timeline.cores) == (0, 0, 0)
    ElementTree.fromstring(timeline.svg())
    assert "nothing ran" in repr(timeline)


def test_a_timeline_can_be_drawn_again_with_others():
    first = labs.timeline(OVERLAPPING[0])
    assert labs.timeline([first, OVERLAPPING[1]]).spans == labs.timeline(OVERLAPPING).spans


def test_side_by_side_has_one_axis_and_every_origin_at_zero():
    slow = labs.timeline([Span("home:1/main", "cpu", 100.0, 104.0)])
    fast = labs.timeline([Span("child:2/main", "cpu", 7.0, 9.0)])
    picture = labs.side_by_side([("serial", slow), ("processes", fast)], title="Both")
    root = ElementTree.fromstring(picture._repr_mimebundle_()["text/html"])
    ns = {"svg": "http://www.w3.org/2000/svg"}
    bars = [r for r in root.findall(".//svg:rect", ns) if r.get("class") == "cpu" and r[:]]
    assert bars[0].get("x") == bars[1].get("x")
    assert float(bars[0].get("width")) == pytest.approx(2 * float(bars[1].get("width")), abs=1)
    headings = [t.text for t in root.findall(".//svg:text[@class='h']", ns)]
    assert headings == ["serial", "processes"]
    assert repr(picture).splitlines()[0] == "Both"


def test_side_by_side_takes_what_tasks_returned_and_refuses_the_rest():
    assert labs.side_by_side([("both", OVERLAPPING)]).timelines[0][1].seconds == 2.0
    with pytest.raises(TypeError, match="pairs of a name and a timeline"):
        labs.side_by_side(OVERLAPPING)
