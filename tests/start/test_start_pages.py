"""What README.md and CONTRIBUTING.md point at is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)
EXAMPLES = re.compile("chNN|leaves_nothing")
PLACE = re.compile(r"`((?:src|tests|docs|chapters)/[\w./]*)`")


def anchors(page: str) -> set[str]:
    """The anchors that GitHub gives to the page's headings."""
    words = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in HEADING.findall(page))
    return {heading.replace(" ", "-") for heading in words}


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_links_and_places_exist(name):
    page = (ROOT / name).read_text(encoding="utf-8")
    links = [link for link in LINK.findall(page) if not link.startswith("https://")]
    places = [place for place in PLACE.findall(page) if not EXAMPLES.search(place)]
    assert links
    assert places
    lost = [link for link in links if link.startswith("#") and link[1:] not in anchors(page)]
    lost += [path for path in (*links, *places) if path[0] != "#" and not (ROOT / path).exists()]
    assert not lost
