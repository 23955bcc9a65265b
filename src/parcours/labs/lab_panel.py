"""What the panels of all labs have: a head, two rows of controls, Run and Stop, picture, results.

A lab's own panel adds its controls and says what they mean (`plan`, `set_plan`):

    class Panel(LabPanel):
        def __init__(self, plan, on_run, on_stop, on_change):
            super().__init__(on_run, on_stop)
            self._workers = slider("Workers", plan.workers, 1, 8)
            self._arrange("Title", "what it shows", [], [self._workers], on_change)

Callbacks are called in the kernel's main thread and must not block; the `show_...` methods may be
called from any thread, as they set widget traits only.
"""

import time
from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from typing import Any

import ipywidgets as widgets

_CSS = Path(__file__).with_name("bench.css")
_SETTLED_SECONDS = 0.06


class LabPanel:
    """The widgets of one lab; `box` is what is displayed."""

    box: widgets.VBox

    def __init__(self, on_run: Callable[[], None], on_stop: Callable[[], None]) -> None:
        self._run = button("Run", "play", "Run this experiment", "pb-run")
        self._stop = button("Stop", "stop", "Stop the run at once", "pb-stop")
        self._stop.disabled = True
        self._picture, self._status, self._result, self._history, self._legend = (
            widgets.HTML(layout=widgets.Layout(width="100%", margin="0")) for _ in range(5)
        )
        self._result.add_class("pb-result")
        self._history.add_class("pb-history")
        self._run.on_click(lambda _: on_run())
        self._stop.on_click(lambda _: on_stop())
        self._changed_at = 0.0

    def _arrange(
        self,
        title: str,
        subtitle: str,
        first: Sequence[widgets.Widget],
        second: Sequence[widgets.Widget],
        on_change: Callable[[], None],
    ) -> None:
        """Put everything in its place; the rows of controls call `on_change` when they change."""
        for control in [*first, *second]:
            if not isinstance(control, widgets.Button):
                control.observe(lambda _: self._note_change(on_change), "value")
        style = _CSS.read_text(encoding="utf-8")
        head = widgets.HTML(
            f"<style>{style}</style><div class='pb-head'><b>{escape(title)}</b>"
            f"<span>{escape(subtitle)}</span></div>"
        )
        buttons = row("pb-buttons", self._run, self._stop)
        self.box = widgets.VBox(
            [
                head,
                row("pb-row", row("pb-executors", *first), buttons),
                row("pb-row", *second),
                self._picture,
                self._legend,
                self._status,
                row("pb-results", self._result, self._history),
            ]
        )
        self.box.add_class("parcours-bench")

    def _note_change(self, on_change: Callable[[], None]) -> None:
        self._changed_at = time.monotonic()
        on_change()

    def plan(self) -> Any:
        """What the controls say now."""
        raise NotImplementedError

    def set_plan(self, plan: Any) -> None:
        """Move the controls."""
        raise NotImplementedError

    def settled_plan(self) -> Any:
        """What the controls say once they are at rest. Waits a moment: not for the main thread.

        The front end may send the click on Run before the last move of a slider.
        """
        asked = time.monotonic()
        while (now := time.monotonic()) - max(asked, self._changed_at) < _SETTLED_SECONDS:
            time.sleep(max(asked, self._changed_at) + _SETTLED_SECONDS - now)
        return self.plan()

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


def choice(name: str, options: Sequence[tuple[str, Any]], value: Any) -> widgets.ToggleButtons:
    return widgets.ToggleButtons(
        options=options,
        value=value,
        description=name,
        style={"description_width": "62px", "button_width": "auto"},
        layout=widgets.Layout(width="auto", margin="0"),
    )


def slider(name: str, value: int, least: int, most: int) -> widgets.IntSlider:
    return widgets.IntSlider(
        value,
        least,
        most,
        description=name,
        style={"description_width": "58px"},
        layout=widgets.Layout(width="auto", margin="0"),
    )


def button(name: str, icon: str, tooltip: str, kind: str) -> widgets.Button:
    made = widgets.Button(
        description=name, icon=icon, tooltip=tooltip, layout=widgets.Layout(width="96px")
    )
    made.add_class(kind)
    return made


def row(kind: str, *children: widgets.Widget) -> widgets.Box:
    made = widgets.Box(list(children))
    made.add_class(kind)
    return made
