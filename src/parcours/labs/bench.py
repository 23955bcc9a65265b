"""The Bench: the same tasks run by different kinds of workers, drawn while they run.

    bench = labs.Bench()
    bench

With the controls, or from code: `bench.run(executor="processes", workers=2, wait=True)`.

The experiment runs in a process apart (see `parcours.labs.runner`), so that the kernel stays free
and Stop ends everything at once. Where no widgets can be shown there is a still picture.
"""

import threading
import time
import weakref

from parcours.labs.cards import BEFORE, MEANWHILE, cards_html
from parcours.labs.history import history_svg
from parcours.labs.link import Link, RunnerGone
from parcours.labs.plan import WORKS, Plan
from parcours.labs.results import WIDTH, Recording, Result, title
from parcours.labs.still import empty_svg, still_bundle
from parcours.labs.svg import legend_svg
from parcours.labs.timeline import Timeline
from parcours.labs.unwatched import has_front_end
from parcours.machine import gil_enabled, usable_cores

FRAME_SECONDS = 1 / 15
_SHOWN_KINDS = ("cpu", "io", "gil", "ready")


class Bench:
    """One lab: controls, a live picture, and the history of your runs.

    results: what the finished runs amounted to, the oldest first.
    status: what the status line says.
    """

    # Two runners at once would disturb each other's figures: the last Bench in use has the runner.
    _last_in_use: weakref.ref | None = None

    def __init__(self) -> None:
        self.results: list[Result] = []
        self.status = ""
        self._plan = Plan()
        self._lock = threading.Lock()
        self._running: threading.Thread | None = None
        self._stopping = False
        self._closing = False
        self._link: Link | None = None
        self._panel = None
        self._take_over()
        if has_front_end():
            from parcours.labs.panel import Panel

            self._panel = Panel(self._plan, self._press_run, self._press_stop, self._show_empty)
            self._panel.show_legend(legend_svg(_SHOWN_KINDS, WIDTH))
            self._show_result(None)
            self._show_empty()
            self._link = Link()
        self._tell("Ready.")

    def _take_over(self) -> None:
        last = Bench._last_in_use() if Bench._last_in_use else None
        if last is not None and last is not self:
            last.close()
        Bench._last_in_use = weakref.ref(self)

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
        plan = self._panel.plan() if self._panel else self._plan
        plan = plan._replace(**{name: v for name, v in given.items() if v is not None}).checked()
        if self._panel:
            self._panel.set_plan(plan)
        before = len(self.results)
        thread = self._begin(plan)
        if wait is None:
            wait = self._panel is None
        if not wait or thread is None:
            return None
        try:
            thread.join()
        except KeyboardInterrupt:
            self.stop()
            raise
        return self.results[-1].timeline if len(self.results) > before else None

    def stop(self) -> None:
        """End the run at once, if there is one; nothing of it is left when this returns."""
        self._press_stop()
        thread = self._running
        if thread is not None and thread is not threading.current_thread():
            thread.join()

    def close(self) -> None:
        """End the run and the runner. The picture stays, and Run starts a new runner."""
        self._closing = True
        self.stop()
        link, self._link = self._link, None
        if link is not None:
            link.kill()
        self._closing = False

    def _press_run(self) -> None:
        self._begin(None)

    def _press_stop(self) -> None:
        with self._lock:
            if self._running is None:
                return
            self._stopping = True
            link = self._link
        if link is not None:
            link.strike()

    def _begin(self, plan: Plan | None) -> threading.Thread | None:
        """Start a run in a thread; None, and a word in the status line, while another goes on."""
        with self._lock:
            if self._running is not None:
                self._tell("A run is going on: press Stop first, or wait for its end.")
                return None
            self._stopping = False
            self._running = threading.Thread(
                target=self._experiment, args=(plan,), name="bench", daemon=True
            )
            self._running.start()
            return self._running

    def _experiment(self, plan: Plan | None) -> None:
        """One run from its first picture to its last, in a thread of its own."""
        self._show_running(True)
        spent = True
        try:
            self._take_over()
            self._plan = plan or self._panel.settled_plan()
            recording = Recording(self._plan)
            self._show_result(None, MEANWHILE)
            self._tell("Running: Stop ends it at once.")
            try:
                facts = self._follow(recording)
            except RunnerGone as gone:
                self._show_result(None)
                self._tell(self._left_off(recording, gone))
            else:
                spent = False
                self.results.append(Result(recording, facts["gil"], facts["cores"]))
                self._show_result(self.results[-1])
                self._tell(f"{title(self._plan)}: done.")
            self._show_picture(recording.svg(0.0))
        finally:
            self._renew_link(spent)
            self._show_running(False)
            with self._lock:
                self._running = None

    def _follow(self, recording: Recording) -> dict:
        """Have the runner do it and draw what it tells; returns what it says about itself.

        RunnerGone when it was stopped or could not go on.
        """
        link = self._warm_link()
        axis = recording.plan.expected_seconds(usable_cores(), gil_enabled())
        self._show_picture(recording.svg(axis))
        link.send(recording.plan)
        due = time.monotonic() + FRAME_SECONDS
        while recording.ended is None:
            message = link.next_message(due - time.monotonic())
            if message:
                if "error" in message:
                    raise RunnerGone(message["error"])
                recording.take(message)
            if time.monotonic() >= due:
                while recording.elapsed > axis * 0.97:
                    axis *= 1.4
                self._show_picture(recording.svg(axis))
                due = time.monotonic() + FRAME_SECONDS
        return link.facts

    def _left_off(self, recording: Recording, gone: RunnerGone) -> str:
        recording.stop(time.perf_counter())
        if not self._stopping:
            return f"No result: {gone}. Press Run to try again."
        return f"Stopped: {recording.tasks_begun} of {recording.plan.tasks} tasks had begun."

    def _warm_link(self) -> Link:
        with self._lock:
            if self._stopping:
                raise RunnerGone("it was stopped")
            if self._link is not None and not self._link.alive:
                self._link.kill()
                self._link = None
            self._link = self._link or Link()
            return self._link

    def _renew_link(self, spent: bool) -> None:
        """After a run: keep a runner ready for the next one where somebody may press Run."""
        link = self._link
        if link is not None and (self._panel is None or self._stopping or spent):
            link.kill()
            self._link = Link() if self._panel and not self._closing else None

    def _show_empty(self) -> None:
        """While nothing runs, the picture shows the rows that the controls ask for."""
        if self._running is None:
            plan = self._panel.plan()
            self._show_picture(empty_svg(plan))
            self._show_history(plan.work)

    def _show_picture(self, svg: str) -> None:
        if self._panel:
            self._panel.show_picture(svg)

    def _show_running(self, running: bool) -> None:
        if self._panel:
            self._panel.show_running(running)

    def _show_result(self, result: Result | None, said: str = BEFORE) -> None:
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

    def _tell(self, words: str) -> None:
        self.status = words
        if self._panel:
            self._panel.show_status(words)

    def __repr__(self) -> str:
        return "\n".join(["The Bench", *(str(result) for result in self.results)])

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        still = still_bundle(self.results[-1].timeline if self.results else None)
        if self._panel is None:
            return still
        return {**self._panel.box._repr_mimebundle_(), **still}
