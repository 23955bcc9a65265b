"""Authoring: chapters -> source, release and notebooks, and the rules that they keep to.

The chapters are the only notebook text that people edit; the rest is derived from them, byte
for byte the same on every machine.

    from parcours.authoring import build
    build(Path("."))
"""

from parcours.authoring.chapter import Problem
from parcours.authoring.house import BuildError, Built, Drift, build, find_drift

__all__ = ["BuildError", "Built", "Drift", "Problem", "build", "find_drift"]
