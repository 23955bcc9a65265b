"""Break-even: from which length on a task pays for its way to a pool, and for the pool's start.

    even = labs.BreakEven()
    even

With the controls, or from code: `even.run(executor="processes", workers=4, wait=True)`.
Where no widgets can be shown there is a still picture of a run.
"""

from collections.abc import Sequence

from parcours.labs import overhead
from parcours.labs.cards import figures_html
from parcours.labs.crossings import Crossings, Recording, length, picture_svg
from parcours.labs.lab import Lab
from parcours.labs.link import Link
from parcours.labs.overhead import BreakEvenPlan
from parcours.labs.unwatched import has_front_end, unwatched

SENTENCE = (
    "Break-even needs a page with controls: open this notebook in JupyterLab and run this cell "
    "to choose executor, workers, work and data."
)
BEFORE = "Guess the two crossings, then press Run: the points appear as they are measured."
MEANWHILE = "The figures come when the run is over."
_STILL = BreakEvenPlan("threads", workers=2, work="waiting")


class BreakEven(Lab):
    """One lab: controls, a chart that grows, and the lines of your earlier runs behind it.

    results: what the finished runs amounted to, the oldest first.
    status: what the status line says.
    """

    def __init__(self) -> None:
        super().__init__(BreakEvenPlan())
        if has_front_end():
            from parcours.labs.break_even_panel import Panel

            self._panel = Panel(self._plan, self._press_run, self._press_stop, self._show_empty)
            self._show_left_off()
            self._show_empty()
            self._link = Link()
        self._tell("Ready.")

    def run(
        self,
        *,
        executor: str | None = None,
        workers: int | None = None,
        work: str | None = None,
        data: int | None = None,
        wait: bool | None = None,
    ) -> Crossings | None:
        """Measure; what is not given stays as the controls have it.

        executor: "threads" or "processes". workers: 1 to 8. work: "cpu" or "waiting".
        data: bytes that each task carries to its worker: 0, 100_000 or 1_000_000.
        wait: whether to return only when the run is over, and then its crossings; by default only
        where there are no controls to look at. ValueError for what cannot be run.
        """
        given = {"executor": executor, "workers": workers, "work": work, "data": data}
        return self._run(given, wait)

    def _recording(self) -> Recording:
        return Recording(self._plan, self._earlier())

    def _result(self, recording: Recording, facts: dict) -> Crossings:
        return Crossings(recording.plan, recording.points)

    def _earlier(self) -> list[Sequence[tuple[float, float]]]:
        return [result.there for result in self.results]

    def _show_empty(self) -> None:
        if self._running is None:
            self._show_picture(picture_svg(self._panel.plan(), [], self._earlier()))

    def _show_begun(self) -> None:
        self._show_figures(None, MEANWHILE)

    def _show_left_off(self) -> None:
        self._show_figures(None)

    def _show_result(self) -> None:
        self._show_figures(self.results[-1])

    def _show_figures(self, result: Crossings | None, said: str = BEFORE) -> None:
        if not self._panel:
            return
        names = ("it pays from", "with its start from", "start of the pool", "way of a task")
        if result is None:
            figures = [(name, "-", "") for name in names]
        else:
            known = (result.pays_from, result.pays_with_start_from, result.start, result.way)
            shown = [length(s).split(" ") if s is not None else ("-", "") for s in known]
            figures = [(name, *value) for name, value in zip(names, shown, strict=True)]
            said = result.sentence()
        self._panel.show_result(figures_html(figures, said))

    def __repr__(self) -> str:
        return "\n".join(["Break-even", *map(repr, self.results)])

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        still = _still_bundle(self.results[-1] if self.results else None)
        if self._panel is None:
            return still
        return {**self._panel.box._repr_mimebundle_(), **still}


def _still_bundle(result: Crossings | None) -> dict[str, str]:
    """A still picture and words: of `result`, or of a short run made now if anybody looks."""
    words = SENTENCE
    if result is None and not unwatched():
        points: list[overhead.Point] = []
        overhead.run(_STILL, points.append, overhead.LENGTHS[:5])
        result = Crossings(_STILL, points)
    if result is not None:
        words = f"{SENTENCE}\n{result!r}"
    picture = result.svg() if result is not None else picture_svg(BreakEvenPlan(), [], [])
    return {"text/html": f"<p>{SENTENCE}</p>{picture}", "text/plain": words}
