"""The benchmarks are scripts beside their helpers: here they are imported as those do."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
