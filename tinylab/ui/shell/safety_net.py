"""The net under the window: what nobody foresaw becomes one calm notice, with the log to look at, a report to save."""

from __future__ import annotations

import json
import logging
from pathlib import Path

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QCheckBox, QDialog, QFileDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from tinylab.errors import TinyLabError, UnforeseenError
from tinylab.folders import projects_dir
from tinylab.log.crashes import CrashedRun, note_project
from tinylab.log.faults import Fault, note_action, note_fact, on_unforeseen
from tinylab.log.log_file import log_path
from tinylab.log.report_zip import save_report
from tinylab.text import tr
from tinylab.ui.widgets.basic import button, text_label
from tinylab.workflow.notices import Notice, NoticeAction, Tone
from tinylab.workflow.project.change import Change, ChangeKind
from tinylab.workflow.session import Session
from tinylab.workflow.task import Task

_LOG = logging.getLogger("tinylab.qt")
_SHOWN_BYTES = 200_000  # of the log's end
_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


def log_qt_messages() -> None:
    """Let what Qt has to say go into the log."""

    def write(kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
        _LOG.log(_LEVELS.get(kind, logging.WARNING), "%s", text)

    qInstallMessageHandler(write)


class SafetyNet:
    """Listens for faults from any thread, and reports to the log what the user does."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        self._session, self._parent = session, parent
        self._unsubscribe = on_unforeseen.subscribe(self._fault)
        session.document.changed.subscribe(self._follow)
        session.connection.changed.subscribe(lambda _: note_fact("board", session.connection.state.name.lower()))

    def close(self) -> None:
        """Listen no more."""
        self._unsubscribe()

    def _fault(self, _fault: Fault) -> None:
        """In whatever thread it happened."""
        self._session.inbox.post(self._say)

    def _say(self) -> None:
        self.report(UnforeseenError().message, UnforeseenError().hint)

    def report(self, message: str, hint: str) -> Notice:
        """The one notice with the log and the report."""
        actions = (
            NoticeAction(tr("Show the log"), self.show_log),
            NoticeAction(tr("Save a report"), self.ask_for_report),
        )
        return self._session.notices.show_notice(Notice(Tone.ERROR, message, hint, actions))

    def say_crashed(self, crashed: CrashedRun) -> None:
        """At the start after a crash."""
        hint = tr("The project is open again; what was recorded is there.") if crashed.project else ""
        self.report(tr("TinyLab ended unexpectedly last time. Nothing that was saved is lost."), hint)

    def _follow(self, change: Change) -> None:
        project = self._session.document.project
        if change.kind is ChangeKind.PROJECT:
            note_project(project.path if project is not None else None)
        note_action(f"{change.kind.value} changed: {self._session.document.undo_text}")

    # --- the log and the report -------------------------------------------------------------------------

    def show_log(self) -> None:
        """The end of the log, in a window of its own."""
        LogDialog(log_path(), self._parent).exec()

    def ask_for_report(self) -> None:
        """Ask where to, and whether the recordings may go along."""
        dialog = ReportDialog(self._parent)
        if not dialog.exec():
            return
        chosen, _ = QFileDialog.getSaveFileName(
            self._parent, tr("Save a report"), str(projects_dir() / "tinylab-report.zip"), "Zip (*.zip)"
        )
        if chosen:
            self.save_report(Path(chosen), with_recordings=dialog.recordings.isChecked())

    def save_report(self, target: Path, *, with_recordings: bool = False) -> Task[Path]:
        """Write the report in a task; a notice says so either way."""
        session = self._session
        project = session.document.project.path if session.document.project is not None else None
        training = session.trainer.settings.to_json()
        training["network"]["own"] = len(training["network"]["own"])  # the user's code is not for others: its length
        settings = {
            "training": json.dumps(training),
            "sampling": repr(session.connection.sampling),
        }

        def work(_: Task[Path]) -> Path:
            save_report(target, project=project, include_recordings=with_recordings, extra=settings)
            return target

        def failed(error: TinyLabError) -> None:
            session.notices.error(error)

        task = session.tasks.start(tr("Saving a report"), work)
        return task.then(self._say_saved, failed)

    def _say_saved(self, path: Path) -> None:
        self._session.notices.show(Tone.GOOD, tr("The report is saved as “{name}”.", name=path.name), str(path.parent))


class LogDialog(QDialog):
    """The end of the log, to read and to copy from."""

    def __init__(self, path: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Log"))
        self.resize(860, 520)
        outer = QVBoxLayout(self)
        outer.addWidget(text_label(str(path), "small", wrap=True))
        self.text = QPlainTextEdit(_end_of(path))
        self.text.setReadOnly(True)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setAccessibleName(tr("The end of the log"))
        self.text.moveCursor(self.text.textCursor().MoveOperation.End)
        outer.addWidget(self.text, 1)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(button(tr("Close"), self.accept))
        outer.addLayout(row)


class ReportDialog(QDialog):
    """What a report holds, and the one question about it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Save a report"))
        outer = QVBoxLayout(self)
        explanation = tr(
            "A report is a zip file with the log, the versions and the settings. User names, this computer's name and"
            " passwords are taken out."
        )
        outer.addWidget(text_label(explanation, "", wrap=True))
        self.recordings = QCheckBox(tr("Put the project with its recordings in, too"))
        outer.addWidget(self.recordings)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(button(tr("Cancel"), self.reject))
        row.addWidget(button(tr("Save …"), self.accept, "primary"))
        outer.addLayout(row)


def _end_of(path: Path) -> str:
    try:
        with path.open("rb") as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - _SHOWN_BYTES))
            return file.read().decode("utf-8", "replace")
    except OSError as error:
        return tr("There is no log yet: {reason}.", reason=error.strerror)
