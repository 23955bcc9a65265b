"""The drawing of timelines: well formed, complete, told in words, safe for a page of many."""

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from parcours.labs import KINDS, Span, timeline_svg
from parcours.labs.bars import Axis
from parcours.labs.history import history_svg
from parcours.labs.svg import legend_svg

NS = {"svg": "http://www.w3.org/2000/svg"}
SPANS = [
    Span("b", "cpu", 10.0, 10.25, "1"),
    Span("a", "io", 10.1, 10.5, "2"),
    Span("b", "gil", 10.25, 10.3, "1"),
    Span("b", "lock", 10.3, 10.4, "1"),
    Span("b", "ready", 10.4, 10.5, "1"),
]


def parsed(svg):
    return ElementTree.fromstring(svg)


def texts(svg, kind):
    found = parsed(svg).findall(".//svg:text", NS)
    return [text.text for text in found if kind in text.get("class").split()]


def test_the_picture_is_well_formed_and_has_all_kinds():
    svg = timeline_svg(SPANS, title="a < b & c")
    bars = [rect.get("class") for rect in parsed(svg).findall(".//svg:rect[@rx]", NS)]
    assert set(KINDS) <= set(bars)
    assert texts(svg, "t") == ["a < b & c"]


def test_rows_follow_the_first_appearance():
    assert texts(timeline_svg(SPANS), "w") == ["b", "a"]


def test_rows_can_be_given_and_stay_when_empty():
    assert texts(timeline_svg(SPANS, workers=["a", "b", "c"]), "w") == ["a", "b", "c"]
    assert texts(timeline_svg([], workers=["a"]), "w") == ["a"]


def test_a_bar_lies_where_its_span_does():
    svg = timeline_svg([Span("a", "cpu", 5.0, 6.0), Span("a", "io", 6.5, 7.0)], legend=False)
    lane = parsed(svg).find(".//svg:rect[@class='lane']", NS)
    bar = parsed(svg).find(".//svg:rect[@class='io']", NS)
    left, width = float(lane.get("x")), float(lane.get("width"))
    assert float(bar.get("x")) == pytest.approx(left + 0.75 * width, abs=0.1)
    assert float(bar.get("width")) == pytest.approx(0.25 * width, abs=1)


def test_screen_readers_hear_title_workers_and_times():
    root = parsed(timeline_svg(SPANS, title="Two workers"))
    assert root.get("role") == "img"
    assert root.find("svg:title", NS).text == "Two workers"
    words = root.find("svg:desc", NS).text
    assert "b: computing 250 ms, waiting for a lock 100 ms" in words
    assert "a: waiting for I/O 400 ms" in words


def test_pictures_share_a_page_without_ids_or_foreign_rules():
    svg = timeline_svg(SPANS)
    assert not re.search(r'\bid="|url\(#|href=', svg)
    style = parsed(svg).find("svg:style", NS).text
    for selector in re.findall(r"(?:^|[}{])\s*([^{}@]+)\{", style):
        assert ".parcours-timeline" in selector


def test_the_axis_is_in_milliseconds_or_seconds_with_round_ticks():
    assert texts(timeline_svg(SPANS), "x") == [f"{t} ms" for t in (0, 100, 200, 300, 400, 500)]
    assert texts(timeline_svg(SPANS, span_seconds=2.0), "x")[:2] == ["0.0 s", "0.5 s"]
    short = timeline_svg([Span("a", "cpu", 0.0, 0.0004)])
    assert texts(short, "x")[1] == "0.05 ms"


@pytest.mark.parametrize("seconds", [1e-6, 0.0003, 0.099, 0.1, 0.999, 1.0, 3.7, 60, 3600])
def test_there_are_two_to_nine_ticks_within_the_axis(seconds):
    ticks = Axis(50, 700, seconds).ticks()
    assert 2 <= len(ticks) <= 9
    assert all(50 <= x <= 750.01 for x, _ in ticks)
    assert len({told for _, told in ticks}) == len(ticks)


def test_what_lies_after_now_is_not_drawn():
    svg = timeline_svg(SPANS, now=10.2, span_seconds=1.0)
    kinds = {path.get("class") for path in parsed(svg).findall(".//svg:path", NS)}
    assert {"cpu", "io", "now"} <= kinds
    assert not kinds & {"gil", "lock", "ready"}


def test_a_label_is_drawn_once_where_there_is_room():
    parts = [Span("a", "cpu", 0.0, 0.001, "7"), Span("a", "cpu", 0.1, 1.0, "7")]
    assert texts(timeline_svg(parts), "l") == ["7"]
    assert texts(timeline_svg([Span("a", "cpu", 0.0, 1.0, "x" * 200)]), "l") == []


def test_long_names_have_room_and_very_long_ones_are_shortened():
    svg = timeline_svg([Span("n" * 90, "cpu", 0.0, 1.0)])
    name = parsed(svg).find(".//svg:text[@class='w']", NS)
    assert len(name.text) < 40
    assert float(name.get("x")) - len(name.text) * 6.8 > 0


def test_long_titles_wrap():
    assert len(texts(timeline_svg(SPANS, title="many words " * 30), "t")) > 2


@pytest.mark.parametrize("workers", [1, 10, 11, 25, 60])
def test_rows_never_overlap(workers):
    spans = [Span(f"w{number}", "cpu", 0.0, 1.0) for number in range(workers)]
    lanes = parsed(timeline_svg(spans)).findall(".//svg:rect[@class='lane']", NS)
    edges = [(float(r.get("y")), float(r.get("y")) + float(r.get("height"))) for r in lanes]
    assert len(edges) == workers
    assert all(end < start for (_, end), (start, _) in pairwise(edges))


def test_crowded_pictures_stay_small():
    many = [Span("a", "cpu", t / 1000, (t + 0.5) / 1000, str(t)) for t in range(5000)]
    assert len(timeline_svg(many)) < 200_000


def test_the_legend_names_what_is_there():
    assert texts(timeline_svg(SPANS[:2]), "k") == [KINDS["cpu"], KINDS["io"]]
    assert texts(timeline_svg(SPANS, legend=False), "k") == []
    assert texts(legend_svg(["gil"]), "k") == [KINDS["gil"]]


def test_the_chart_has_a_mark_for_every_run_and_says_them():
    svg = history_svg([("threads", 4, 1.0), ("threads", 4, 1.2), ("serial", 1, 0.9)], "mixed", 2)
    root = parsed(svg)
    runs = [path for path in root.findall(".//svg:path", NS) if "one" in path.get("class")]
    assert len(runs) == 3
    assert (
        root.find("svg:desc", NS).text == "serial: 0.90 with 1. threads: 1.00 with 4, 1.20 with 4."
    )
