"""Whether anybody is looking: live cells shrink where a grader runs them and nobody watches.

`NBGRADER_EXECUTION` is set by nbgrader while it runs a notebook, `PARCOURS_CONTESTANT` in the
processes that the judge makes.
"""

import os
import sys


def unwatched() -> bool:
    """True while a notebook is run to be graded, so that demonstrations cost milliseconds."""
    return bool(os.environ.get("NBGRADER_EXECUTION") or os.environ.get("PARCOURS_CONTESTANT"))


def has_front_end() -> bool:
    """Whether widgets can be shown: in a kernel, that is, and while somebody may be looking."""
    if unwatched() or "IPython" not in sys.modules:
        return False
    from IPython import get_ipython

    return hasattr(get_ipython(), "kernel")
