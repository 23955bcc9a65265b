"""The controls of The Bench, as ipywidgets. No logic: it shows and it asks.

panel = Panel(Plan(), on_run=..., on_stop=..., on_change=...)
panel.show_picture(svg)
"""

from collections.abc import Callable

import ipywidgets as widgets

from parcours.labs.lab_panel import LabPanel, choice, slider
from parcours.labs.plan import EXECUTORS, MOST_WORKERS, TASKS, WORKS, Plan, missing


class Panel(LabPanel):
    """The widgets of one Bench."""

    def __init__(
        self,
        plan: Plan,
        on_run: Callable[[], None],
        on_stop: Callable[[], None],
        on_change: Callable[[], None],
    ) -> None:
        super().__init__(on_run, on_stop)
        offered = [name for name in EXECUTORS if not missing(name)]
        executors = [(_shown(name), name) for name in offered]
        self._executor = choice("Executor", executors, plan.executor)
        kinds = [(words.capitalize(), name) for name, words in WORKS.items()]
        self._work = choice("Work", kinds, plan.work)
        self._workers = slider("Workers", plan.workers, 1, MOST_WORKERS)
        self._tasks = slider("Tasks", plan.tasks, *TASKS)
        lacking = [_unavailable(name) for name in EXECUTORS if missing(name)]
        self._arrange(
            "The Bench",
            "the same tasks, run by different kinds of workers",
            [self._executor, *lacking],
            [self._work, self._workers, self._tasks],
            on_change,
        )

    def plan(self) -> Plan:
        return Plan(self._executor.value, self._workers.value, self._work.value, self._tasks.value)

    def set_plan(self, plan: Plan) -> None:
        self._executor.value, self._work.value = plan.executor, plan.work
        self._workers.value, self._tasks.value = plan.workers, plan.tasks


def _shown(executor: str) -> str:
    return executor if executor == "asyncio" else executor.capitalize()


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
