"""The figures of a run as a few cards of HTML, and the sentence below them.

>>> "speed" in cards_html(None)
True
"""

from collections.abc import Sequence
from html import escape

from parcours.labs.results import Result
from parcours.labs.words import duration

BEFORE = "Choose the workers and the work, and press Run: bars appear as they happen."
MEANWHILE = "The figures come when the run is over."


def cards_html(result: Result | None, said: str = BEFORE) -> str:
    """Speed, cores, time and waiting of a run; without a run dashes, and `said` below them."""
    if result is None:
        unknown = ("speed", "cores in use", "time", "workers held up")
        figures = [(what, "-", "") for what in unknown]
    else:
        figures = [
            ("speed", f"{result.speed:.2f}", "\u00d7 one worker"),
            ("cores in use", f"{result.cores:.2f}", f"of {result.cores_here}"),
            ("time", *duration(result.seconds).split(" ")),
            ("workers held up", f"{result.ready * 100:.0f} %", "of their time"),
        ]
        said = result.sentence()
    return figures_html(figures, said)


def figures_html(figures: Sequence[tuple[str, str, str]], said: str) -> str:
    """A card for each figure (what it is, its value, its unit), and a sentence below them."""
    cards = "".join(
        f'<div class="pb-card"><small>{escape(what)}</small><b>{value}</b>'
        f"<em>{escape(unit)}</em></div>"
        for what, value, unit in figures
    )
    return f'<div class="pb-cards">{cards}</div><div class="pb-said">{escape(said)}</div>'
