"""The frame of all labs: an experiment in a process apart, a picture that moves, Run and Stop.

    class Bench(Lab): ...      # says what its plans, recordings and results are

The experiment runs in a process apart (see `parcours.labs.runner`), so that the kernel stays free
and Stop ends everything at once.
"""

import threading
import time
import weakref
from typing import Any

from parcours.labs.link import Link, RunnerGone
from parcours.machine import gil_enabled, usable_cores

FRAME_SECONDS = 1 / 15


class Lab:
    """One lab with or without controls. A lab of its own says what happens at the marked places.

    results: what the finished runs amounted to, the oldest first.
    status: what the status line says.
    """

    # Two runners at once would disturb each other's figures: the last lab in use has the runner.
    _last_in_use: weakref.ref | None = None

    def __init__(self, plan: Any) -> None:
        self.results: list = []
        self.status = ""
        self._plan = plan
        self._lock = threading.Lock()
        self._running: threading.Thread | None = None
        self._stopping = False
        self._closing = False
        self._link: Link | None = None
        self._panel = None
        self._take_over()

    def _take_over(self) -> None:
        last = Lab._last_in_use() if Lab._last_in_use else None
        if last is not None and last is not self:
            last.close()
        Lab._last_in_use = weakref.ref(self)

    def _run(self, given: dict[str, Any], wait: bool | None) -> Any:
        """Run what the controls say, with what is given in its place; the result if waited for."""
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
        return self.results[-1] if len(self.results) > before else None

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

    def _begin(self, plan: Any) -> threading.Thread | None:
        """Start a run in a thread; None, and a word in the status line, while another goes on."""
        with self._lock:
            if self._running is not None:
                self._tell("A run is going on: press Stop first, or wait for its end.")
                return None
            self._stopping = False
            self._running = threading.Thread(
                target=self._experiment, args=(plan,), name="lab", daemon=True
            )
            self._running.start()
            return self._running

    def _experiment(self, plan: Any) -> None:
        """One run from its first picture to its last, in a thread of its own."""
        self._show_running(True)
        spent = True
        try:
            self._take_over()
            self._plan = plan or self._panel.settled_plan()
            recording = self._recording()
            self._show_begun()
            self._tell("Running: Stop ends it at once.")
            try:
                facts = self._follow(recording)
            except RunnerGone as gone:
                self._show_left_off()
                recording.stop(time.perf_counter())
                if self._stopping:
                    self._tell(f"Stopped: {recording.progress()}.")
                else:
                    self._tell(f"No result: {gone}. Press Run to try again.")
            else:
                spent = False
                self.results.append(self._result(recording, facts))
                self._show_result()
                self._tell(f"{recording.title}: done.")
            self._show_picture(recording.svg(0.0))
        finally:
            self._renew_link(spent)
            self._show_running(False)
            with self._lock:
                self._running = None

    def _follow(self, recording: Any) -> dict:
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

    def _show_picture(self, svg: str) -> None:
        if self._panel:
            self._panel.show_picture(svg)

    def _show_running(self, running: bool) -> None:
        if self._panel:
            self._panel.show_running(running)

    def _tell(self, words: str) -> None:
        self.status = words
        if self._panel:
            self._panel.show_status(words)

    # ---- what a lab says of itself ---------------------------------------------------------------

    def _recording(self) -> Any:
        """A new recording of `_plan`: takes the runner's messages and draws itself."""
        raise NotImplementedError

    def _result(self, recording: Any, facts: dict) -> Any:
        """What a finished run amounts to."""
        raise NotImplementedError

    def _show_begun(self) -> None:
        """A run begins: show that its results are not there yet."""

    def _show_left_off(self) -> None:
        """A run was stopped or broke off: show that there are no results."""

    def _show_result(self) -> None:
        """Show the last result."""
