"""The controls and the areas of The Bench, as ipywidgets. No logic: it shows and it asks.

    panel = Panel(Plan(), on_run=..., on_stop=..., on_change=...)
    panel.show_picture(svg)

Its callbacks are called in the kernel's main thread and must not block; its `show_...` methods may
be called from any thread, as they set widget traits only.
"""

import time
from collections.abc import Callable
from html import escape
from pathlib import Path

import ipywidgets as widgets

from parcours.labs.plan import EXECUTORS, MOST_WORKERS, TASKS, WORKS, Plan, missing

_CSS = Path(__file__).with_name("bench.css")
_SETTLED_SECONDS = 0.06


class Panel:
    """The widgets of one Bench; `box` is what is displayed."""

    def __init__(
        self,
        plan: Plan,
        on_run: Callable[[], None],
        on_stop: Callable[[], None],
        on_change: Callable[[], None],
    ) -> None:
        offered = [name for name in EXECUTORS if not missing(name)]
        executors = [(_shown(name), name) for name in offered]
        self._executor = _choice("Executor", executors, plan.executor)
        kinds = [(words.capitalize(), name) for name, words in WORKS.items()]
        self._work = _choice("Work", kinds, plan.work)
        self._workers = _slider("Workers", plan.workers, 1, MOST_WORKERS)
        self._tasks = _slider("Tasks", plan.tasks, *TASKS)
        self._run = _button("Run", "play", "Run these tasks with these workers", "pb-run")
        self._stop = _button("Stop", "stop", "Stop the run at once", "pb-stop")
        self._stop.disabled = True
        self._picture, self._status, self._result, self._history, legend = (
            widgets.HTML(layout=widgets.Layout(width="100%", margin="0")) for _ in range(5)
        )
        self._legend = legend
        self._changed_at = 0.0
        for control in (self._executor, self._work, self._workers, self._tasks):
            control.observe(lambda _: self._note_change(on_change), "value")
        self._run.on_click(lambda _: on_run())
        self._stop.on_click(lambda _: on_stop())
        self.box = self._arranged(legend)

    def _arranged(self, legend: widgets.HTML) -> widgets.VBox:
        style = _CSS.read_text(encoding="utf-8")
        head = widgets.HTML(
            f"<style>{style}</style><div class='pb-head'><b>The Bench</b>"
            "<span>the same tasks, run by different kinds of workers</span></div>"
        )
        lacking = [_unavailable(name) for name in EXECUTORS if missing(name)]
        executors = _row("pb-executors", self._executor, *lacking)
        buttons = _row("pb-buttons", self._run, self._stop)
        results = _row("pb-results", self._result, self._history)
        self._result.add_class("pb-result")
        self._history.add_class("pb-history")
        box = widgets.VBox(
            [
                head,
                _row("pb-row", executors, buttons),
                _row("pb-row", self._work, self._workers, self._tasks),
                self._picture,
                legend,
                self._status,
                results,
            ]
        )
        box.add_class("parcours-bench")
        return box

    def _note_change(self, on_change: Callable[[], None]) -> None:
        self._changed_at = time.monotonic()
        on_change()

    def plan(self) -> Plan:
        """What the controls say now."""
        return Plan(self._executor.value, self._workers.value, self._work.value, self._tasks.value)

    def settled_plan(self) -> Plan:
        """What the controls say once they are at rest. Waits a moment: not for the main thread.

        The front end may send the click on Run before the last move of a slider.
        """
        asked = time.monotonic()
        while (now := time.monotonic()) - max(asked, self._changed_at) < _SETTLED_SECONDS:
            time.sleep(max(asked, self._changed_at) + _SETTLED_SECONDS - now)
        return self.plan()

    def set_plan(self, plan: Plan) -> None:
        self._executor.value, self._work.value = plan.executor, plan.work
        self._workers.value, self._tasks.value = plan.workers, plan.tasks

    def show_running(self, running: bool) -> None:
        self._run.disabled, self._stop.disabled = running, not running

    def show_picture(self, svg: str) -> None:
        self._picture.value = svg

    def show_legend(self, svg: str) -> None:
        self._legend.value = svg

    def show_status(self, words: str) -> None:
        self._status.value = f'<div class="pb-status" role="status">{escape(words)}</div>'

    def show_result(self, html: str) -> None:
        self._result.value = html

    def show_history(self, svg: str) -> None:
        self._history.value = svg


def _shown(executor: str) -> str:
    return executor if executor == "asyncio" else executor.capitalize()


def _choice(name: str, options: list[tuple[str, str]], value: str) -> widgets.ToggleButtons:
    return widgets.ToggleButtons(
        options=options,
        value=value,
        description=name,
        style={"description_width": "62px", "button_width": "auto"},
        layout=widgets.Layout(width="auto", margin="0"),
    )


def _slider(name: str, value: int, least: int, most: int) -> widgets.IntSlider:
    return widgets.IntSlider(
        value,
        least,
        most,
        description=name,
        style={"description_width": "58px"},
        layout=widgets.Layout(width="auto", margin="0"),
    )


def _button(name: str, icon: str, tooltip: str, kind: str) -> widgets.Button:
    button = widgets.Button(
        description=name, icon=icon, tooltip=tooltip, layout=widgets.Layout(width="96px")
    )
    button.add_class(kind)
    return button


def _unavailable(executor: str) -> widgets.Button:
    reason = missing(executor)
    button = widgets.Button(
        description=f"{_shown(executor)} (3.14+)",
        tooltip=f"{_shown(executor)} come {reason}",
        disabled=True,
        layout=widgets.Layout(width="auto"),
    )
    button.add_class("pb-lacking")
    return button


def _row(kind: str, *children: widgets.Widget) -> widgets.Box:
    row = widgets.Box(list(children))
    row.add_class(kind)
    return row
