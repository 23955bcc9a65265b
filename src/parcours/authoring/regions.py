"""Solution regions and hidden regions of a cell, found and cut as nbgrader does it.

nbgrader takes any line that holds the words for a marker, so this module does too: what a
chapter is checked against is what learners will get.

    spans, faults = find(SOLUTION, source)
    stub = cut(source, spans, STUB)
"""

from typing import NamedTuple

STUB = "raise NotImplementedError  # write your code here"
TEXT_STUB = "*Write your answer here.*"


class Region(NamedTuple):
    """A kind of region: its two markers and what messages call it."""

    begin: str
    end: str
    name: str


SOLUTION = Region("BEGIN SOLUTION", "END SOLUTION", "solution region")
HIDDEN = Region("BEGIN HIDDEN TESTS", "END HIDDEN TESTS", "hidden region")
MARK_SCHEME = Region("BEGIN MARK SCHEME", "END MARK SCHEME", "mark scheme")


def find(region: Region, source: str) -> tuple[list[tuple[int, int]], list[tuple[int, str]]]:
    """Where regions are: (first, last) lines from 0, markers included, and (line, fault)."""
    spans, faults = [], []
    begun = None
    for number, line in enumerate(source.split("\n")):
        if region.begin in line:
            if begun is not None:
                faults.append(
                    (
                        number,
                        f"begins a {region.name} inside another: close the first "
                        f'with "### {region.end}"',
                    )
                )
            begun = number
        elif region.end in line:
            if begun is None:
                faults.append(
                    (
                        number,
                        f'closes a {region.name} that is not open: take out this "{region.end}"',
                    )
                )
            else:
                spans.append((begun, number))
            begun = None
    if begun is not None:
        faults.append((begun, f'leaves its {region.name} open: close it with "### {region.end}"'))
    return spans, faults


def cut(source: str, spans: list[tuple[int, int]], stub: str = "") -> str:
    """The source without its regions, each replaced by `stub`, indented, when one is given."""
    lines = source.split("\n")
    kept, position = [], 0
    for first, last in spans:
        kept += lines[position:first]
        if stub:
            indent = lines[first][: len(lines[first]) - len(lines[first].lstrip())]
            kept.append(indent + stub)
        position = last + 1
    return "\n".join(kept + lines[position:])
