"""Reading what was handed in: any file becomes a notebook that can be worked on, or one sentence.

    try:
        nb = read_submission(Path("submitted/ada/ch01_first_look/ch01_first_look.ipynb"))
    except UnreadableError as problem:
        print(problem)      # 'is not a notebook: it is not JSON (line 3, column 7)'

nbformat refuses or lets through what it finds; here cells are made whole one by one, so that one
odd cell does not cost the rest of the notebook.
"""

import json
import re
from pathlib import Path
from typing import Any

import nbformat
from nbformat.notebooknode import NotebookNode

MAX_BYTES = 100_000_000
_CELL_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


class UnreadableError(ValueError):
    """The file is no notebook that can be graded; the message continues "The file ..."."""


def read_submission(path: Path) -> NotebookNode:
    """Read a submitted notebook of any notebook format into format 4.5.

    Raises UnreadableError, with the rest of a sentence that begins with the file's name.
    """
    content = _parse(_text(path))
    if not isinstance(content, dict) or not ({"cells", "worksheets"} & content.keys()):
        raise UnreadableError("is JSON, but not a notebook: it has no list of cells")
    major = content.get("nbformat", 4)
    if not isinstance(major, int) or major > 4:
        raise UnreadableError(f"is of notebook format {major!r}, newer than the formats known here")
    if major < 4:
        content = _upgraded(content, major)
    return _whole(content)


def _text(path: Path) -> str:
    try:
        if not path.exists():
            raise UnreadableError("is missing")
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise UnreadableError(
                f"is {size / 1e6:.0f} MB large, and at most {MAX_BYTES / 1e6:.0f} MB are read"
            )
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as problem:
        reason = problem.strerror or type(problem).__name__
        raise UnreadableError(f"cannot be opened: {reason}") from problem
    except UnicodeDecodeError as problem:
        raise UnreadableError("is not a notebook: it is not text in UTF-8") from problem
    if not text.strip():
        raise UnreadableError("is empty")
    return text


def _parse(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as problem:
        if re.search(r"^<{7} ", text, re.MULTILINE):
            raise UnreadableError("holds the marks of a merge conflict (<<<<<<<)") from problem
        place = f"line {problem.lineno}, column {problem.colno}"
        raise UnreadableError(f"is not a notebook: it is not JSON ({place})") from problem
    except (RecursionError, ValueError) as problem:
        raise UnreadableError("is not a notebook: its JSON cannot be taken in") from problem


def _upgraded(content: dict[str, Any], major: int) -> dict[str, Any]:
    try:
        return nbformat.reads(json.dumps(content), as_version=4)
    except Exception as problem:  # the old formats' upgraders raise whatever they stumble over
        raise UnreadableError(
            f"is of the old notebook format {major} and could not be upgraded: "
            "it has to be opened in JupyterLab and saved once"
        ) from problem


def _whole(content: dict[str, Any]) -> NotebookNode:
    found = content.get("cells")
    cells = found if isinstance(found, list) else []
    metadata = content.get("metadata")
    return nbformat.from_dict(
        {
            "nbformat": 4,
            "nbformat_minor": 5,
            "metadata": metadata if isinstance(metadata, dict) else {},
            "cells": with_ids([_whole_cell(cell) for cell in cells if isinstance(cell, dict)]),
        }
    )


def _whole_cell(cell: dict[str, Any]) -> dict[str, Any]:
    kind = cell.get("cell_type")
    whole = {
        "id": cell.get("id"),
        "cell_type": kind if kind in ("code", "markdown") else "raw",
        "metadata": cell["metadata"] if isinstance(cell.get("metadata"), dict) else {},
        "source": _joined(cell.get("source")),
    }
    if kind == "code":
        whole |= {"outputs": valid_outputs(cell.get("outputs")), "execution_count": None}
    elif isinstance(cell.get("attachments"), dict):
        whole["attachments"] = cell["attachments"]
    return whole


def _joined(source: Any) -> str:
    if isinstance(source, list):
        return "".join(line for line in source if isinstance(line, str))
    return source if isinstance(source, str) else ""


def valid_outputs(outputs: Any) -> list[NotebookNode]:
    """Those of the outputs that notebook format 4 allows, with their lines joined."""
    kept = []
    for output in outputs if isinstance(outputs, list) else []:
        try:
            cell = {"cell_type": "code", "source": "", "metadata": {}, "outputs": [output]}
            joined = nbformat.v4.rwbase.rejoin_lines(nbformat.from_dict({"cells": [cell]}))
            (node,) = joined.cells[0].outputs
            nbformat.validate(node, ref="output", version=4)
        except Exception:  # whatever is wrong with it, it is no output
            continue
        kept.append(node)
    return kept


def with_ids(cells: list[Any]) -> list[Any]:
    """The same cells, each with an id of its own that the format allows; good ids stay."""
    seen = set()
    for number, cell in enumerate(cells):
        wanted = cell.get("id")
        if not (isinstance(wanted, str) and _CELL_ID.fullmatch(wanted)) or wanted in seen:
            wanted = f"cell-{number}"
            while wanted in seen:
                wanted += "x"
        seen.add(wanted)
        cell["id"] = wanted
    return cells
