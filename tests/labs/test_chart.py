"""Curves: where their points lie, what they say in words, what they refuse."""

import re
from xml.etree import ElementTree

import pytest

from parcours import labs
from parcours.labs.chart import Scale, chart_svg

SVG = "{http://www.w3.org/2000/svg}"


def texts(svg, kind):
    root = ElementTree.fromstring(svg)
    return [t.text for t in root.iter(f"{SVG}text") if t.get("class") == kind]


def marks(svg):
    """Where the marks with a value are, in pixels: {"name: y at x": (across, down)}."""
    found = {}
    for path in ElementTree.fromstring(svg).iter(f"{SVG}path"):
        title = path.find(f"{SVG}title")
        if title is not None and ": " in title.text:
            place = re.match(r"translate\(([\d.]+) ([\d.]+)\)", path.get("transform"))
            found[title.text] = tuple(map(float, place.groups()))
    return found


def test_points_lie_where_their_numbers_say():
    svg = chart_svg({"a": [(0, 0), (5, 5), (10, 10)]}, x="in", y="out")
    low, middle, high = marks(svg).values()
    assert middle[0] == pytest.approx((low[0] + high[0]) / 2, abs=0.1)
    assert middle[1] == pytest.approx((low[1] + high[1]) / 2, abs=0.1)
    assert low[1] > high[1]


def test_on_logarithmic_axes_factors_are_distances():
    svg = chart_svg({"a": [(1, 1), (10, 100), (100, 10_000)]}, x="", y="", log_x=True, log_y=True)
    low, middle, high = marks(svg).values()
    assert middle[0] - low[0] == pytest.approx(high[0] - middle[0], abs=0.2)
    assert middle[1] - low[1] == pytest.approx(high[1] - middle[1], abs=0.2)
    assert {"1", "10", "100"} <= set(texts(svg, "x"))


@pytest.mark.parametrize(
    ("scale", "ticks"),
    [
        (Scale(0, 1, 0, 1), [0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        (Scale(0, 33, 0, 1), [0, 5, 10, 15, 20, 25, 30]),
        (Scale(0.02, 40, 0, 1, True), [0.1, 1, 10]),
        (Scale(0.8, 12, 0, 1, True), [1, 3, 10]),
    ],
)
def test_ticks_are_round_numbers(scale, ticks):
    assert scale.ticks() == pytest.approx(ticks)


def test_a_chart_says_the_same_in_words():
    chart = labs.chart({"threads": [(1, 1.0), (2, 3.0), (4, 2.0)]}, x="workers", y="speed")
    assert repr(chart) == "speed against workers\nthreads: 1 at 1, 3 at 2, 2 at 4."
    bundle = chart._repr_mimebundle_()
    assert "threads: 1 at 1" in ElementTree.fromstring(bundle["text/html"]).find(f"{SVG}desc").text
    assert bundle["text/plain"] == repr(chart)


def test_names_are_text_and_nothing_else():
    svg = labs.chart({"<b>&": [(1, 1)]}, x="<x>", y="&", title="<t>").svg()
    assert texts(svg, "t") == ["<t>"]
    assert texts(svg, "k") == ["<b>&"]


@pytest.mark.parametrize("number", [0, -1, float("nan"), float("inf")])
def test_numbers_that_cannot_be_shown_are_told(number):
    with pytest.raises(ValueError, match="axis cannot show y = "):
        labs.chart({"a": [(1, number)]}, x="", y="", log_y=True)


def test_no_points_at_all_are_an_empty_frame():
    svg = labs.chart({"a": []}, x="workers", y="speed").svg()
    assert marks(svg) == {}
    assert "Nothing yet." in svg
