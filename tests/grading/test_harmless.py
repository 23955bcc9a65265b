"""What a student's cells show runs nothing in the browser of whoever grades."""

import re

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from parcours.grading.harmless import Harmless, harmless_data

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)></svg>",
    "<iframe src='https://example.org'></iframe>",
    "<a href='javascript:alert(1)'>here</a>",
    "<style>body{display:none}</style><style>@import 'x'",
    "<SCRIPT\n>alert(1)</SCRIPT >",
    "<form action='/formgrader'><input type=submit></form>",
]


@pytest.mark.parametrize("page", ATTACKS)
def test_html_that_does_more_than_show_is_put_into_a_frame_without_rights(page):
    kept = harmless_data({"text/html": page, "text/plain": "words"})
    assert kept["text/plain"] == "words"
    shown = kept["text/html"]
    frame = re.fullmatch(r'<iframe sandbox="" srcdoc="([^"<>]*)" [^<>]*></iframe>', shown)
    if frame:
        assert "default-src &#x27;none&#x27;" in frame[1]
    else:
        for word in ("<script", "<img", "<svg", "<iframe", "javascript:", "<style", "<form"):
            assert word not in shown.lower()


def test_a_timeline_keeps_its_height_in_its_frame():
    svg = '<svg viewBox="0 0 760 90" width="760" height="90"><style>.t{fill:red}</style></svg>'
    assert "height:110px" in harmless_data({"text/html": svg})["text/html"]


@pytest.mark.parametrize("page", ATTACKS)
def test_written_answers_show_it_as_text(page):
    cell = new_markdown_cell(f"My answer.\n\n{page}")
    Harmless().preprocess_cell(cell, {}, 0)
    low = cell.source.lower()
    assert "my answer." in low
    for word in ("<script", "<img", "<svg", "<iframe", "javascript:", "<style", "<form"):
        assert word not in low


def test_scripts_and_widgets_of_other_types_are_dropped():
    for kind in ("application/javascript", "image/svg+xml", "application/vnd.x+json"):
        assert kind not in harmless_data({kind: "alert(1)"})
    assert harmless_data({"application/javascript": "alert(1)"})["text/plain"]


def test_tables_pictures_and_hints_stay():
    table = "<style scoped>td{color:red}</style><table><tr><td>1</td></tr></table>"
    kept = harmless_data({"text/html": table, "image/png": "iVBO", "text/plain": "1"})
    assert "<td>1</td>" in kept["text/html"]
    assert kept["image/png"] == "iVBO"
    hint = "<details><summary>Hint</summary>\n\nKeep it, a < b.\n\n</details>"
    cell = new_markdown_cell(hint)
    Harmless().preprocess_cell(cell, {}, 0)
    assert "<details><summary>Hint</summary>" in cell.source


def test_the_verdicts_picture_stays():
    test = new_code_cell("from parcours import checks\nchecks.examples(f, checks.case(returns=1))")
    test.metadata["nbgrader"] = {"grade": True, "solution": False, "locked": True, "points": 1}
    test.outputs = [new_output("execute_result", data={"text/html": "<svg></svg>"})]
    notebook = new_notebook(cells=[test, new_code_cell("1")])
    made, _ = Harmless().preprocess(notebook, {})
    assert made.cells[0].outputs[0].data["text/html"] == "<svg></svg>"
    nbformat.validate(made)
