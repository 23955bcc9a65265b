"""JupyterLab in a real browser, for tests that look at what a learner sees.

    with JupyterLab({"one.ipynb": notebook("1 + 1")}, folder) as lab:
        page = lab.open("one.ipynb")
        page.run_all()
        page.screenshot("one")

It needs the `chromium` of the system and Python's `playwright`; `lacking()` says what is missing.
Everything lives in the given folder: server, kernels, settings, the browser's profile.
"""

import contextlib
import importlib.util
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import nbformat
import psutil

SCREENSHOTS = Path(__file__).parents[2] / "screenshots"
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_START_SECONDS = 60
_RUN_SECONDS = 120


def lacking() -> str:
    """What is missing to drive a browser, in a sentence; empty when nothing is."""
    if not _chromium():
        return "No chromium on this machine: install the system's package `chromium`."
    if importlib.util.find_spec("playwright") is None:
        return "No playwright in this Python: install requirements-test.txt."
    return ""


def _chromium() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser")


def notebook(*cells: str) -> nbformat.NotebookNode:
    """A notebook of code cells with these sources, for the kernel of this Python."""
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    made.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return made


class JupyterLab:
    """A server and a browser. theme: "light" or "dark"; env: more variables for server and kernels.

    console: the errors that pages wrote to the browser's console.
    """

    def __init__(
        self,
        notebooks: dict[str, nbformat.NotebookNode],
        folder: Path,
        *,
        theme: str = "light",
        env: dict[str, str] | None = None,
    ) -> None:
        self.work = folder / "work"
        self.console: list[str] = []
        self._folder, self._theme, self._env = folder, theme, env or {}
        self._token = secrets.token_hex(16)
        self._closing = contextlib.ExitStack()
        for name, content in notebooks.items():
            path = self.work / name
            path.parent.mkdir(parents=True, exist_ok=True)
            nbformat.write(content, path)

    def __enter__(self) -> "JupyterLab":
        try:
            self._start_server()
            self._start_browser()
        except BaseException:
            self._closing.close()
            raise
        return self

    def __exit__(self, *exception: object) -> None:
        self._closing.close()

    def _start_server(self) -> None:
        settings = self._folder / "settings"
        settings.mkdir(parents=True, exist_ok=True)
        overrides = {
            "@jupyterlab/apputils-extension:themes": {"theme": f"JupyterLab {self._theme.title()}"},
            "@jupyterlab/apputils-extension:notification": {"fetchNews": "false"},
        }
        (settings / "overrides.json").write_text(json.dumps(overrides))
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self._url = f"http://127.0.0.1:{port}"
        # Without the variables of a server or a kernel that these tests may run under.
        env = {k: v for k, v in os.environ.items() if not k.startswith(("JPY_", "JUPYTER_"))}
        env |= {f"JUPYTER_{what}_DIR": str(self._folder / what) for what in ("CONFIG", "RUNTIME")}
        env |= {"IPYTHONDIR": str(self._folder / "ipython"), **self._env}
        command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
        command += ["--expose-app-in-browser", f"--ServerApp.port={port}", "--port-retries=0"]
        command += [f"--IdentityProvider.token={self._token}", f"--ServerApp.root_dir={self.work}"]
        command += [f"--LabApp.app_settings_dir={settings}", "--LabApp.news_url="]
        command += [f"--LabApp.user_settings_dir={self._folder / 'user'}"]
        command += [f"--LabApp.workspaces_dir={self._folder / 'workspaces'}"]
        log = self._closing.enter_context((self._folder / "server.log").open("w"))
        server = subprocess.Popen(command, env=env, stdout=log, stderr=log, cwd=self.work)
        self._server = psutil.Process(server.pid)
        self._closing.callback(_end, server)
        deadline = time.monotonic() + _START_SECONDS
        while not self._answers():
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((self._folder / "server.log").read_text()[-2000:])
            time.sleep(0.1)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self._url}/api?token={self._token}", timeout=5):
                return True
        except (urllib.error.URLError, OSError):
            return False

    def processes(self, word: str) -> list[psutil.Process]:
        """The processes below the server (kernels and theirs) whose command line has this word."""
        return [p for p in self._server.children(recursive=True) if word in " ".join(_command(p))]

    def _start_browser(self) -> None:
        from playwright.sync_api import sync_playwright

        playwright = self._closing.enter_context(sync_playwright())
        self._browser = playwright.chromium.launch_persistent_context(
            str(self._folder / "profile"),
            executable_path=_chromium(),
            args=_FLAGS,
            viewport={"width": 1240, "height": 1000},
            color_scheme=self._theme,
        )
        self._closing.callback(self._browser.close)

    def open(self, name: str) -> "NotebookPage":
        """Open a notebook in a page of its own and wait until its kernel answers."""
        page = self._browser.new_page()
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.console.append(str(error)))
        page.goto(f"{self._url}/lab/tree/{name}?token={self._token}&reset")
        return NotebookPage(page)

    def _note(self, message) -> None:
        if message.type == "error":
            self.console.append(message.text)


_READY = """async () => {
  const app = window.jupyterapp;
  await app?.restored;
  const panel = app?.shell.currentWidget;
  if (!panel?.sessionContext || !panel.content?.model) return false;
  if (!app.commands.hasCommand('notebook:run-all-cells')) return false;
  await panel.context.ready;
  await panel.sessionContext.ready;
  await panel.sessionContext.session?.kernel?.info;
  return Boolean(panel.sessionContext.session?.kernel);
}"""

_ALL_RUN = """() => window.jupyterapp.shell.currentWidget.content.widgets
  .filter(cell => cell.model.type === 'code')
  .every(cell => cell.model.executionCount && cell.model.executionState !== 'running')"""


class NotebookPage:
    """One notebook in the browser. page: the page of playwright, for everything else."""

    def __init__(self, page) -> None:
        self.page = page
        self.wait_until(_READY, _START_SECONDS)

    def run_all(self) -> None:
        """Run all cells and wait until the last one has ended."""
        self.page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
        self.wait_until(_ALL_RUN, _RUN_SECONDS)

    def wait_until(self, script: str, seconds: float = 20) -> None:
        """Wait until a function in the page's JavaScript, async or not, answers true."""
        deadline = time.monotonic() + seconds
        while not self.page.evaluate(script):
            if time.monotonic() > deadline:
                raise TimeoutError(f"still not true after {seconds} s: {script}")
            self.page.wait_for_timeout(50)

    def execute(self, command: str) -> None:
        """Have JupyterLab carry out one of its commands, such as "notebook:restart-..."."""
        self.page.evaluate("command => window.jupyterapp.commands.execute(command)", command)

    def screenshot(self, name: str) -> Path:
        """A picture of the page in the folder `screenshots`, which git ignores."""
        SCREENSHOTS.mkdir(exist_ok=True)
        path = SCREENSHOTS / f"{name}.png"
        self.page.screenshot(path=path)
        return path


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def _end(server: subprocess.Popen) -> None:
    """End the server in its own way, which ends its kernels too."""
    server.terminate()
    try:
        server.wait(timeout=20)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
