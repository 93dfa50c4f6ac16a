"""What holds for every test: folders of its own, and nothing left running when it ends."""

from __future__ import annotations

import gc
import logging
import os
import threading
import time
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# No deadline, for the machine may be busy; no database, for a failing example belongs into a test.
settings.register_profile("tinylab", deadline=None, database=None, print_blob=True)
settings.load_profile("tinylab")

_PATIENCE_S = 10.0


@pytest.fixture(scope="session", autouse=True)
def _own_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test sees the boards or projects of the person who runs it, nor those of another run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TINYLAB_RUNTIME_DIR", str(tmp_path_factory.mktemp("run")))
        patch.setenv("TINYLAB_PROJECTS", str(tmp_path_factory.mktemp("projects")))
        patch.setenv("TINYLAB_DATA_DIR", str(tmp_path_factory.mktemp("data")))
        patch.setenv("TINYLAB_LOG_DIR", str(tmp_path_factory.mktemp("log")))
        yield


class _Listener(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.fixture(autouse=True, scope="module")
def _garbage_of_windows() -> Iterator[None]:
    """What windows have left goes here, in the thread that made them; tests without any collect as Python does."""
    yield
    if not gc.isenabled():
        gc.collect()
        gc.enable()


@pytest.fixture(autouse=True)
def _no_stray_errors(request: pytest.FixtureRequest) -> Iterator[list[logging.LogRecord]]:
    """A test during which an error is logged fails, unless it says so by `expects_unforeseen`."""
    listener = _Listener()
    logging.getLogger().addHandler(listener)
    yield listener.records
    logging.getLogger().removeHandler(listener)
    if "expects_unforeseen" not in request.fixturenames:
        stray = [logging.Formatter().format(record) for record in listener.records]
        assert not stray, "\n".join(["errors in the log:", *stray])


@pytest.fixture
def expects_unforeseen(_no_stray_errors: list[logging.LogRecord]) -> Iterator[list[logging.LogRecord]]:
    """The errors that were logged so far; a test that asks for them fails where there are none at its end."""
    yield _no_stray_errors
    assert _no_stray_errors, "no error was logged"


@pytest.fixture(autouse=True)
def _nothing_left_running() -> Iterator[None]:
    """A test that leaves a thread or a process behind fails; what a shared fixture started is older and may stay."""
    threads, children = set(threading.enumerate()), child_processes()
    yield
    deadline = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline:
        left = [thread.name for thread in threading.enumerate() if thread not in threads]
        born = sorted(child_processes() - children)
        if not left and not born:
            return
        time.sleep(0.01)
    assert not left, f"threads left running: {left}"
    assert not born, f"processes left running: {[_command_of(pid) for pid in born]}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where every tool was installed (TINYLAB_ALL_TOOLS), a skip because one is missing is a failure."""
    report = yield
    if report.skipped and os.environ.get("TINYLAB_ALL_TOOLS") and "is not installed" in str(report.longrepr):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, but here its tool should be: {call.excinfo}"
    return report


def child_processes() -> set[int]:
    """Ids of this process's children, where the system tells (Linux)."""
    folder = Path(f"/proc/{os.getpid()}/task")
    found: set[int] = set()
    for task in folder.glob("*/children"):
        try:
            found |= {int(word) for word in task.read_text(encoding="ascii").split()}
        except OSError:
            continue  # that thread has ended
    return found


def _command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
    except OSError:
        return f"process {pid}"
