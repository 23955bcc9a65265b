"""Makes what a learner's cells show harmless for whoever reads the graded notebook in a browser.

    c.Autograde.autograde_preprocessors = [..., "parcours.grading.harmless.Harmless", ...]

Formgrader and feedback are web pages: a script in an output or in the text of a cell would run with
the rights of the teacher who opens it. HTML that holds more than plain markup is put into a frame
of its own, in which nothing runs and nothing is fetched; in written answers it is shown as text.
Verdicts are ours and stay as they are.
"""

import html
import re
from typing import Any

import bleach
from nbformat.notebooknode import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import List

from parcours.grading.cells import is_test

_TAGS = bleach.ALLOWED_TAGS | {
    *("p", "br", "hr", "div", "span", "pre", "sub", "sup", "h1", "h2", "h3", "h4", "h5", "h6"),
    *("table", "thead", "tbody", "tfoot", "tr", "th", "td", "caption", "details", "summary"),
}
_ATTRIBUTES = {"a": ["href", "title"], "th": ["scope", "colspan"], "td": ["colspan", "rowspan"]}
# What a browser runs or loads nothing from.
_SAFE_TYPES = {"text/plain", "text/latex", "image/png", "image/jpeg", "image/gif"}
_MARKUP = re.compile(r"<\s*[a-zA-Z!/?]|javascript\s*:", re.IGNORECASE)
# pandas puts a style element before its tables; without it the table is still one.
_HEIGHT = re.compile(r"<svg\b[^>]*\bheight=\"(\d{1,5})\"")
_FONT = "<style>body{margin:4px;font:14px sans-serif}</style>"
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
_STYLE = re.compile(r"<style\b[^>]*>.*?</style>", re.IGNORECASE | re.DOTALL)


class Harmless(NbGraderPreprocessor):
    """Takes from outputs and from written cells all that a browser would run or fetch."""

    # configurable here since nbconvert's HTML exporter configures it for all preprocessors
    display_data_priority = List(["text/html", "image/png", "text/plain"]).tag(config=True)

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, Any], cell_index: int
    ) -> tuple[NotebookNode, dict[str, Any]]:
        if cell.cell_type == "code" and not is_test(cell):
            for output in cell.outputs:
                if "data" in output:
                    output.data = harmless_data(output.data)
        elif cell.cell_type != "code" and _MARKUP.search(cell.source):
            cell.source = _cleaned(cell.source)
        return cell, resources


def harmless_data(data: dict[str, Any]) -> NotebookNode:
    """A mime bundle without what a browser would run; it always keeps its text."""
    kept = {kind: value for kind, value in data.items() if kind in _SAFE_TYPES}
    page = data.get("text/html")
    if isinstance(page, str):
        page = _STYLE.sub("", page)
        cleaned = _cleaned(page)
        # Nothing was escaped: all elements were harmless ones.
        harmless = cleaned.count("&lt;") <= page.count("&lt;")
        kept["text/html"] = cleaned if harmless else _framed(data["text/html"])
    if not kept:
        kept["text/plain"] = "[an output that is not shown here]"
    return NotebookNode(kept)


def _cleaned(text: str) -> str:
    return bleach.clean(text, tags=_TAGS, attributes=_ATTRIBUTES, strip=False)


def _framed(page: str) -> str:
    """A page in a frame without rights: no scripts, no forms, no links out, nothing fetched."""
    height = _HEIGHT.search(page)
    words = 20 if page.lstrip().startswith("<svg") else 80
    pixels = min(1200, int(height[1]) + words) if height else 240
    inner = f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">{_FONT}{page}'
    return (
        f'<iframe sandbox="" srcdoc="{html.escape(inner)}" title="output of this cell" '
        f'style="border:0;width:100%;height:{pixels}px"></iframe>'
    )
