"""start.py with the real pip and a wheel that lies beside it: what the fake installer cannot show.

Each venv with pip in it takes some three seconds to make.
"""

import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow


def write_wheel(folder: Path, version: str) -> str:
    """A JupyterLab that says its version, as a wheel; gives its file name."""
    name = f"jupyterlab-{version}-py3-none-any.whl"
    about = f"jupyterlab-{version}.dist-info"
    with zipfile.ZipFile(folder / name, "w") as wheel:
        wheel.writestr("jupyterlab.py", f"print('lab {version}')")
        wheel.writestr(
            f"{about}/METADATA", f"Metadata-Version: 2.1\nName: jupyterlab\nVersion: {version}\n"
        )
        wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\n")
        wheel.writestr(f"{about}/RECORD", "")
    return name


def test_pip_installs_and_a_damaged_venv_is_repaired(course):
    course.without_uv()
    wanted = course.folder / "requirements.txt"
    wanted.write_text("./" + write_wheel(course.folder, "1.0") + "\n")
    done = course.start("learn")
    assert done.stdout.endswith("lab 1.0\n"), done.stdout + done.stderr
    assert list(course.venv.rglob("jupyterlab.*.pyc")), "pip compiles what it installs"

    for python in [*course.venv.glob("bin/python*"), *course.venv.glob("Scripts/python*")]:
        python.unlink()
    done = course.start("learn")
    assert "anew, since its Python does not run" in done.stdout
    assert done.stdout.endswith("lab 1.0\n"), done.stdout + done.stderr

    (pip,) = course.venv.rglob("site-packages/pip/__main__.py")
    pip.unlink()
    assert course.start("learn").stdout == "lab 1.0\n", "pip is not needed to learn"
    wanted.write_text("./" + write_wheel(course.folder, "2.0") + "\n")
    done = course.start("learn")
    assert "anew, since it has no pip" in done.stdout
    assert done.stdout.endswith("lab 2.0\n"), done.stdout + done.stderr


def test_pip_takes_over_when_uv_fails_and_failure_is_told(course):
    course.plan("fails", "fails", "fails", "fails")
    wanted = course.folder / "requirements.txt"
    good = "./" + write_wheel(course.folder, "1.0") + "\n"
    wanted.write_text(good)
    done = course.start("learn")
    assert "trying again with pip" in done.stdout
    assert done.stdout.endswith("lab 1.0\n"), done.stdout + done.stderr

    wanted.write_text("./not-there-1.0-py3-none-any.whl\n")
    done = course.start("learn")
    assert done.returncode == 1
    sentence, *last = done.stderr.splitlines()
    assert sentence == (
        "Installing requirements.txt failed; the whole story is in "
        f"{course.venv / 'parcours-install.log'} and ends so:"
    )
    assert any("not-there-1.0" in line for line in last)
    assert "Traceback" not in done.stderr

    wanted.write_text(good)
    assert course.start("learn").stdout == "lab 1.0\n", "what was there goes on working"
