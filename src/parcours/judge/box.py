"""The box: what a submission can see and touch of the machine on which it is judged.

Contestants of submissions run inside bubblewrap where it is present and allowed: a system of which
only the programs can be read, a `/tmp` of their own, no network but their own loopback, no other
process, no capability. The course, the gradebook and other submissions are not there at all.

    command = sandbox_command(folder)      # prefix of a command, [] where there is no sandbox

`folder` is the one place that both sides see, under the same name: desks, sockets and logs are made
in it. Source of the flags: bwrap(1); as root, capabilities have to be dropped explicitly.
"""

import functools
import os
import shutil
import site
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

import parcours

_FLAGS = [
    "--unshare-user",
    "--unshare-pid",
    "--unshare-net",
    "--unshare-ipc",
    "--unshare-uts",
    "--unshare-cgroup-try",
    "--cap-drop",
    "ALL",
    "--disable-userns",
    "--die-with-parent",
    "--new-session",
    "--hostname",
    "box",
]
# What programs need of /etc; not the rest, since a grader that is root could read all of it.
_ETC = ("ld.so.cache", "localtime", "alternatives", "fonts", "mime.types", "ssl/certs")
_PASSED_ON = ("LANG", "LC_ALL", "LC_CTYPE", "TZ", "PYTHONHASHSEED", "PYTHON_GIL")


def sandbox_command(folder: Path) -> list[str]:
    """The beginning of a command that runs the rest in a box; [] where that is not possible."""
    return _command(folder) if why_no_sandbox() == "" else []


@functools.cache
def why_no_sandbox() -> str:
    """Why submissions are judged without a sandbox here; "" when they are judged in one."""
    if os.environ.get("PARCOURS_SANDBOX") == "off":
        return "PARCOURS_SANDBOX=off is set"
    if sys.platform != "linux":
        return "bubblewrap exists on Linux only"
    if shutil.which("bwrap") is None:
        return "bubblewrap is not installed (package `bubblewrap`)"
    with tempfile.TemporaryDirectory(prefix="parcours-box-") as folder:
        tried = subprocess.run(
            [*_command(Path(folder)), sys.executable, "-I", "-c", "import parcours"],
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=60,
            env=boxed_environment(Path(folder)),
        )
    if tried.returncode == 0:
        return ""
    told = (tried.stderr.strip().splitlines() or ["it ended without a word"])[-1]
    return f"bubblewrap is not allowed here ({told})"


def boxed_environment(folder: Path) -> dict[str, str]:
    """The environment variables inside: none of the grader's own but language and time zone."""
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return environment | {"PATH": "/usr/bin:/bin", "HOME": str(folder), "TMPDIR": str(folder)}


def _command(folder: Path) -> list[str]:
    command = ["bwrap", *_FLAGS, "--ro-bind", "/usr", "/usr"]
    for name in ("bin", "sbin", "lib", "lib32", "lib64"):
        path = Path("/", name)
        if path.is_symlink():
            command += ["--symlink", str(path.readlink()), str(path)]
        elif path.exists():
            command += ["--ro-bind", str(path), str(path)]
    for name in _ETC:
        command += ["--ro-bind-try", f"/etc/{name}", f"/etc/{name}"]
    command += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]
    for path in _python_folders():
        command += ["--ro-bind", str(path), str(path)]
    return [*command, "--bind", str(folder), str(folder), "--chdir", str(folder)]


def _python_folders() -> list[Path]:
    """Where this Python, its packages and this package are; nothing of the course around them."""
    wanted = {
        Path(sys.prefix),
        Path(sys.base_prefix),
        Path(sysconfig.get_path("stdlib")),
        Path(parcours.__file__).parent,
        *(Path(folder) for folder in site.getsitepackages()),
    }
    if site.ENABLE_USER_SITE:
        wanted.add(Path(site.getusersitepackages()))
    outer: list[Path] = []
    for path in sorted({p.resolve() for p in wanted if p.exists()} | wanted):
        under_usr = path.is_relative_to("/usr")
        if path.exists() and not under_usr and not any(path.is_relative_to(p) for p in outer):
            outer.append(path)
    return outer
