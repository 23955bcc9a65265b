"""What this machine gives to this process: cores, the GIL, how processes start, other Pythons.

    usable_cores()      # 2: not what the machine has, but what this process may use

Standard library alone; nothing else of the package is imported.
"""

import contextlib
import math
import os
import sys
from pathlib import Path


def gil_enabled() -> bool:
    """Whether this interpreter runs one thread of Python code at a time."""
    return getattr(sys, "_is_gil_enabled", lambda: True)()


def usable_cores() -> int:
    """Cores that this process may use: by its affinity and by the quota of its control group."""
    cores = allowed_cores()
    quota = cpu_quota()
    return max(1, min(cores, math.ceil(quota))) if quota else cores


def allowed_cores() -> int:
    """Cores in the affinity of this process; all of the machine's where there is none."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def cpu_quota(root: Path = Path("/")) -> float | None:
    """Cores' worth of CPU time that the control group allows, None without a limit (Linux).

    Source: Linux, Documentation/admin-guide/cgroup-v2 (cpu.max), scheduler/sched-bwc (v1).
    """
    limits = [_quota_v2(root), _quota_v1(root)]
    known = [limit for limit in limits if limit]
    return min(known) if known else None


def _groups(root: Path) -> dict[str, str]:
    """Controllers -> path of this process's control group ("" is the unified hierarchy)."""
    groups = {}
    with contextlib.suppress(OSError):
        for line in (root / "proc/self/cgroup").read_text().splitlines():
            _, controllers, path = line.split(":", 2)
            groups[controllers] = path
    return groups


def _quota_v2(root: Path) -> float | None:
    path = _groups(root).get("", "/")
    base = root / "sys/fs/cgroup"
    found = []
    # A limit anywhere above holds as well.
    for part in [path, *map(str, Path(path).parents)]:
        with contextlib.suppress(OSError, ValueError):
            quota, period = (base / part.lstrip("/") / "cpu.max").read_text().split()
            found.append(int(quota) / int(period))
    return min(found) if found else None


def _quota_v1(root: Path) -> float | None:
    for controllers, path in _groups(root).items():
        if "cpu" not in controllers.split(","):
            continue
        for mount in ("cpu", "cpu,cpuacct"):
            for part in (path, "/"):
                folder = root / "sys/fs/cgroup" / mount / part.lstrip("/")
                with contextlib.suppress(OSError, ValueError):
                    quota = int((folder / "cpu.cfs_quota_us").read_text())
                    period = int((folder / "cpu.cfs_period_us").read_text())
                    return quota / period if quota > 0 else None
    return None


def other_pythons() -> dict[str, str]:
    """Pythons on PATH for the course: version -> command, such as 3.13.5t -> python3.13t."""
    import shutil  # not at the top: worker processes import this module and have no use for it

    found: dict[str, str] = {}
    for minor in range(11, 16):
        for suffix in ("", "t"):
            command = shutil.which(f"python3.{minor}{suffix}")
            version = _version(command) if command else None
            if version and version.startswith(f"3.{minor}."):
                found.setdefault(version + suffix, command)
    return found


def _version(command: str) -> str | None:
    import re
    import subprocess

    with contextlib.suppress(OSError, subprocess.SubprocessError):
        told = subprocess.run([command, "--version"], capture_output=True, text=True, timeout=10)
        match = re.fullmatch(r"Python (\S+)", told.stdout.strip())
        return match[1] if match and not told.returncode else None
    return None
