"""The process in which a learner's code runs. It answers requests of the judge until it is killed.

Requests are pickled dicts (the judge is trusted here); answers are values of `codec`. One request
at a time: run a cell, define a function, call a function, fork. Everything that the learner's code
can break here (clocks, builtins, descriptors, the process itself) is this process's own loss.

`serve` runs the loop; `zygote` and `makers` start it.
"""

import _thread
import asyncio
import contextlib
import faulthandler
import gc
import inspect
import os
import pickle
import signal
import sys
import tempfile
import threading
import traceback
import types
from pathlib import Path
from typing import Any

from parcours.judge import codec, wire

CELL_FILE = "<cell {}>"


def serve(fd_in: int, fd_out: int, desk: str) -> None:
    """Answer requests from `fd_in` on `fd_out` until the judge has gone; `desk` is a folder."""
    Contestant(fd_in, fd_out, desk).serve()
    os._exit(0)


class Contestant:
    """State of one contestant: its channel, its desk (a folder of its own), its names."""

    def __init__(self, fd_in: int, fd_out: int, desk: str):
        self.fd_in = fd_in
        self.fd_out = fd_out
        self.shell: Any = None
        self.names: dict[str, Any] = {}
        self.jumps: Any = None
        self._settle(desk)

    def _settle(self, desk: str) -> None:
        self.desk = Path(desk)
        # Where the judge finds what every thread was doing when it lost patience.
        self.stack_file = (self.desk / "stack.txt").open("w")
        if hasattr(faulthandler, "register"):
            faulthandler.register(signal.SIGUSR1, self.stack_file, all_threads=True)
        out = os.open(self.desk / "output.txt", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(out, 1)
        os.dup2(out, 2)
        os.close(out)
        # The learner's temporary files go where they are cleared away with the contestant.
        tempfile.tempdir = os.environ["TMPDIR"] = str(self.desk)

    def serve(self) -> None:
        while True:
            try:
                request = pickle.loads(wire.receive(self.fd_in))
            except wire.Closed:
                return
            answer = self._answer(request)
            if answer is not None:
                self._send(answer)
            # What a call gave, and the frames of its exception, live no longer than the answer.
            request = answer = None

    def _answer(self, request: dict[str, Any]) -> Any:
        try:
            return getattr(self, "do_" + request.pop("do"))(**request)
        except codec.CodecError:
            raise
        except BaseException as error:
            # SystemExit and KeyboardInterrupt of a learner's code end here as well.
            return {"broken": "".join(traceback.format_exception_only(error)).strip()}

    def _send(self, answer: Any) -> None:
        try:
            data = codec.encode(answer)
        except codec.CodecError as error:
            data = codec.encode({"unsendable": str(error)})
        except RecursionError:
            data = codec.encode({"unsendable": "the value is nested too deep"})
        wire.send(self.fd_out, data)

    # ---- requests ---------------------------------------------------------------------------

    def do_open_notebook(self, cwd: str) -> dict[str, Any]:
        """Get ready to run cells: an IPython shell, with `cwd` as the working folder."""
        from parcours.judge.shell import CellShell

        os.chdir(cwd)
        sys.path.insert(0, "")
        self.shell = CellShell(Path(self.desk / "output.txt"))
        self.names = self.shell.names
        return {}

    def do_cell(self, source: str, number: int) -> dict[str, Any]:
        """Run one cell as a notebook does; answers its outputs in nbformat's form."""
        return {"outputs": self.shell.run(source, number)}

    def do_define(self, name: str, function: bytes) -> dict[str, Any]:
        """Take a function that was pickled by the judge's process under a name."""
        self.names[name] = pickle.loads(function)
        return {}

    def do_describe(self, name: str) -> dict[str, Any]:
        """Say what a name stands for here: "missing", "function" or the kind of value."""
        if name not in self.names:
            return {"is": "missing", "functions": sorted(self._functions())}
        value = self.names[name]
        return {"is": "function" if callable(value) else type(value).__name__}

    def do_call(
        self, name: str, payload: bytes, wall_clock_jumps: float | None = None
    ) -> dict[str, Any]:
        """Call a function by name with pickled (args, kwargs); answers its value or exception."""
        args, kwargs, *through = pickle.loads(payload)
        function = self.names[name]
        if through:
            function, args = through[0], (function, *args)
        if wall_clock_jumps is not None:
            from parcours.judge.jumping import install

            install(self.names, wall_clock_jumps)
        try:
            value = function(*args, **kwargs)
            if inspect.iscoroutine(value):
                value = asyncio.run(value)
        except BaseException as error:
            return {"raised": error, "where": where_raised(error)}
        return {"value": value}

    def do_virtual(self, name: str, scenario: bytes, horizon: int) -> dict[str, Any]:
        """Play a pickled scenario with a function by name, under a clock that jumps."""
        from parcours.judge.virtual_play import play

        return play(self.names, name, scenario, horizon)

    def do_explore(self, **asked: Any) -> dict[str, Any]:
        """Search the schedules of a scenario's threads for one that goes wrong."""
        from parcours.judge.exploring.play import explore

        return explore(self.names, **asked)

    def do_replay(self, **asked: Any) -> dict[str, Any]:
        """Play one schedule that was found by a search again."""
        from parcours.judge.exploring.play import replay

        return replay(self.names, **asked)

    def do_keep_ledger(self, log: str) -> dict[str, Any]:
        """Note down from now on what this process and its children make and send."""
        from parcours.judge import ledger

        ledger.install(log)
        return {}

    def do_tidy(self) -> dict[str, Any]:
        """Let go of what nobody can reach any more; answers {id of a thread: its name}.

        Answers also the processes of a forkserver that nobody joined when they had ended.
        """
        gc.collect()
        named = {str(t.native_id): str(t.name) for t in threading.enumerate()}
        return {"threads": named, "of_python": 1 + _thread._count(), "unjoined": _unjoined()}

    def do_fork(self, desk: str) -> dict[str, Any] | None:
        """Make a copy of this contestant; the channel of the copy arrives on the socket."""
        from parcours.judge.forking import become_child, receive_fd

        fd = receive_fd(self.fd_in)
        gc.collect()
        pid = os.fork()
        if pid:
            os.close(fd)
            return {"pid": pid}
        become_child(fd, self.fd_in, self.fd_out)
        self.fd_in = self.fd_out = fd
        self._settle(desk)
        _forget_the_parents_helpers()
        return {"ready": True}

    def do_reap(self, pid: int) -> dict[str, Any]:
        """Collect a copy that was killed; answers its exit status."""
        with contextlib.suppress(ChildProcessError):
            return {"status": os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])}
        return {"status": None}

    def _functions(self) -> set[str]:
        return {
            name
            for name, value in list(self.names.items())
            if isinstance(value, (types.FunctionType, type))
            and getattr(value, "__module__", None) == "__main__"
            and not name.startswith("_")
        }


def where_raised(error: BaseException) -> dict[str, Any]:
    """Return the innermost line of the learner's own cells in an exception's traceback."""
    found: dict[str, Any] = {}
    with contextlib.suppress(Exception):
        for frame, line in traceback.walk_tb(error.__traceback__):
            code = frame.f_code
            if code.co_filename.startswith("<cell ") or frame.f_globals.get("__name__") in (
                "__main__",
                "__mp_main__",
            ):
                found = {"file": code.co_filename, "line": line, "function": code.co_name}
    return found


def _unjoined() -> list[int]:
    # They were the forkserver's children, not this process's: no zombie tells of them.
    module = sys.modules.get("multiprocessing.process")
    return [
        process.pid
        for process in list(module._children if module is not None else ())
        if getattr(process._popen, "method", "") == "forkserver"
        and process._popen.poll() is not None
    ]


def _forget_the_parents_helpers() -> None:
    """A forkserver that the parent started is not this process's child: start another if asked."""
    module = sys.modules.get("multiprocessing.forkserver")
    if module is not None and module._forkserver._forkserver_pid is not None:
        module._forkserver.__init__()
