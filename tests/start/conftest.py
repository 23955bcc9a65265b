"""A copy of start.py in a folder of its own, with an installer that is quick and needs no network.

The fake `uv` installs programs that tell how they were called. What each of its installs does is
queued by the test: it works, it fails, it fails half-way, or it holds until the test lets go.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

FAKE_UV = '''
import json, pathlib, socket, subprocess, sys, sysconfig
here = pathlib.Path(__file__).parent
arguments = sys.argv[1:]
with (here / "calls").open("a") as calls:
    calls.write(json.dumps(arguments) + "\\n")
queue = here / "queue"
planned = queue.read_text().splitlines() if queue.exists() else []
act, planned = (planned[0], planned[1:]) if planned else ("works", [])
queue.write_text("\\n".join(planned))
python = arguments[arguments.index("--python") + 1]
ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
told = subprocess.run([python, "-c", ask], capture_output=True, text=True).stdout
site = pathlib.Path(told.strip())
if act == "half":
    (site / "half_installed.py").write_text("")
if act in ("half", "fails"):
    sys.exit("the wheel is broken")
if act.startswith("holds"):
    print("holding on", flush=True)
    socket.create_connection(("127.0.0.1", int(act.split()[1]))).recv(1)
tell = """
import json, os, sys
print(json.dumps({"name": NAME, "arguments": sys.argv[1:], "folder": os.getcwd(),
    "path": os.environ["PATH"].split(os.pathsep)[0], "pythonpath": os.environ.get("PYTHONPATH"),
    "prefix": sys.prefix}), flush=True)
"""
def package(name, code):
    folder = site.joinpath(*name.split("."))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "__main__.py").write_text(tell.replace("NAME", repr(name)) + code)
    return "-m " + name
def launcher(name, start):
    folder = pathlib.Path(python).parent
    if sys.platform == "win32":
        (folder / (name + ".bat")).write_text(f'@"{python}" {start} %*')
    else:
        (folder / name).write_text(f'#!/bin/sh\\nexec "{python}" {start} "$@"')
        (folder / name).chmod(0o755)
package("jupyterlab", "")
package("parcours.grading.sample_class", "")
fails = (here / "fails").read_text().split() if (here / "fails").exists() else []
held = (here / "held").read_text() if (here / "held").exists() else ""
for name in ("ruff", "codespell", "parcours", "pytest"):
    code = "sys.exit(%d)" % (name in fails)
    if name == "pytest" and held:
        code = f"""
import socket
try:
    socket.create_connection(("127.0.0.1", {held})).recv(1)
except KeyboardInterrupt:
    print("pytest ends in its own way")
"""
    launcher(name, package("fake_" + name, code))
'''


class Course:
    """A folder with start.py in it, and what surrounds it."""

    def __init__(self, folder: Path, tools: Path):
        self.folder, self.tools = folder, tools
        self.venv = folder / ".venv"
        shutil.copy(ROOT / "start.py", folder)
        (folder / "requirements.txt").write_text("jupyterlab\n")
        (folder / "requirements-test.txt").write_text("-r requirements.txt\npytest\n")
        (folder / "pyproject.toml").write_text("")
        (folder / "notebooks").mkdir()
        (tools / "fake_uv.py").write_text(FAKE_UV)
        self.launcher("uv", tools / "fake_uv.py")

    def launcher(self, name: str, script: Path) -> None:
        """Make a program on PATH that runs a Python script, on every system."""
        if sys.platform == "win32":
            (self.tools / f"{name}.bat").write_text(f'@"{sys.executable}" "{script}" %*')
        else:
            (self.tools / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" "{script}" "$@"')
            (self.tools / name).chmod(0o755)

    def environment(self) -> dict[str, str]:
        installers = ("uv", "virtualenv")
        path = [
            entry
            for entry in os.environ["PATH"].split(os.pathsep)
            if entry and not any(shutil.which(name, path=entry) for name in installers)
        ]
        env = {key: text for key, text in os.environ.items() if not key.startswith("PIP_")}
        return {**env, "PATH": os.pathsep.join([str(self.tools), *path]), "PIP_NO_INDEX": "1"}

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, str(self.folder / "start.py"), *arguments]

    def start(self, *arguments: str, **env: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            self.command(*arguments),
            cwd=self.tools,
            env=self.environment() | env,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            stdin=subprocess.DEVNULL,
        )

    def start_aside(self, *arguments: str, stdout: int = subprocess.PIPE) -> subprocess.Popen:
        """Start without waiting for the end, as the leader of a process group."""
        return subprocess.Popen(
            self.command(*arguments),
            env=self.environment(),
            stdout=stdout,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            encoding="utf-8",
            start_new_session=True,
        )

    def plan(self, *acts: str) -> None:
        """What the next installs by uv do: "works", "fails", "half" or "holds PORT"."""
        (self.tools / "queue").write_text("\n".join(acts))

    def installs(self) -> list[str]:
        """The requirements files that uv was told to install since the last question."""
        calls = self.tools / "calls"
        told = [json.loads(line) for line in calls.read_text().splitlines()]
        calls.write_text("")
        return [arguments[-1] for arguments in told]

    def without_uv(self) -> None:
        for program in self.tools.glob("uv*"):
            program.unlink()


@pytest.fixture
def course(tmp_path: Path) -> Course:
    folder, tools = tmp_path / "ein Kurs für żółwie", tmp_path / "tools"
    folder.mkdir()
    tools.mkdir()
    return Course(folder, tools)


@pytest.fixture
def gate():
    """A place where a held program calls: accept() tells that it is there, closing lets it go."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(60)
        yield server
