"""Whatever nobody foresaw: one calm notice, a line in the log, a report that can be saved, and nothing lost."""

from __future__ import annotations

import threading
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.exceptions import capture_exceptions
from pytestqt.qtbot import QtBot

from tinylab.data.recording import Recording
from tinylab.log.crashes import CrashedRun
from tinylab.log.faults import unforeseen
from tinylab.log.log_file import log_path
from tinylab.log.start import start_logging, stop_logging
from tinylab.ui.app import begin
from tinylab.ui.shell.safety_net import LogDialog, ReportDialog
from tinylab.ui.shell.window import MainWindow
from tinylab.ui.widgets.banner import Banner
from tinylab.workflow.session import Session

CALM = "Something went wrong that we did not foresee. Nothing is lost."


@pytest.fixture(autouse=True)
def _log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TINYLAB_LOG_DIR", str(tmp_path / "log"))
    start_logging("tinylab")
    yield
    stop_logging()


def calm_notices(session: Session) -> int:
    return sum(notice.message == CALM for notice in session.notices.shown)


def in_a_slot(session: Session) -> None:
    """As PySide hands it on: an exception that leaves a slot goes to sys.excepthook."""
    import sys

    timer = QTimer()
    timer.setSingleShot(True)
    timer.timeout.connect(lambda: 1 // 0)
    with capture_exceptions() as caught:
        timer.start(0)
        while not caught:
            QApplication.processEvents()
    kind, error, trace = caught[0]
    sys.excepthook(kind, error, trace)


def in_a_thread(session: Session) -> None:
    thread = threading.Thread(target=lambda: 1 // 0, name="planted")
    thread.start()
    thread.join()


def in_a_task(session: Session) -> None:
    session.tasks.start("Planted", lambda _: 1 // 0)


def in_a_caught_place(session: Session) -> None:
    try:
        _ = 1 // 0
    except ZeroDivisionError:
        unforeseen("planted")


@pytest.mark.usefixtures("expects_unforeseen", "takes")
@pytest.mark.parametrize("plant", [in_a_slot, in_a_thread, in_a_task, in_a_caught_place], ids=lambda f: f.__name__)
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_planted_fault_is_one_calm_notice_and_a_line_in_the_log(
    window: MainWindow, session: Session, qtbot: QtBot, plant: object
) -> None:
    takes = session.document.takes
    plant(session)  # type: ignore[operator]
    qtbot.waitUntil(lambda: calm_notices(session) == 1)
    plant(session)  # type: ignore[operator]
    qtbot.waitUntil(lambda: not session.tasks.running)
    session.inbox.pump()
    assert calm_notices(session) == 1
    assert "ZeroDivisionError" in log_path().read_text(encoding="utf-8")
    banner = window.findChild(Banner)
    assert banner is not None
    buttons = [button.text() for button in banner.findChildren(QPushButton)]
    assert buttons == ["Show the log", "Save a report"]
    assert session.document.takes == takes
    assert session.document.trash([takes[0].id])
    session.document.undo()
    assert session.document.takes == takes


@pytest.mark.usefixtures("takes")
def test_a_report_holds_no_recordings_unless_ticked_and_names_nobody(
    window: MainWindow, session: Session, tmp_path: Path
) -> None:
    user = Path.home().name
    network = replace(session.trainer.settings.network, own="# my own code\n")
    session.trainer.set_settings(replace(session.trainer.settings, network=network))
    for ticked in (False, True):
        target = tmp_path / f"report {ticked}.zip"
        window.net.save_report(target, with_recordings=ticked).result(30)
        with zipfile.ZipFile(target) as archive:
            names = archive.namelist()
            assert any(name.endswith(".tinylab") for name in names) is ticked
            texts = [archive.read(name).decode() for name in names if not name.endswith(".tinylab")]
        assert str(Path.home()) not in "".join(texts)
        assert "my own code" not in "".join(texts)
        assert f"/{user}/" not in "".join(texts)
    assert "saved as" in session.notices.shown[-1].message


def test_the_log_can_be_read_in_the_window(window: MainWindow) -> None:
    dialog = LogDialog(log_path(), window)
    assert "tinylab starts" in dialog.text.toPlainText()
    dialog.close()
    nothing = LogDialog(log_path().with_name("none.log"), window)
    assert "There is no log yet" in nothing.text.toPlainText()
    nothing.close()
    assert not ReportDialog(window).recordings.isChecked()


def test_after_a_crash_the_next_start_says_so_and_opens_the_project_again(
    window: MainWindow,
    session: Session,
    qtbot: QtBot,
    takes: list[Recording],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    crashed = session.document.open_project().path
    session.projects.new(tmp_path / "other.tinylab").result()
    monkeypatch.setattr(session.boards, "connect_virtual", lambda: None)
    monkeypatch.setattr(session, "warm_up", lambda: None)
    begin(window, None, CrashedRun("2026-01-01T10:00:00+00:00", crashed, ""))
    qtbot.waitUntil(lambda: bool(session.notices.shown))
    assert session.document.open_project().path == crashed
    assert len(session.document.takes) == len(takes)
    assert "ended unexpectedly" in session.notices.shown[-1].message
    assert "is open again" in session.notices.shown[-1].hint
