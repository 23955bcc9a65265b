"""What the judge can do on this machine, line by line, and what to install for more.

for finding in examine():
    print(finding.what, finding.found, finding.advice)
"""

import multiprocessing
import platform
import shutil
import sys
from typing import NamedTuple

from parcours import machine
from parcours.judge.box import why_no_sandbox
from parcours.judge.forking import can_fork
from parcours.judge.proctree import EXACT


class Finding(NamedTuple):
    """One line: what was looked at, what was found, whether it is well, what would help."""

    what: str
    found: str
    well: bool
    advice: str = ""


def examine() -> list[Finding]:
    """Look at everything that verdicts depend on. Takes about a second."""
    return [_python(), _gil(), _cores(), _clocks(), _starts(), _contestants(), _box(), *_others()]


def _python() -> Finding:
    return Finding("Python", f"{platform.python_version()} on {platform.system()}", True)


def _gil() -> Finding:
    if machine.gil_enabled():
        return Finding("GIL", "on: threads take turns in computing", True)
    return Finding("GIL", "off: threads compute in parallel, and verdicts expect it", True)


def _cores() -> Finding:
    cores, allowed, quota = (machine.usable_cores(), machine.allowed_cores(), machine.cpu_quota())
    found = f"{cores} of {multiprocessing.cpu_count()}"
    if quota and quota < allowed:
        found += f", the control group gives {quota:g} cores' worth of time"
    if cores >= 2:
        return Finding("cores to use", found, True)
    advice = "Speed is judged by the demand for cores here; two cores show it, too."
    return Finding("cores to use", found, False, advice)


def _clocks() -> Finding:
    if EXACT:
        return Finding("load of others", "taken out of every verdict (schedstat)", True)
    return Finding(
        "load of others",
        "not told by this system: verdicts on speed may be inconclusive while it is busy",
        False,
        "Close other programs while speed is judged, or use Linux.",
    )


def _starts() -> Finding:
    methods = multiprocessing.get_all_start_methods()
    return Finding("processes start by", f"{methods[0]} (also: {', '.join(methods[1:])})", True)


def _contestants() -> Finding:
    if can_fork():
        return Finding("a check costs", "milliseconds: contestants are forked", True)
    return Finding("a check costs", "a new Python each: about half a second", True)


def _box() -> Finding:
    why = why_no_sandbox()
    if not why:
        return Finding("submissions run", "in a sandbox (bubblewrap)", True)
    if sys.platform != "linux":
        advice = "For students' work, grade on Linux; for your own it makes no difference."
    elif shutil.which("bwrap") is None:
        advice = "Install it, for instance: apt-get install bubblewrap"
    else:
        advice = "Allow unprivileged user namespaces, or run as a user who may use bubblewrap."
    return Finding("submissions run", f"without a sandbox: {why}", False, advice)


def _others() -> list[Finding]:
    found = machine.other_pythons()
    shown = ", ".join(found) or "none"
    return [Finding("Pythons on PATH", shown, True)]
