"""What a chapter has to keep to, so that nbgrader, the judge and the learner can rely on it.

Every rule adds to one list of problems: an author sees all of them at once, each with its
line and what to do, and nothing is built until none is left.

    problems = check_course([chapter])
"""

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator

from IPython.core.inputtransformer2 import TransformerManager

from parcours.authoring import regions
from parcours.authoring.chapter import Cell, Chapter, Fault, Problem
from parcours.authoring.names import promised_names
from parcours.authoring.rules_for_tests import test_faults
from parcours.notebook import GRADE_ID, exercise_of

LONGEST_ID = 64  # nbformat's limit for cell ids
_KINDS = (regions.SOLUTION, regions.HIDDEN, regions.MARK_SCHEME)
_ALLOWED = {"solution": regions.SOLUTION, "test": regions.HIDDEN}


def check_course(chapters: Iterable[Chapter]) -> list[Problem]:
    """Everything that is wrong with the chapters, in order of file and line."""
    chapters = list(chapters)
    problems = _duplicates(chapters)
    for chapter in chapters:
        promised: set[str] = set()
        for cell in chapter.cells:
            faults = list(_cell_faults(chapter, cell, promised))
            problems += [
                chapter.problem(cell.line + offset, f"{cell.name} {sentence}.")
                for offset, sentence in faults
            ]
        problems += _exercises(chapter)
    return sorted(set(problems))


def _duplicates(chapters: list[Chapter]) -> list[Problem]:
    first: dict[str, str] = {}
    numbers: dict[str, str] = {}
    problems = []
    for chapter in chapters:
        other = numbers.setdefault(chapter.number, chapter.file)
        if other != chapter.file:
            sentence = f"{other} has the number {chapter.number} too: give one of them another."
            problems.append(chapter.problem(1, sentence))
        for cell in chapter.cells:
            here = f"{chapter.file}:{cell.line}"
            if cell.id and first.setdefault(cell.id, here) != here:
                sentence = f"{cell.id} is the id of the cell at {first[cell.id]} too: rename one."
                problems.append(chapter.problem(cell.line, sentence))
    return problems


def _exercises(chapter: Chapter) -> list[Problem]:
    """An exercise is a solution cell with tests after it: neither goes without the other."""
    cells: dict[str, dict[str, Cell]] = defaultdict(dict)
    for cell in chapter.cells:
        if cell.role in ("solution", "test") and GRADE_ID.fullmatch(cell.id):
            cells[exercise_of(cell.id)].setdefault(cell.role, cell)
    problems = []
    for exercise, roles in cells.items():
        for role, other in (("solution", "test"), ("test", "solution")):
            if role in roles and other not in roles:
                sentence = (
                    f"{roles[role].id} is alone: exercise {exercise} has no {other} cell, "
                    f"add one whose id begins with {exercise}-."
                )
                problems.append(chapter.problem(roles[role].line, sentence))
    return problems


def _cell_faults(chapter: Chapter, cell: Cell, promised: set[str]) -> Iterator[Fault]:
    """What is wrong with one cell; names that it gives to later tests go into `promised`."""
    if cell.id:
        yield from _id_faults(chapter, cell)
    broken = list(_region_faults(cell))
    yield from broken
    if broken or cell.cell_type != "code":
        return
    syntax = _syntax_fault(cell)
    if syntax:
        yield syntax
    elif cell.role == "solution":
        yield from _solution_faults(cell, promised)
    elif cell.role == "test":
        yield from test_faults(cell, promised)
    elif cell.role == "locked":
        promised |= promised_names(_plain(cell.source))


def _id_faults(chapter: Chapter, cell: Cell) -> Iterator[Fault]:
    if not GRADE_ID.fullmatch(cell.id):
        yield (
            0,
            (
                "is no id of the form chNN-exN-words: use lower-case letters, digits and hyphens, "
                f"as {chapter.number}-ex1-keeps-order"
            ),
        )
    elif not cell.id.startswith(f"{chapter.number}-"):
        yield 0, f"belongs to another chapter: ids of this one begin with {chapter.number}-"
    if len(cell.id) > LONGEST_ID:
        yield 0, f"is an id of {len(cell.id)} characters: use {LONGEST_ID} at most"


def _region_faults(cell: Cell) -> Iterator[Fault]:
    for kind in _KINDS:
        spans, faults = regions.find(kind, cell.source)
        if _ALLOWED.get(cell.role) is kind:
            yield from faults
        elif spans or faults:
            line = min([first for first, _ in spans] + [number for number, _ in faults])
            yield line, f"holds a {kind.name}, which has no place in a {cell.role or 'plain'} cell"


def _syntax_fault(cell: Cell) -> Fault | None:
    """The syntax error in an ordinary or graded code cell; test cells have no IPython syntax."""
    if not cell.role and "raises-exception" in cell.tags:
        return None
    try:
        if cell.role == "test":
            compile(cell.source, "<cell>", "exec", dont_inherit=True)
        else:
            ast.parse(_plain(cell.source))
    except SyntaxError as error:
        return (error.lineno or 1) - 1, f"is not Python ({error.msg}): correct this line"
    except ValueError as error:
        return 0, f"is not Python ({error}): correct it"
    return None


def _plain(source: str) -> str:
    """The source as Python: magics become calls, line numbers stay."""
    if source.startswith("%%"):
        magic, _, body = source.partition("\n")
        # the body of another cell magic may be any language
        return f"\n{body}" if magic.split()[0] in ("%%importable", "%%time", "%%timeit") else ""
    return TransformerManager().transform_cell(source)


def _solution_faults(cell: Cell, promised: set[str]) -> Iterator[Fault]:
    spans, _ = regions.find(regions.SOLUTION, cell.source)
    if not spans:
        yield (
            0,
            (
                'has no solution region: put "### BEGIN SOLUTION" and "### END SOLUTION" around '
                "what a learner writes, below the signature and docstring"
            ),
        )
        return
    stub = regions.cut(cell.source, spans, regions.STUB)
    try:
        tree = ast.parse(_plain(stub))
    except SyntaxError as error:
        yield (
            spans[0][0],
            (
                f"leaves no Python when its solution region is cut ({error.msg}): "
                "put whole statements into the region"
            ),
        )
        return
    promised |= promised_names(_plain(stub))
    if any(_raises_outside_function(node) for node in tree.body):
        yield (
            spans[0][0],
            (
                "has its solution region outside of a function, so that its stub stops when it is "
                "defined: put the signature and docstring above the region"
            ),
        )
    for node in tree.body:
        defines = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        if (
            defines
            and any(_is_stub(part) for part in ast.walk(node))
            and not ast.get_docstring(node)
        ):
            yield (
                node.lineno - 1,
                (
                    f"defines {node.name} without a docstring above the solution region: "
                    "say there what it takes and returns"
                ),
            )


def _is_stub(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Raise)
        and isinstance(node.exc, ast.Name)
        and node.exc.id == "NotImplementedError"
    )


def _raises_outside_function(node: ast.AST) -> bool:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        return False
    return _is_stub(node) or any(map(_raises_outside_function, ast.iter_child_nodes(node)))
