"""One command from a fresh download to a running course.

    python3 start.py learn

makes `.venv` beside this file, installs what the course needs and opens the chapters in
JupyterLab. `test` and `grade` do the same for the tests and for a sample class. The second run
installs nothing and needs no network.

Only the standard library is used, since nothing is installed yet, and no syntax or module-level
name newer than Python 3.6, so that an old Python answers with a sentence and not a SyntaxError.
"""

import contextlib
import errno
import functools
import hashlib
import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None
    import msvcrt

OLDEST = (3, 11)
STAMP_VERSION = 1  # raise it when what an install does changes
ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / "parcours-stamp.json"
UNFINISHED = VENV / "parcours-unfinished"
LOG = VENV / "parcours-install.log"
LEARN_FILES = ("requirements.txt",)
TEST_FILES = ("requirements.txt", "requirements-test.txt")
# What tells one Python from another for the packages installed under it.
PRINT_TAG = (
    "import sys; print(sys.implementation.name + '-%d.%d' % sys.version_info[:2]"
    " + ('t' if 'free-threading' in sys.version else ''))"
)
HINTS = {
    "No space left": "the disk is full (about 1 GB is needed)",
    "name resolution": "the network cannot be reached",
    "getaddrinfo failed": "the network cannot be reached",
    "nodename nor servname": "the network cannot be reached",
    "dns error": "the network cannot be reached",
    "Failed to establish a new connection": "the network cannot be reached",
    "CERTIFICATE_VERIFY_FAILED": "the certificate of the package index is not trusted here",
}
HELP = """Parcours: a course on concurrent Python, in notebooks.

  {python} start.py learn [JUPYTER OPTIONS]  open the chapters in JupyterLab
  {python} start.py test [PYTEST OPTIONS]    check style, spelling and chapters; run the tests
  {python} start.py grade [OPTIONS]          grade a sample class, as a teacher would

The first run makes .venv beside start.py and installs what is needed; later runs start at once.
For instance: {python} start.py learn --no-browser --port 9000"""
began = time.perf_counter()


class StartError(Exception):
    """Something the user must know, told in one sentence."""


def say(text: str) -> None:
    print(f"[{time.perf_counter() - began:5.1f} s] {text}", flush=True)


def environment() -> "dict[str, str]":
    """The environment in which the venv's programs run: as if it were activated."""
    # PYTHONPATH would make pip take another Python's packages for installed ones.
    foreign = ("PYTHONHOME", "PYTHONPATH", "__PYVENV_LAUNCHER__")
    env = {name: value for name, value in os.environ.items() if name not in foreign}
    env["VIRTUAL_ENV"] = str(VENV)
    env["PATH"] = str(BIN) + os.pathsep + env.get("PATH", "")
    return env


def install_environment() -> "dict[str, str]":
    env = environment()
    env.update(PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_NO_INPUT="1", PIP_PROGRESS_BAR="off")
    env["PIP_USER"] = "0"  # a user's `pip config` may say otherwise, which fails in a venv
    # pip always compiles; uv only on demand, and without it every start is slow wherever
    # PYTHONDONTWRITEBYTECODE is set.
    env.update(UV_COMPILE_BYTECODE="1", UV_NO_PROGRESS="1")
    return env


# Is what is there good enough?


def answer_of(python: str, code: str) -> str:
    """What `python -c code` prints, "" if it does not run."""
    try:
        command = [python, "-I", "-S", "-c", code]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    except OSError:
        return ""
    return done.stdout.decode(errors="replace").strip() if done.returncode == 0 else ""


def base_python() -> str:
    """The Python that makes the venv: never the venv's own, which may be removed first."""
    return getattr(sys, "_base_executable", None) or sys.executable


@functools.lru_cache(maxsize=1)
def wanted_tag() -> str:
    return answer_of(base_python(), PRINT_TAG)


def read_stamp() -> "dict[str, str]":
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def digest(files: "tuple[str, ...]") -> str:
    """Changes when another install is due: other requirements, other Python, other start.py."""
    total = hashlib.sha256(f"{wanted_tag()} {STAMP_VERSION}".encode())
    for name in ("pyproject.toml", *files):
        content = (ROOT / name).read_bytes()
        total.update(f" {len(content)} ".encode() + content)
    return total.hexdigest()


def unusable() -> str:
    """Why `.venv` must be made anew, or "" when it can be kept."""
    if UNFINISHED.exists():
        return "an earlier install did not finish"
    if not (VENV / "pyvenv.cfg").is_file():  # its Python would install into the machine's
        return "its pyvenv.cfg is missing"
    tag = answer_of(str(PYTHON), PRINT_TAG)
    if not tag:
        return "its Python does not run"
    if tag != wanted_tag():
        return f"it is for {tag}"
    # Scripts in bin/ hold the absolute path of the folder they were installed into.
    if read_stamp().get("root", str(ROOT)) != str(ROOT):
        return "the folder was moved"
    return ""


def is_ready(files: "tuple[str, ...]") -> bool:
    return read_stamp().get(files[-1]) == digest(files) and not unusable()


# Making it good


def run_logged(what: str, command: "list[str]") -> bool:
    """Run a step of the installation, its output in the log and its progress on a terminal."""
    begun, turns = time.perf_counter(), 0
    with LOG.open("ab") as log:
        log.write(f"\n$ {' '.join(command)}\n".encode(errors="replace"))
        log.flush()
        try:
            process = subprocess.Popen(
                command,
                cwd=str(ROOT),
                env=install_environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        except OSError as error:
            log.write(f"{error}\n".encode(errors="replace"))
            return False
        try:
            while True:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    return process.wait(timeout=0.1) == 0
                turns += 1
                seconds = time.perf_counter() - begun
                draw(f"{'|/-'[turns % 3]} {seconds:3.0f} s  {what}: {log_end(1)[0]}")
        finally:
            draw("")
            if process.poll() is None:  # Ctrl-C, which the child has been told too
                process.terminate()
                process.wait()


def draw(line: str) -> None:
    """Show the line in place of the one before; nothing where nobody watches."""
    if sys.stdout.isatty():
        width = shutil.get_terminal_size().columns - 1
        print("\r" + line[:width].ljust(width), end="" if line else "\r", flush=True)


def log_end(lines: int) -> "list[str]":
    """The last lines that the program now running, or the last one, has said."""
    try:
        with LOG.open("rb") as log:
            log.seek(max(0, LOG.stat().st_size - 4000))
            text = log.read().decode(errors="replace").rpartition("\n$ ")[2]
    except OSError:
        return [""]
    return [line.rstrip() for line in text.splitlines() if line.strip()][-lines:] or [""]


def failure(what: str, last: "list[str]") -> StartError:
    reason = next((": " + HINTS[sign] for sign in HINTS if sign in "\n".join(last)), "")
    sentence = f"{what}{reason}; the whole story is in {LOG} and ends so:"
    return StartError("\n    ".join([sentence, *last]))


def discard() -> None:
    if VENV.is_symlink() or VENV.is_file():
        VENV.unlink()
    shutil.rmtree(str(VENV), ignore_errors=True)
    if VENV.exists():
        raise StartError(
            f"Cannot remove the unusable {VENV}: close the programs that use it, delete the "
            "folder and run this again."
        )


def make_venv(uv: str) -> None:
    """Make `.venv` from nothing, by whatever this machine has for it."""
    python, virtualenv = base_python(), shutil.which("virtualenv")
    ways = [[python, "-m", "venv", str(VENV)]]
    if virtualenv:
        ways.append([virtualenv, "--python", python, str(VENV)])
    if uv:  # uv needs no pip in the venv: neither Debian's python3-venv nor its 3 seconds
        ways.insert(0, [python, "-m", "venv", "--without-pip", str(VENV)])
        ways.append([uv, "venv", "--allow-existing", "--python", python, str(VENV)])
    for way in ways:
        discard()
        VENV.mkdir()
        UNFINISHED.touch()
        if run_logged("making .venv", way) and answer_of(str(PYTHON), PRINT_TAG):
            return
    if importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip"):
        raise failure("Making .venv failed", log_end(12))
    advice = "install uv or virtualenv, or a Python from https://www.python.org,"
    if shutil.which("apt-get"):
        advice = f"run `sudo apt install python3.{sys.version_info[1]}-venv` (or install uv)"
    raise StartError(
        f"This Python ({python}) cannot make virtual environments: {advice} and start again."
    )


def packages() -> "dict[str, int]":
    """A cheap picture of what is installed, to see whether an install has begun to change it."""
    folders = [*VENV.glob("lib/python*/site-packages"), VENV / "Lib" / "site-packages"]
    entries = [entry for folder in folders if folder.is_dir() for entry in folder.iterdir()]
    return {str(entry): entry.stat().st_mtime_ns for entry in entries}


def has_pip() -> bool:
    return run_logged("looking for pip", [str(PYTHON), "-m", "pip", "--version"])


def add_pip() -> bool:
    return run_logged("adding pip", [str(PYTHON), "-m", "ensurepip"])


def install(name: str, uv: str) -> None:
    """Install a requirements file: tried twice, then once with the other installer."""
    by_pip = [str(PYTHON), "-m", "pip", "install", "--requirement", name]
    by_uv = [uv, "pip", "install", "--python", str(PYTHON), "--requirement", name]
    plan = [by_uv, by_uv, by_pip] if uv else [by_pip, by_pip]
    half_done, last = False, []
    for number, command in enumerate(plan):
        installer = "pip" if command is by_pip else "uv"
        if half_done:
            make_venv(uv)
        if uv and installer == "pip" and not (has_pip() or add_pip()):
            break
        if number:
            say(f"That failed; trying again with {installer}")
        before = packages()
        if run_logged(f"installing {name} with {installer}", command):
            return
        half_done, last = packages() != before, log_end(12)
    # A failed download leaves what was there as it was; only a half-done install spoils it.
    if not half_done:
        UNFINISHED.unlink()
    raise failure(f"Installing {name} failed", last)


def let_nbgrader_find_the_course() -> None:
    """Put nbgrader's configuration where it is read in every folder of the course."""
    ours = ROOT / "src" / "parcours" / "grading" / "anywhere" / "nbgrader_config.py"
    if ours.is_file():
        place = VENV / "etc" / "jupyter"
        place.mkdir(parents=True, exist_ok=True)
        shutil.copy(str(ours), str(place / ours.name))


def prepare(files: "tuple[str, ...]") -> None:
    """Have `.venv` with these requirements files installed; at once when it is so already."""
    missing = [name for name in ("pyproject.toml", *files) if not (ROOT / name).is_file()]
    if missing:
        raise StartError(f"{missing[0]} is not in {ROOT}: download the course again.")
    if is_ready(files):
        return
    with only_one():
        if is_ready(files):  # another start.py has done it meanwhile
            return
        uv = shutil.which("uv") or ""
        why = unusable()
        if not why and not uv and not has_pip():
            why = "it has no pip"
        if why:
            again = f" anew, since {why}" if VENV.exists() else ""
            say(f"Making .venv with Python {sys.version_info[0]}.{sys.version_info[1]}{again}")
            make_venv(uv)
        UNFINISHED.touch()
        say(f"Installing {files[-1]} with {'uv' if uv else 'pip (about a minute)'}")
        install(files[-1], uv)
        let_nbgrader_find_the_course()
        stamp = {name: digest(files[: number + 1]) for number, name in enumerate(files)}
        fresh = STAMP.with_suffix(".new")
        fresh.write_text(json.dumps({"root": str(ROOT), **stamp}), encoding="utf-8")
        fresh.replace(STAMP)
        UNFINISHED.unlink()
        say("Installed")


def try_lock(handle) -> bool:
    try:
        if fcntl:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        else:
            handle.seek(1 << 30)  # far behind the text, which others must be able to read
            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
    except OSError as error:
        # A file system without locks must not keep anybody from learning.
        return error.errno not in (errno.EACCES, errno.EAGAIN, errno.EDEADLK)
    return True


@contextlib.contextmanager
def only_one():
    """Wait until no other start.py of this folder installs.

    The lock is the operating system's, on start.py itself: it vanishes with its process, and no
    file is left that could be stale.
    """
    with Path(__file__).open("rb") as handle:
        if not try_lock(handle):
            say("Another start.py is installing: waiting for it")
            while not try_lock(handle):
                time.sleep(0.1)
        yield


# The commands


def run(command: "list[str]") -> int:
    """Run a program of the venv to its end and give its exit code."""
    process = subprocess.Popen(command, cwd=str(ROOT), env=environment())
    presses = 0
    try:
        while True:
            try:
                code = process.wait()
                break
            except KeyboardInterrupt:  # it got Ctrl-C too: let it end in its own way
                presses += 1
                if presses > 2:
                    process.kill()
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()
    if presses:
        raise KeyboardInterrupt
    return code


def hand_over(command: "list[str]") -> int:
    """Become this program of the venv, so that Ctrl-C and signals reach nobody else."""
    if os.name != "nt":  # exec there returns to the shell at once
        sys.stdout.flush()
        os.chdir(str(ROOT))
        os.execve(command[0], command, environment())
    return run(command)


def learn(options: "list[str]") -> int:
    prepare(LEARN_FILES)
    notebooks = ROOT / "notebooks"
    if not notebooks.is_dir():
        raise StartError(f"{notebooks} is missing: run `{BIN / 'parcours'} build`.")
    command = [str(PYTHON), "-m", "jupyterlab"]
    if not any(text.startswith(("--ServerApp.root_dir", "--notebook-dir")) for text in options):
        command.append(f"--ServerApp.root_dir={notebooks}")
    return hand_over([*command, *options])


def grade(options: "list[str]") -> int:
    prepare(LEARN_FILES)
    return hand_over([str(PYTHON), "-m", "parcours.grading.sample_class", *options])


def test(options: "list[str]") -> int:
    """Every check is run, whatever the others say; pytest last, so that its count closes."""
    prepare(TEST_FILES)
    checks = {
        "format": ["ruff", "format", "--check", "."],
        "lint": ["ruff", "check", "."],
        "spelling": ["codespell"],
        "chapters": ["parcours", "build", "--check"],
        "tests": ["pytest", *options],
    }
    results = {}
    for name, (program, *arguments) in checks.items():
        if name == "tests":
            print("\n== so far: " + ", ".join(map(" ".join, results.items())), flush=True)
        print(f"\n== {name}: {' '.join([program, *arguments])}", flush=True)
        found = shutil.which(program, path=str(BIN)) or str(BIN / program)
        results[name] = "failed" if run([found, *arguments]) else "passed"
    failed = [name for name in results if results[name] == "failed"]
    if failed:
        print("\n== failed: " + ", ".join(failed), flush=True)
    return 1 if failed else 0


def too_old() -> str:
    names = [f"python3.{minor}" for minor in range(19, OLDEST[1] - 1, -1)]
    newer = next((name for name in names if answer_of(shutil.which(name) or "", PRINT_TAG)), "")
    advice = f"run `{newer} start.py`" if newer else "get one from https://www.python.org"
    this = ".".join(map(str, sys.version_info[:3]))
    return f"Parcours needs Python {OLDEST[0]}.{OLDEST[1]} or newer and this is {this}: {advice}."


def main(arguments: "list[str]") -> int:
    """Run one command; gives the exit code."""
    if sys.version_info[:2] < OLDEST:
        print(too_old(), file=sys.stderr)
        return 1
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # a folder's name may not fit the console
    commands = {"learn": learn, "test": test, "grade": grade}
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(HELP.format(python="py" if os.name == "nt" else "python3"))
        return 0
    name, *options = arguments
    if name not in commands:
        print(f"start.py knows no command {name!r}: say learn, test or grade.", file=sys.stderr)
        return 2
    try:
        return commands[name](options)
    except StartError as problem:
        print(problem, file=sys.stderr)
    except OSError as error:
        print(f"Cannot prepare the course in {ROOT}: {error}.", file=sys.stderr)
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130
    return 1


if __name__ == "__main__":
    # A killed start.py takes what it runs along: SystemExit passes through the clean-up.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main(sys.argv[1:]))
