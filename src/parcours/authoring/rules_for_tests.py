"""What a test cell has to keep to: it claims, it ends in a check, and it uses what is promised.

A learner gets the cell without its hidden regions, so whatever holds for the whole cell has to
hold for what is left of it too.

    faults = list(test_faults(cell, {"timed"}))
"""

import ast
from collections.abc import Iterator

from parcours.authoring import regions
from parcours.authoring.chapter import Cell, Fault
from parcours.authoring.names import bound_names, unknown_names


def test_faults(cell: Cell, promised: set[str]) -> Iterator[Fault]:
    """What is wrong with a test cell that may use the names in `promised` besides its own."""
    first_line = cell.source.split("\n", 1)[0]
    if not first_line.startswith("#") or regions.HIDDEN.begin in first_line:
        yield 0, "does not begin with a comment: state there what the cell claims"
    spans, _ = regions.find(regions.HIDDEN, cell.source)
    last = ast.parse(cell.source).body[-1:]
    last_line = last[0].lineno - 1 if last else 0
    if not last or not _is_check(last[0]):
        yield last_line, "does not end in a check: let its last statement call checks.NAME(...)"
    elif any(last[0].end_lineno > begin and last_line <= end for begin, end in spans):
        yield last_line, "ends in a hidden check: move its last statement out of the hidden region"
    yield from _name_faults(cell, promised)
    if spans:
        yield from _released_faults(cell, spans, promised)


def _is_check(node: ast.stmt) -> bool:
    called = (
        node.value.func if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) else None
    )
    return (
        isinstance(called, ast.Attribute)
        and isinstance(called.value, ast.Name)
        and called.value.id == "checks"
    )


def _name_faults(cell: Cell, promised: set[str]) -> Iterator[Fault]:
    for name in unknown_names(cell.source):
        if name not in promised:
            yield (
                _line_of(name, cell.source),
                (
                    f"uses {name}, which nothing defines: import or define it in this cell, "
                    "or let a solution or locked cell above define it outside of its region"
                ),
            )
    for name in sorted(bound_names(cell.source)):
        if not name.startswith("_"):
            yield (
                _line_of(name, cell.source),
                (f"assigns {name}: names in a test cell begin with _, as _{name}"),
            )


def _released_faults(
    cell: Cell, spans: list[tuple[int, int]], promised: set[str]
) -> Iterator[Fault]:
    """What is wrong with the test cell as learners get it, without its hidden regions."""
    released = regions.cut(cell.source, spans)
    try:
        compile(released, "<cell>", "exec", dont_inherit=True)
    except SyntaxError as error:
        yield (
            spans[0][0],
            (
                f"is not Python without its hidden region ({error.msg}): "
                "put whole statements into the region"
            ),
        )
        return
    for name in set(unknown_names(released)) - set(unknown_names(cell.source)):
        yield (
            spans[0][0],
            (
                f"defines {name} in its hidden region alone but uses it outside: "
                "give it a value above the region"
            ),
        )


def _line_of(name: str, source: str) -> int:
    """The line from 0 where a name first occurs."""
    for node in ast.walk(ast.parse(source)):
        if name in (getattr(node, "id", None), getattr(node, "name", None)):
            return node.lineno - 1
    return 0
