"""Reads what a contestant tells about a scenario; its process may have been tampered with.

    report = read_report(reply)         # every field is there and has its type

Nothing that is compared afterwards can surprise the judge by its form.
"""

from typing import Any

from parcours.judge.codec import Raised
from parcours.judge.processes import Ended


def read_report(reply: dict[str, Any]) -> dict[str, Any]:
    """The fields of a report, each of its type. Raises Ended for what is no report."""
    try:
        report = {
            "how": _text(reply["how"]),
            "now": _whole(reply["now"]),
            "end": None if reply["end"] is None else _whole(reply["end"]),
            "marks": [(_whole(ns), _text(label), _text(at)) for ns, label, at in reply["marks"]],
            "stalls": [(_whole(a), _whole(b), _place(where)) for a, b, where in reply["stalls"]],
            "waits": [_place(wait) for wait in reply["waits"]],
            "stopped": _place(reply["stopped"]),
            "died": [(_text(who), repr(error), _place(at)) for who, error, at in reply["died"]],
            "where": _place(reply.get("where")) or None,
            "value": reply.get("value"),
        }
        for field in ("threads left", "tasks left", "outside"):
            report[field] = [_text(item) for item in reply[field]]
    except (KeyError, TypeError, ValueError) as error:
        raise Ended("the process sent something that is not an answer") from error
    if "raised" in reply:
        raised = reply["raised"]
        report["raised"] = raised if isinstance(raised, Raised) else Raised(["Exception"], "")
    return report


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def _whole(value: Any) -> int:
    if not isinstance(value, int):
        raise TypeError("not a whole number")
    return value


def _place(value: Any) -> dict[str, Any]:
    """A place in code: "line", "function", "what", "who", those that are known."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise TypeError("not a place")
    found: dict[str, Any] = {
        key: _text(value[key]) for key in ("function", "what", "who") if value.get(key)
    }
    if value.get("line"):
        found["line"] = _whole(value["line"])
    return found
