"""A TinyLab that ended unexpectedly is noticed by the next one; one that lives, or ended well, is not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tinylab.log.crashes import CrashedRun, begin_run, end_run, last_run_crashed, note_project
from tinylab.process import own_environment

RUNS = """
import faulthandler, os, sys
from pathlib import Path
from tinylab.log.start import start_logging, stop_logging
from tinylab.log.crashes import begin_run, end_run, note_project
start_logging("tinylab")
begin_run()
note_project(Path("a much longer name than the next one.tinylab"))
note_project(Path("Lab.tinylab"))
print("ready", flush=True)
sys.stdin.readline()
"""
pytestmark = pytest.mark.usefixtures("log_folder")


class Other:
    """Another TinyLab; `end` is what it does when it is told to go on."""

    def __init__(self, end: str, folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", RUNS + end],
            env=own_environment(), cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == b"ready\n"

    def go_on(self) -> None:
        self.process.communicate(b"\n", timeout=30)


def files(folder: Path) -> list[str]:
    return sorted(path.name.split("-")[0] for path in folder.iterdir())


def test_a_clean_end_is_no_crash(tmp_path: Path, log_folder: Path) -> None:
    Other("end_run(); stop_logging()", tmp_path).go_on()
    assert last_run_crashed() is None
    assert files(log_folder) == ["tinylab.log"]


def test_a_crash_in_c_is_reported_once_with_its_trace_and_its_project(tmp_path: Path) -> None:
    Other("faulthandler._sigsegv()", tmp_path).go_on()
    crashed = last_run_crashed()
    assert crashed is not None
    assert crashed.project == tmp_path / "Lab.tinylab"
    assert "Segmentation fault" in crashed.trace or "access violation" in crashed.trace
    assert 'File "<string>", line' in crashed.trace
    assert crashed.started.startswith("20")
    assert last_run_crashed() is None


@pytest.mark.parametrize("end", ["os._exit(1)", "os.kill(os.getpid(), 9)"])
def test_one_that_was_killed_is_reported_without_a_trace(tmp_path: Path, end: str) -> None:
    Other(end, tmp_path).go_on()
    crashed = last_run_crashed()
    assert crashed is not None
    assert crashed.trace == ""


def test_two_at_once_do_not_take_each_other_for_crashed(tmp_path: Path) -> None:
    begin_run()
    other = Other("end_run()", tmp_path)
    third = Other("os._exit(1)", tmp_path)
    try:
        assert last_run_crashed() is None
        third.go_on()
        assert last_run_crashed() is not None
        assert last_run_crashed() is None
    finally:
        other.go_on()
        end_run()
    assert last_run_crashed() is None


def test_the_newest_of_several_is_reported(tmp_path: Path, log_folder: Path) -> None:
    for name in ("20000101", "20300101", "20200101"):
        log_folder.mkdir(exist_ok=True)
        marker = log_folder / f"running-{name}-1.json"
        marker.write_text(f'{{"started": "{name}", "project": null, "trace": null, "pid": 1}}\nrest', encoding="utf-8")
    assert last_run_crashed() == CrashedRun("20300101", None, "")
    assert files(log_folder) == []
    assert list(tmp_path.iterdir()) == [log_folder]


@pytest.mark.parametrize("content", [b"nonsense\n", b"[]\n", b"{}\n", b'{"started": 1}\n', b"\xff\xfe\n"])
def test_a_damaged_marker_is_removed_and_tells_nothing(log_folder: Path, content: bytes) -> None:
    log_folder.mkdir()
    (log_folder / "running-20000101-1.json").write_bytes(content)
    assert last_run_crashed() is None
    assert files(log_folder) == []


def test_a_trace_is_read_only_beside_the_log(log_folder: Path, tmp_path: Path) -> None:
    log_folder.mkdir()
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    marker = log_folder / "running-20000101-1.json"
    marker.write_text('{"started": "2000", "project": null, "trace": "../secret.txt"}\n', encoding="utf-8")
    assert last_run_crashed() == CrashedRun("2000", None, "")


@pytest.mark.skipif(sys.platform == "win32", reason="SIGSTOP is POSIX")
def test_one_that_hangs_is_no_crash(tmp_path: Path) -> None:
    other = Other("end_run()", tmp_path)
    os.kill(other.process.pid, signal.SIGSTOP)
    try:
        assert last_run_crashed() is None
    finally:
        os.kill(other.process.pid, signal.SIGCONT)
        other.go_on()


def test_where_nothing_can_be_written_nothing_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    monkeypatch.setenv("TINYLAB_LOG_DIR", str(tmp_path / "file" / "log"))
    begin_run()
    note_project(tmp_path)
    assert last_run_crashed() is None
    end_run()


def test_old_traces_do_not_pile_up(tmp_path: Path, log_folder: Path) -> None:
    log_folder.mkdir()
    for number in range(9):
        (log_folder / f"fatal-2000010{number}-000000-1.txt").write_text(f"trace {number}", encoding="utf-8")
    (log_folder / "fatal-20000200-000000-1.txt").touch()
    Other("end_run(); stop_logging()", tmp_path).go_on()
    left = sorted(path.read_text(encoding="utf-8") for path in log_folder.glob("fatal-*"))
    assert left == [f"trace {number}" for number in range(4, 9)]
