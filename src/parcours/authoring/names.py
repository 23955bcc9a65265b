"""Which names a cell binds at its top level, and which it only uses.

A test cell runs in the judge, where a learner's names are the ones that the exercise promises;
any other name would be a NameError on a learner's screen. Scopes are Python's own (symtable),
so that a comprehension's or lambda's variables count as theirs.

    unknown_names("_cases = [f(n) for n in range(3)]")   # ["f"]
"""

import ast
import builtins
import symtable
from collections.abc import Iterator


def bound_names(source: str) -> set[str]:
    """The names that a cell assigns or defines at its top level; imports do not count."""
    module = _scopes(source)
    return {symbol.get_name() for symbol in module.get_symbols() if symbol.is_assigned()}


def unknown_names(source: str) -> list[str]:
    """The names that a cell uses without binding or importing them, builtins left out."""
    module = _scopes(source)
    known = set(dir(builtins))
    used = set()
    for table in _tables(module):
        for symbol in table.get_symbols():
            of_module = table is module or symbol.is_global()
            if of_module and (symbol.is_assigned() or symbol.is_imported()):
                known.add(symbol.get_name())
            if of_module and symbol.is_referenced():
                used.add(symbol.get_name())
    return sorted(used - known)


def _scopes(source: str) -> symtable.SymbolTable:
    # From 3.12 on, symtable shows a comprehension's variables in the scope around it. They are as
    # local as a generator expression's, which it shows apart.
    tree = _ComprehensionsAsGenerators().visit(ast.parse(source))
    return symtable.symtable(ast.unparse(ast.fix_missing_locations(tree)), "<cell>", "exec")


class _ComprehensionsAsGenerators(ast.NodeTransformer):
    def visit_ListComp(self, node: ast.ListComp | ast.SetComp) -> ast.GeneratorExp:
        self.generic_visit(node)
        return ast.GeneratorExp(node.elt, node.generators)

    visit_SetComp = visit_ListComp  # noqa: N815

    def visit_DictComp(self, node: ast.DictComp) -> ast.GeneratorExp:
        self.generic_visit(node)
        parts = [part for part in (node.key, node.value) if part is not None]
        return ast.GeneratorExp(ast.Tuple(parts, ast.Load()), node.generators)


def _tables(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    yield table
    for child in table.get_children():
        yield from _tables(child)


def promised_names(source: str) -> set[str]:
    """The names that a stub or a locked cell gives to test cells: what it assigns or defines.

    Top-level await is fine here: the cell runs in a kernel.
    """
    return {name for node in ast.parse(source).body for name in _targets(node)}


def _targets(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Assign | ast.AnnAssign):
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            yield from (
                part.id
                for part in ast.walk(target)
                if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
            )
