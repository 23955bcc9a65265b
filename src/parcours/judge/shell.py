"""Runs a notebook's cells as a kernel would (magics, top-level await), without a kernel.

    shell = CellShell(output_file)
    outputs = shell.run("print('hello')\\n1 + 1", number=1)

`outputs` are in nbformat's form: streams, displays, results, errors, in order. What child processes
and C code write to the descriptors 1 and 2 lands in `output_file` and is added after the cell.
"""

import asyncio
import io
import sys
import threading
import types
from pathlib import Path
from typing import Any

from IPython.core.compilerop import CachingCompiler
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type
from traitlets.config import Config

# What one cell may show; the rest is left out with a sentence.
MAX_CELL_BYTES = 1_000_000


class Outputs:
    """The outputs of the cell that runs now; any thread may add to them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.begin()

    def begin(self) -> None:
        self.items: list[dict[str, Any]] = []
        self.size = 0
        self.full = False

    def stream(self, name: str, text: str) -> None:
        with self._lock:
            if not self._room(len(text)):
                return
            last = self.items[-1] if self.items else {}
            if last.get("output_type") == "stream" and last["name"] == name:
                last["text"] += text
            else:
                self.items.append({"output_type": "stream", "name": name, "text": text})

    def add(self, item: dict[str, Any]) -> None:
        with self._lock:
            if self._room(len(str(item))):
                self.items.append(item)

    def update(self, display_id: str, data: dict[str, Any], metadata: dict[str, Any]) -> None:
        with self._lock:
            for item in self.items:
                if item.get("transient_id") == display_id and self._room(len(str(data))):
                    item["data"], item["metadata"] = data, metadata

    def clear(self) -> None:
        with self._lock:
            self.items.clear()

    def finished(self) -> list[dict[str, Any]]:
        with self._lock:
            return [{k: v for k, v in item.items() if k != "transient_id"} for item in self.items]

    def _room(self, more: int) -> bool:
        if self.full:
            return False
        self.size += more
        if self.size > MAX_CELL_BYTES:
            self.full = True
            text = f"\n[the rest of this cell's output, over {MAX_CELL_BYTES:,} bytes, is left out]"
            self.items.append({"output_type": "stream", "name": "stdout", "text": text})
            return False
        return True


OUTPUTS = Outputs()


class Stream(io.TextIOBase):
    """sys.stdout or sys.stderr of a cell."""

    encoding = "utf-8"
    errors = "replace"

    def __init__(self, name: str, fd: int):
        super().__init__()
        self.name = name
        self._fd = fd

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        OUTPUTS.stream(self.name, text)
        return len(text)

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._fd


class Hook(DisplayHook):
    """The value of a cell's last line becomes its result."""

    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        OUTPUTS.add(
            {
                "output_type": "execute_result",
                "execution_count": self.prompt_count,
                "data": _texts(format_dict),
                "metadata": _json_safe(md_dict or {}),
            }
        )

    def finish_displayhook(self) -> None:
        pass


class Publisher(DisplayPublisher):
    """What a cell displays."""

    def publish(
        self,
        data: Any,
        metadata: Any = None,
        *,
        transient: Any = None,
        update: bool = False,
        **_: Any,
    ) -> None:
        display_id = (transient or {}).get("display_id")
        data, metadata = _texts(data), _json_safe(metadata or {})
        if update and display_id:
            OUTPUTS.update(display_id, data, metadata)
            return
        item = {"output_type": "display_data", "data": data, "metadata": metadata}
        if display_id:
            item["transient_id"] = display_id
        OUTPUTS.add(item)

    def clear_output(self, wait: bool = False) -> None:
        OUTPUTS.clear()


class Compiler(CachingCompiler):
    """Names the code of a cell by the cell's number, for tracebacks and for the judge."""

    def get_code_name(self, raw_code: str, transformed_code: str, number: int) -> str:
        return f"<cell {number}>"


class Shell(InteractiveShell):
    """An IPython shell that shows everything through `OUTPUTS`."""

    displayhook_class = Type(Hook)
    display_pub_class = Type(Publisher)
    compiler_class = Type(Compiler)

    def _showtraceback(self, etype: Any, evalue: Any, stb: Any) -> None:
        OUTPUTS.add(
            {
                "output_type": "error",
                "ename": getattr(etype, "__name__", str(etype)),
                "evalue": str(evalue),
                "traceback": list(stb),
            }
        )

    def enable_gui(self, gui: Any = None) -> None:
        """Nobody is watching: there is no window to open."""

    def ask_exit(self) -> None:
        """`exit` in a cell ends a kernel; here the cells that follow still count."""


class CellShell:
    """Runs cells one after another in one `__main__`, inside a running loop as a kernel does."""

    def __init__(self, output_file: Path):
        self.output_file = output_file
        self.output_read = 0
        config = Config()
        config.HistoryManager.enabled = False
        config.InteractiveShell.autocall = 0
        main = types.ModuleType("__main__")
        main.__builtins__ = __builtins__
        sys.modules["__main__"] = main
        self.shell = Shell.instance(config=config, user_module=main, user_ns=main.__dict__)
        self.names = self.shell.user_ns
        self.loop: asyncio.AbstractEventLoop | None = None
        sys.stdin = io.StringIO()

    def run(self, source: str, number: int) -> list[dict[str, Any]]:
        """Run a cell and return its outputs. `number` is its execution count."""
        OUTPUTS.begin()
        self.shell.execution_count = number
        real = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = Stream("stdout", 1), Stream("stderr", 2)
        if self.loop is None:
            self.loop = asyncio.new_event_loop()
        try:
            self.loop.run_until_complete(self._in_loop(source))
        except SystemExit:
            pass
        except BaseException:
            self.shell.showtraceback()
        finally:
            sys.stdout, sys.stderr = real
        self._take_descriptors()
        return OUTPUTS.finished()

    async def _in_loop(self, source: str) -> None:
        try:
            transformed = self.shell.transform_cell(source)
        except Exception:
            transformed = None  # not Python: running it shows where
        if transformed is not None and self.shell.should_run_async(
            source, transformed_cell=transformed
        ):
            await self.shell.run_cell_async(
                source, store_history=True, transformed_cell=transformed
            )
        else:
            # As in a kernel: a plain cell runs in the loop's thread while the loop runs.
            self.shell.run_cell(source, store_history=True)
        # Tasks that the cell made get a turn, as they would between two cells.
        await asyncio.sleep(0)

    def _take_descriptors(self) -> None:
        try:
            with self.output_file.open("rb") as file:
                file.seek(self.output_read)
                data = file.read(MAX_CELL_BYTES)
                self.output_read = file.seek(0, 2)
        except OSError:
            return
        if data:
            OUTPUTS.stream("stdout", data.decode("utf-8", "replace"))


def _texts(data: Any) -> dict[str, Any]:
    """A mime bundle in a form that nbformat and JSON take: bytes as base64 text."""
    import base64

    return {
        mime: base64.b64encode(value).decode("ascii") if isinstance(value, bytes) else value
        for mime, value in dict(data).items()
        if isinstance(value, (str, bytes)) or mime.endswith("json")
    }


def _json_safe(metadata: Any) -> dict[str, Any]:
    import json

    try:
        return json.loads(json.dumps(dict(metadata)))
    except (TypeError, ValueError):
        return {}
