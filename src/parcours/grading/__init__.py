"""nbgrader's side: plain `nbgrader` commands grade a chapter with the judge's verdicts.

`nbgrader_config.py` plugs these modules into nbgrader's configuration points; nothing of nbgrader
is replaced or patched.

    exporters   before a batch, and reading what was handed in
    tidy        what was handed in becomes an honest notebook again (sanitize_preprocessors)
    execute     runs the learner's cells and asks the judge (autograde_preprocessors)
    scores      verdicts into the gradebook (autograde_preprocessors)
    feedback    what learners may read of it (GenerateFeedback.preprocessors)
"""

import os
import shutil
import sys
import warnings
from pathlib import Path


def make_ready() -> None:
    """Let nbgrader find `alembic`, which it calls by its bare name, beside this Python.

    Without it a venv's `nbgrader` called by its absolute path cannot make a gradebook. Warnings
    that nbgrader causes in SQLAlchemy, and that nobody but its authors can act on, are hidden.
    """
    if shutil.which("alembic") is None:
        here = str(Path(sys.executable).parent)
        os.environ["PATH"] = os.pathsep.join([here, os.environ.get("PATH", os.defpath)])
    warnings.filterwarnings("ignore", message="Object of type .* not in session, add operation")
