"""What a check answers: pass, fail or inconclusive, with one sentence and the evidence for it.

    verdict = Verdict.fail("Only 1 of 6 tasks was in flight at once.", evidence={"in flight": 1})

An inconclusive verdict says that the evidence did not suffice: it is never worth zero, a person
(or another try on a quieter machine) decides.
"""

import html
import math
import re
from dataclasses import dataclass, field
from typing import Any

OUTCOMES = ("pass", "fail", "inconclusive")


@dataclass(frozen=True)
class Verdict:
    """One answer of the judge.

    outcome: "pass", "fail" or "inconclusive"; share: the part of the cell's points that is earned,
    0 to 1; sentence: what was seen, in the learner's words; details: further lines (what was
    claimed, what to look at next); evidence: name -> number or text; picture: SVG text or "".
    """

    outcome: str
    share: float
    sentence: str
    details: tuple[str, ...] = ()
    evidence: dict[str, Any] = field(default_factory=dict)
    picture: str = ""

    def __post_init__(self) -> None:
        if self.outcome not in OUTCOMES:
            raise ValueError(f"a verdict is one of {', '.join(OUTCOMES)}, not {self.outcome!r}")
        if not (isinstance(self.share, (int, float)) and 0 <= self.share <= 1):
            raise ValueError(f"a verdict's share is between 0 and 1, not {self.share!r}")
        if not self.sentence:
            raise ValueError("a verdict needs a sentence")

    @classmethod
    def passed(cls, sentence: str, **more: Any) -> "Verdict":
        return cls("pass", 1.0, sentence, **more)

    @classmethod
    def fail(cls, sentence: str, *, share: float = 0.0, **more: Any) -> "Verdict":
        return cls("fail", share, sentence, **more)

    @classmethod
    def inconclusive(cls, sentence: str, **more: Any) -> "Verdict":
        return cls("inconclusive", 0.0, sentence, **more)

    def points(self, maximum: float) -> float | None:
        """Points out of `maximum`, to two decimals, rounded down; None when inconclusive."""
        if self.outcome == "inconclusive":
            return None
        return math.floor(maximum * self.share * 100 + 1e-9) / 100

    def as_dict(self) -> dict[str, Any]:
        """The verdict as plain values for JSON, without the picture."""
        return {
            "outcome": self.outcome,
            "share": self.share,
            "sentence": self.sentence,
            "details": list(self.details),
            "evidence": {name: _plain(value) for name, value in self.evidence.items()},
        }

    def html(self) -> str:
        """The verdict as a piece of HTML that needs nothing else to look right."""
        word, colour, mark = _LOOK[self.outcome]
        lines = [
            f'<div class="parcours-verdict" role="group" aria-label="verdict: {word}" '
            f'style="border-left:4px solid {colour};padding:6px 14px;margin:4px 0;'
            f'max-width:820px">',
            f'<div style="font-size:14px;line-height:1.5"><b style="color:{colour}">{mark} '
            f"{word}</b> &nbsp;{_rich(self.sentence)}</div>",
        ]
        # What is told in several lines is for terminals: the picture shows it.
        details = [d for d in self.details if "\n" not in d or not self.picture]
        if details:
            items = "".join(f"<li>{_rich(detail)}</li>" for detail in details)
            lines.append(f'<ul style="margin:4px 0 4px 18px;padding:0;font-size:13px">{items}</ul>')
        if self.evidence:
            shown = " &nbsp;·&nbsp; ".join(
                f"{html.escape(name)} <b>{html.escape(str(_plain(value)))}</b>"
                for name, value in self.evidence.items()
            )
            lines.append(f'<div style="font-size:12.5px;opacity:.8">{shown}</div>')
        if self.picture:
            lines.append(f'<div style="margin-top:8px">{self.picture}</div>')
        lines.append("</div>")
        return "\n".join(lines)

    def _ipython_display_(self) -> None:
        # A display, not a result: nbgrader reads points from results only, and these are none.
        from IPython.display import display

        display({"text/html": self.html(), "text/plain": repr(self)}, raw=True)

    def __repr__(self) -> str:
        word, _, mark = _LOOK[self.outcome]
        lines = [f"{mark} {word}: {self.sentence}", *(f"  - {detail}" for detail in self.details)]
        if self.evidence:
            lines.append("  " + ", ".join(f"{k} {_plain(v)}" for k, v in self.evidence.items()))
        return "\n".join(lines)


# Colours with at least 4.5:1 against white and against JupyterLab's dark background; the mark
# and the word say the same without colour.
_LOOK = {
    "pass": ("Passed", "#178a4c", "\N{CHECK MARK}"),
    "fail": ("Not yet", "#d0453a", "\N{BALLOT X}"),
    "inconclusive": ("Inconclusive", "#a56a00", "?"),
}


def _rich(text: str) -> str:
    """Text as HTML, with what stands in backticks as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text))


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 3)
    return value if isinstance(value, (int, str, bool)) or value is None else str(value)
