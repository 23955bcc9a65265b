"""Fixtures: the small course of `tiny_course`, released, or as a clone has it."""

import logging
import shutil
from pathlib import Path

import pytest
from tiny_course import Course, make_course
from traitlets.config import PyFileConfigLoader


def pytest_collection_modifyitems(items):
    # caused and known in nbgrader 0.9; what is ours stays an error
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(
                pytest.mark.filterwarnings("ignore:Object of type .* not in session, add operation")
            )


@pytest.fixture(scope="session")
def _generated(tmp_path_factory):
    root = tmp_path_factory.mktemp("course")
    assert make_course(root).generate() == 0
    return root


@pytest.fixture
def course(_generated, tmp_path):
    """A course whose chapter is released and in the gradebook."""
    root = tmp_path / "course"
    shutil.copytree(_generated, root)
    config = PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config()
    return Course(root, config)


@pytest.fixture
def clone(_generated, tmp_path):
    """The same as a clone has it: source and release, no gradebook."""
    root = tmp_path / "clone"
    shutil.copytree(_generated, root, ignore=shutil.ignore_patterns("gradebook.db"))
    config = PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config()
    return Course(root, config)


@pytest.fixture
def log(caplog):
    """The lines of nbgrader's log, as a function that gives warnings and errors."""
    caplog.set_level(logging.INFO)

    def lines(level=logging.WARNING):
        return [record.getMessage() for record in caplog.records if record.levelno >= level]

    return lines
