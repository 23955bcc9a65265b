"""The controls of Break-even, as ipywidgets. No logic: it shows and it asks."""

from collections.abc import Callable

from parcours.labs.lab_panel import LabPanel, choice, slider
from parcours.labs.overhead import DATA, EXECUTORS, BreakEvenPlan
from parcours.labs.plan import MOST_WORKERS, WORKS


class Panel(LabPanel):
    """The widgets of one Break-even."""

    def __init__(
        self,
        plan: BreakEvenPlan,
        on_run: Callable[[], None],
        on_stop: Callable[[], None],
        on_change: Callable[[], None],
    ) -> None:
        super().__init__(on_run, on_stop)
        executors = [(name.capitalize(), name) for name in EXECUTORS]
        self._executor = choice("Executor", executors, plan.executor)
        kinds = [(WORKS[kind].capitalize(), kind) for kind in ("cpu", "waiting")]
        self._work = choice("Work", kinds, plan.work)
        self._workers = slider("Workers", plan.workers, 1, MOST_WORKERS)
        self._data = choice("Data", [(words, size) for size, words in DATA.items()], plan.data)
        # Earlier runs are lines in the picture: nothing else is shown beside the figures.
        self._history.layout.display = "none"
        self._arrange(
            "Break-even",
            "how long a task must be to pay for its way",
            [self._executor],
            [self._work, self._data, self._workers],
            on_change,
        )

    def plan(self) -> BreakEvenPlan:
        return BreakEvenPlan(
            self._executor.value, self._workers.value, self._work.value, self._data.value
        )

    def set_plan(self, plan: BreakEvenPlan) -> None:
        self._executor.value, self._work.value = plan.executor, plan.work
        self._workers.value, self._data.value = plan.workers, plan.data
