"""The Bench: the same tasks run by different kinds of workers, drawn while they run.

    bench = labs.Bench()
    bench

With the controls, or from code: `bench.run(executor="processes", workers=2, wait=True)`.
Where no widgets can be shown there is a still picture.
"""

from parcours.labs.cards import BEFORE, MEANWHILE, cards_html
from parcours.labs.history import history_svg
from parcours.labs.lab import Lab
from parcours.labs.link import Link
from parcours.labs.plan import WORKS, Plan
from parcours.labs.results import WIDTH, Recording, Result
from parcours.labs.still import empty_svg, still_bundle
from parcours.labs.svg import legend_svg
from parcours.labs.timeline import Timeline
from parcours.labs.unwatched import has_front_end
from parcours.machine import usable_cores

_SHOWN_KINDS = ("cpu", "io", "gil", "ready")


class Bench(Lab):
    """One lab: controls, a live picture, and the history of your runs.

    results: what the finished runs amounted to, the oldest first.
    status: what the status line says.
    """

    def __init__(self) -> None:
        super().__init__(Plan())
        if has_front_end():
            from parcours.labs.panel import Panel

            self._panel = Panel(self._plan, self._press_run, self._press_stop, self._show_empty)
            self._panel.show_legend(legend_svg(_SHOWN_KINDS, WIDTH))
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
        tasks: int | None = None,
        wait: bool | None = None,
    ) -> Timeline | None:
        """Run tasks; what is not given stays as the controls have it.

        executor: "serial", "threads", "processes", "asyncio" or "interpreters".
        workers: 1 to 8. work: "cpu", "waiting" or "mixed". tasks: 2 to 40.
        wait: whether to return only when the run is over, and then its timeline; by default only
        where there are no controls to look at. ValueError for what cannot be run.
        """
        given = {"executor": executor, "workers": workers, "work": work, "tasks": tasks}
        result = self._run(given, wait)
        return result.timeline if result else None

    def _recording(self) -> Recording:
        return Recording(self._plan)

    def _result(self, recording: Recording, facts: dict) -> Result:
        return Result(recording, facts["gil"], facts["cores"])

    def _show_empty(self) -> None:
        """While nothing runs, the picture shows the rows that the controls ask for."""
        if self._running is None:
            plan = self._panel.plan()
            self._show_picture(empty_svg(plan))
            self._show_history(plan.work)

    def _show_begun(self) -> None:
        self._show_cards(None, MEANWHILE)

    def _show_left_off(self) -> None:
        self._show_cards(None)

    def _show_result(self) -> None:
        self._show_cards(self.results[-1])

    def _show_cards(self, result: Result | None, said: str = BEFORE) -> None:
        if self._panel:
            self._panel.show_result(cards_html(result, said))
            self._show_history(self._plan.work)

    def _show_history(self, work: str) -> None:
        runs = [
            (result.plan.executor, len(result.plan.lanes), result.speed)
            for result in self.results
            if result.plan.work == work
        ]
        self._panel.show_history(history_svg(runs, WORKS[work], usable_cores()))

    def __repr__(self) -> str:
        return "\n".join(["The Bench", *(str(result) for result in self.results)])

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        still = still_bundle(self.results[-1].timeline if self.results else None)
        if self._panel is None:
            return still
        return {**self._panel.box._repr_mimebundle_(), **still}
