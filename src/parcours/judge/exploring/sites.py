"""Which instructions of a function may touch something that threads share, found once a function.

    sites_of(code)      # {offset: Site}

What an instruction does is read off its opcode; on what, off the expression of the source that it
belongs to (`co_positions`). Without the source every call counts as one that touches anything.
"""

import ast
import dis
import linecache
import types
from typing import Any, NamedTuple

Chain = tuple[Any, ...]
"""How to reach an object from a frame: ("self", (".", "items"), ("[]", 0)). () is unknown."""

_READERS = """
    get keys values items copy count index is_set empty qsize full locked is_alive done
    cancelled running startswith endswith find peek len sum min max sorted list tuple set
    dict any all repr str print isinstance iter enumerate reversed bool zip map filter
"""
READERS = frozenset(_READERS.split())
_LOADS = {"LOAD_ATTR": "read", "LOAD_METHOD": "read", "STORE_ATTR": "write", "DELETE_ATTR": "write"}
_GLOBALS = {
    "LOAD_GLOBAL": "read",
    "LOAD_NAME": "read",
    "STORE_GLOBAL": "write",
    "DELETE_GLOBAL": "write",
}
_CELLS = {"LOAD_DEREF": "read", "STORE_DEREF": "write", "DELETE_DEREF": "write"}
_ITEMS = {
    "BINARY_SUBSCR": "read",
    "BINARY_SLICE": "read",
    "CONTAINS_OP": "read",
    "FOR_ITER": "read",
    "STORE_SUBSCR": "write",
    "DELETE_SUBSCR": "write",
    "STORE_SLICE": "write",
}
_CALLS = {"CALL", "CALL_KW", "CALL_FUNCTION_EX"}


class Site(NamedTuple):
    """One instruction: what it does to which variable or objects.

    kind: "read" or "write"; scope: "global", "cell", "attribute" (of the object at `chain`),
    "content" (of that object) or "call" (of the function at `chain`); name: of the variable or
    attribute; chains: the objects whose content a call may touch; text: how the source says it.
    """

    key: tuple[str, int, int]
    kind: str
    scope: str
    name: str
    chain: Chain
    chains: tuple[Chain, ...]
    text: str
    line: int


_known: dict[types.CodeType, dict[int, Site]] = {}


def sites_of(code: types.CodeType) -> dict[int, Site]:
    """The sites of a code object, by the offset of their instruction."""
    found = _known.get(code)
    if found is None:
        found = _known[code] = _find(code)
    return found


def source_of(code: types.CodeType, position: tuple) -> str:
    """The piece of source at a position of `co_positions`, "" when it is not known."""
    line, end_line, start, end = position
    if None in position:
        return ""
    lines = linecache.getlines(code.co_filename)[line - 1 : end_line]
    if len(lines) != end_line - line + 1:
        return ""
    parts = [text.encode() for text in lines]
    parts[-1] = parts[-1][:end]
    parts[0] = parts[0][start:]
    return b"".join(parts).decode(errors="replace")


def _find(code: types.CodeType) -> dict[int, Site]:
    found: dict[int, Site] = {}
    positions = list(code.co_positions())
    line = code.co_firstlineno
    for instruction in dis.get_instructions(code):
        position = positions[instruction.offset // 2]
        line = position[0] or line
        site = _site(code, instruction, position, line)
        if site is not None:
            found[instruction.offset] = site
    return found


def _site(code: types.CodeType, instruction: Any, position: tuple, line: int) -> Site | None:
    opcode, name = instruction.opname, str(instruction.argval)
    # The same code of two cells differs by its file, the same file's by line and offset.
    key = (code.co_filename, code.co_firstlineno, instruction.offset)
    if opcode in _GLOBALS:
        return Site(key, _GLOBALS[opcode], "global", name, (), (), name, line)
    if opcode in _CELLS:
        return Site(key, _CELLS[opcode], "cell", name, (), (), name, line)
    if opcode in _LOADS:
        tree = _parsed(source_of(code, position))
        # For `a.b()` the position of LOAD_METHOD may be that of the whole call.
        tree = tree.func if isinstance(tree, ast.Call) else tree
        chain = chain_of(tree.value) if isinstance(tree, ast.Attribute) else ()
        text = ast.unparse(tree) if isinstance(tree, ast.Attribute) else f".{name}"
        return Site(key, _LOADS[opcode], "attribute", name, chain, (), text, line)
    is_item = opcode == "BINARY_OP" and instruction.argrepr == "[]"
    if opcode in _ITEMS or is_item:
        return _content(key, _ITEMS.get(opcode, "read"), source_of(code, position), line)
    if opcode in _CALLS:
        return _call(key, source_of(code, position), line)
    return None


def _content(key: tuple, kind: str, source: str, line: int) -> Site | None:
    tree = _parsed(source)
    if isinstance(tree, ast.Subscript):
        owner = tree.value
    elif isinstance(tree, ast.Compare):
        owner = tree.comparators[-1]
    elif isinstance(tree, ast.Call):
        if isinstance(tree.func, ast.Name) and tree.func.id == "range":
            return None
        owner = tree.func.value if isinstance(tree.func, ast.Attribute) else None
        owner = tree.args[0] if owner is None and tree.args else owner
    else:
        owner = tree
    chain = chain_of(owner) if owner is not None else ()
    return Site(key, kind, "content", "", chain, (), source.strip(), line)


def _call(key: tuple, source: str, line: int) -> Site | None:
    tree = _parsed(source)
    if not source:
        return Site(key, "write", "call", "", (), (), "a call", line)
    if not isinstance(tree, ast.Call):
        return None  # the end of a `with` block, a decorator, a class statement
    function = tree.func
    name = getattr(function, "attr", getattr(function, "id", ""))
    chains = [chain_of(argument) for argument in tree.args]
    if isinstance(function, ast.Attribute):
        chains.insert(0, chain_of(function.value))
    touched = tuple(chain for chain in chains if chain)
    kind = "read" if name in READERS else "write"
    return Site(key, kind, "call", name, chain_of(function), touched, source.strip(), line)


def _parsed(source: str) -> Any:
    try:
        return ast.parse(f"({source})", mode="eval").body if source else None
    except SyntaxError:
        return None


def chain_of(tree: Any) -> Chain:
    """The chain of an expression made of names, attributes and plain indices; () for others."""
    if isinstance(tree, ast.Name):
        return (tree.id,)
    if isinstance(tree, ast.Attribute):
        start = chain_of(tree.value)
        return (*start, (".", tree.attr)) if start else ()
    if isinstance(tree, ast.Subscript):
        start = chain_of(tree.value)
        if start and isinstance(tree.slice, ast.Constant):
            return (*start, ("[]", tree.slice.value))
        if start and isinstance(tree.slice, ast.Name):
            return (*start, ("[n]", tree.slice.id))
    return ()
