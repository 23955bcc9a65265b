"""One submitted notebook: its cells run in a contestant, its test cells in the judge.

    with Submission(cells, cwd=folder) as submission:
        runs = submission.run()
        verdict = submission.judge(test_cell_source)

A cell that hangs or kills its process is noted and left out; the others still count. Every check
gets a contestant of its own: a fork of the one that holds the cells where that is a faithful copy,
else a new one in which the cells run again.
"""

import ast
import builtins
import contextlib
import re
import shutil
import symtable
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from parcours.judge.entry import Handle
from parcours.judge.makers import Maker, give_back, lease_box
from parcours.judge.processes import CALL_SECONDS, Contestant, Ended, Starved
from parcours.judge.verdict import Verdict


@dataclass
class CellRun:
    """What one cell gave: outputs in nbformat's form, its number, and why it was stopped, if so."""

    outputs: list[dict[str, Any]] = field(default_factory=list)
    execution_count: int = 0
    ended: str = ""


class Submission:
    """The ordinary code cells of one notebook, in order; `cwd` is where they run."""

    def __init__(self, cells: list[str], *, cwd: Path | None = None, seconds: float = CALL_SECONDS):
        self.cells = cells
        self.cwd = Path(cwd) if cwd is not None else None
        self.seconds = seconds
        self.stopped: dict[int, str] = {}  # cell index -> why it was stopped
        self.failed: dict[int, str] = {}  # the same, and the errors that cells raised
        self._hung: set[str] = set()
        self._holder: Contestant | None = None
        self._maker: Maker | None = None

    def __enter__(self) -> "Submission":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End every process of this submission."""
        if self._holder is not None:
            self._holder.close()
            self._holder = None
        if self._maker is not None:
            give_back(self._maker)
            self._maker = None

    def run(self) -> list[CellRun]:
        """Run the cells once, in order, and return what each gave. It never raises for a cell."""
        runs = [CellRun(execution_count=number + 1) for number in range(len(self.cells))]
        self._holder = self._load(runs)
        return runs

    def judge(self, source: str) -> Verdict:
        """Run a teacher's test cell here, with handles for the learner's names."""
        if self._holder is None:
            self.run()
        try:
            return self._run_test(source)
        except Exception as error:
            return Verdict.inconclusive(
                f"The test itself failed ({type(error).__name__}): a person has to look."
            )

    # ---- contestants ----------------------------------------------------------------------------

    def _load(self, runs: list[CellRun] | None = None) -> Contestant:
        """A contestant in which all cells ran that can; fills `runs` when given."""
        done = 0
        while True:
            contestant = self._new_contestant()
            index = 0
            try:
                contestant.open_notebook(self._folder())
                for index in range(len(self.cells)):
                    if index in self.stopped:
                        continue
                    outputs = contestant.cell(self.cells[index], index + 1, self.seconds)
                    if runs is not None and index >= done:
                        runs[index].outputs = outputs
                        self._note_error(index, outputs)
                        done = index + 1
                return contestant
            except Ended as ended:
                contestant.close()
                self._note_stopped(index, str(ended), runs)
                done = max(done, index + 1)
            except BaseException:
                contestant.close()
                raise

    def _note_stopped(self, index: int, reason: str, runs: list[CellRun] | None) -> None:
        self.stopped[index] = self.failed[index] = reason
        if runs is not None:
            sentence = f"This cell was stopped: {reason}. The cells after it run without it."
            runs[index].ended = sentence
            runs[index].outputs = [
                {
                    "output_type": "error",
                    "ename": "CellStopped",
                    "evalue": sentence,
                    "traceback": [sentence],
                }
            ]

    def _note_error(self, index: int, outputs: list[dict[str, Any]]) -> None:
        for output in outputs:
            if output.get("output_type") == "error":
                text = re.sub(r"<cell \d+>, ", "", output.get("evalue", ""))
                self.failed[index] = f"{output.get('ename')}: {text}"

    @contextlib.contextmanager
    def _for_check(self, name: str) -> Iterator[Contestant]:
        """A contestant with the cells in it, for one check of the function `name`."""
        with self._fresh() as contestant:
            # What hung once most likely hangs again: it need not cost the whole time each time.
            contestant.patience = 0.3 if name in self._hung else 1.0
            try:
                yield contestant
            finally:
                if contestant.hung:
                    self._hung.add(name)

    def _fresh(self) -> Contestant:
        if self._holder is not None and self._holder.is_single_threaded():
            try:
                return self._holder.fork()
            except Ended:
                self._holder.close()
                self._holder = None
        return self._load()

    def _new_contestant(self) -> Contestant:
        for _ in range(3):
            if self._maker is None:
                self._maker = lease_box()
            try:
                return self._maker.new_contestant()
            except Ended:
                # A learner's code has ended what starts its processes: that costs only itself.
                self._maker.kill()
                self._maker = None
        raise Starved("no process could be started")

    def _folder(self) -> Path:
        """A copy of the files that were handed in with the notebook, for one contestant."""
        folder = self._maker.new_folder("work")
        if self.cwd is not None and self.cwd.is_dir():
            notebooks = shutil.ignore_patterns("*.ipynb", ".ipynb_checkpoints")
            shutil.copytree(self.cwd, folder, symlinks=True, ignore=notebooks, dirs_exist_ok=True)
        return folder

    # ---- test cells -----------------------------------------------------------------------------

    def _run_test(self, source: str) -> Verdict:
        tree = ast.parse(source, "<test cell>")
        if not tree.body or not isinstance(tree.body[-1], ast.Expr):
            raise ValueError("the test cell does not end in a check")
        last = ast.Expression(tree.body.pop().value)
        names: dict[str, Any] = {"__name__": "__main__", "__builtins__": builtins}
        for name in free_names(source):
            names[name] = Handle(name, self._for_check, self._explain_missing)
        exec(compile(tree, "<test cell>", "exec"), names)
        verdict = eval(compile(last, "<test cell>", "eval"), names)
        if not isinstance(verdict, Verdict):
            raise ValueError("the test cell does not end in a check")
        return verdict

    def _explain_missing(self, name: str, functions: list[str]) -> str:
        """One sentence on why the notebook does not define a name."""
        for index, source in enumerate(self.cells):
            if index in self.failed and re.search(rf"^(async )?(def|class) {name}\b", source, re.M):
                return f"The cell that defines `{name}` did not run: {self.failed[index]}."
        sentence = f"There is no `{name}` in the notebook"
        if functions:
            named = ", ".join(f"`{other}`" for other in functions[:4])
            return f"{sentence} (it defines {named}): was it renamed?"
        return f"{sentence}: was it renamed, or its cell deleted?"


def is_test_source(source: str) -> bool:
    """Whether a cell is a test cell of ours: its last statement calls `checks.<name>(...)`."""
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError):
        return False
    if not body or not isinstance(body[-1], ast.Expr):
        return False
    call = body[-1].value
    return (
        isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == "checks"
    )


def free_names(source: str) -> set[str]:
    """Names that a test cell uses but neither defines, imports nor finds among the builtins."""
    table = symtable.symtable(source, "<test cell>", "exec")
    bound = {
        symbol.get_name()
        for symbol in table.get_symbols()
        if symbol.is_assigned() or symbol.is_imported() or symbol.is_namespace()
    }
    used = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_referenced()}
    waiting = list(table.get_children())
    while waiting:
        inner = waiting.pop()
        waiting.extend(inner.get_children())
        used |= {symbol.get_name() for symbol in inner.get_symbols() if symbol.is_global()}
    return {name for name in used - bound if not hasattr(builtins, name)}
