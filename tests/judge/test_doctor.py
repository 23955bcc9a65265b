"""What this machine gives: read from made-up control groups, and told in a table."""

from click.testing import CliRunner

from parcours import machine
from parcours.cli import main
from parcours.judge import box


def group(root, groups, **files):
    (root / "proc/self").mkdir(parents=True)
    (root / "proc/self/cgroup").write_text(groups)
    for name, text in files.items():
        path = root / "sys/fs/cgroup" / name.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def test_the_quota_of_the_unified_hierarchy_also_of_a_group_above(tmp_path):
    group(
        tmp_path,
        "0::/user/job\n",
        user__job__cpu_dot_max="max 100000\n",
        user__cpu_dot_max="150000 100000\n",
    )
    assert machine.cpu_quota(tmp_path) == 1.5


def test_the_quota_of_the_older_hierarchy(tmp_path):
    group(
        tmp_path,
        "4:memory:/x\n3:cpu,cpuacct:/job\n",
        cpu__job__cpu_dot_cfs_quota_us="50000",
        cpu__job__cpu_dot_cfs_period_us="100000",
    )
    assert machine.cpu_quota(tmp_path) == 0.5


def test_no_quota(tmp_path):
    group(tmp_path, "0::/\n", cpu_dot_max="max 100000\n")
    assert machine.cpu_quota(tmp_path) is None
    assert machine.cpu_quota(tmp_path / "nowhere") is None


def test_a_quota_below_one_core_still_leaves_one(monkeypatch):
    monkeypatch.setattr(machine, "cpu_quota", lambda: 0.5)
    assert machine.usable_cores() == 1


def test_the_doctor_tells_what_is_missing_and_what_helps(monkeypatch):
    box.why_no_sandbox.cache_clear()
    monkeypatch.setattr(box.shutil, "which", lambda name: None)
    try:
        told = CliRunner().invoke(main, ["doctor"])
    finally:
        box.why_no_sandbox.cache_clear()
    assert told.exit_code == 0, told.output
    for words in ("cores to use", "GIL", "sandbox"):
        assert words in told.output
    if box.sys.platform == "linux":
        assert "apt-get install bubblewrap" in told.output
