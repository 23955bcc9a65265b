"""The virtual clock against the meaning of real time: every way to wait there is."""

import sys

import cloudpickle
import pytest
import virtual_programs

from parcours import checks

# Contestants need not find this folder.
cloudpickle.register_pickle_by_value(sys.modules["virtual_programs"])


def _play(program, clock):
    return program(clock.mark)


@pytest.mark.parametrize("name", virtual_programs.PROGRAMS)
def test_everything_happens_when_it_would(name):
    program = virtual_programs.PROGRAMS[name]
    goes_on = name == "daemons_go_on"
    verdict = checks.virtual_time(
        program, _play, expect=program.expected, may_leave=goes_on, may_block=False
    )
    assert verdict.outcome == "pass", verdict


def test_nothing_of_it_depends_on_luck():
    program = virtual_programs.PROGRAMS["producers_and_consumers"]
    seen = set()
    for _ in range(5):
        checks.virtual_time(
            program, _play, where=lambda timeline: seen.add(tuple(map(str, timeline.marks)))
        )
    assert len(seen) == 1
