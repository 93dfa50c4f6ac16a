"""The import wizard: opened from the menu or by a drop, it shows what would come, and imports it when asked to."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from fakes import exchange_files as files
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from tinylab.ui.pages.collect.import_wizard import ImportWizard
from tinylab.ui.shell.window import MainWindow
from tinylab.workflow.notices import Tone


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three good files of two labels, and a bad one."""
    made = tmp_path / "takes"
    content = {"wave.1.csv": files.plain(), "wave.2.csv": files.semicolons(), "rest.1.csv": files.phyphox(),
               "rest.2.csv": files.plain() + b"9,nan,0,1\n"}  # fmt: skip
    made.mkdir()
    for name, data in content.items():
        (made / name).write_bytes(data)
    return made


def drop(window: MainWindow, *paths: Path) -> None:
    """Drag files over the window, and let go."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    button, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPointF(9, 9).toPoint(), Qt.DropAction.CopyAction, data, button, keys)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(window, QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, data, button, keys))


def wizard_of(window: MainWindow, qtbot: QtBot) -> ImportWizard:
    """The wizard, once it has looked at the files."""
    wizard = window.dialogs.wizard
    assert wizard is not None
    looked(wizard, qtbot)
    return wizard


def looked(wizard: ImportWizard, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: wizard.summary.text() != "Reading …", timeout=60_000)


def test_a_folder_that_is_dropped_is_shown_before_it_is_imported(
    window: MainWindow, folder: Path, qtbot: QtBot
) -> None:
    drop(window, folder)
    wizard = wizard_of(window, qtbot)
    assert wizard.summary.text() == "3 recordings at 50 Hz: wave 2, rest 1; 1 is refused."
    assert wizard.report.toPlainText().startswith("rest.2.csv, row 62: ax_g is nan.")
    assert wizard.format.itemText(0) == "guessed: Phone app (phyphox, Sensor Logger, MATLAB Mobile)"
    assert wizard.unit.itemText(0) == "guessed: m/s²"
    cell = wizard.rows.item(0, 0)
    assert cell is not None
    assert cell.text() == "Time (s)"
    assert wizard.plot.reading_at(0) == "0.00 s: x +0.00, y +0.30, z -0.98 g"
    assert window.session.document.takes == ()
    qtbot.mouseClick(wizard.yes, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(window.session.document.takes) == 3, timeout=60_000)
    assert window.session.notices.shown[-1].message == "3 imported, 1 refused, from takes."
    assert window.session.document.undo()
    assert window.session.document.takes == ()


def test_what_is_guessed_can_be_corrected_by_keyboard(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "log.log"
    path.write_bytes(files.forwarder())
    window.dialogs.show_wizard(path)
    wizard = wizard_of(window, qtbot)
    assert wizard.summary.text() == "0 recordings; 1 is refused."
    assert "neither times nor a rate" in wizard.report.toPlainText()
    assert not wizard.yes.isEnabled()
    wizard.rate.setFocus()
    wizard.rate.selectAll()
    qtbot.keyClicks(wizard.rate, "62,5")
    qtbot.keyClick(wizard.rate, Qt.Key.Key_Return)
    looked(wizard, qtbot)
    wizard.label.setFocus()
    qtbot.keyClicks(wizard.label, "tap")
    wizard.subject.setFocus()
    qtbot.keyClicks(wizard.subject, "Anna")
    wizard.unit.setFocus()
    looked(wizard, qtbot)
    assert wizard.summary.text() == "1 recording at 62.5 Hz: tap 1"
    qtbot.keyClick(wizard, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(window.session.document.takes), timeout=60_000)
    (take,) = window.session.document.takes
    assert (take.label, take.subject, take.rate_hz) == ("tap", "Anna", 62.5)


def test_another_unit_and_format_are_shown_at_once_and_escape_changes_nothing(
    window: MainWindow, folder: Path, qtbot: QtBot
) -> None:
    window.dialogs.show_wizard(folder / "wave.1.csv")
    wizard = wizard_of(window, qtbot)
    wizard.unit.setCurrentIndex(wizard.unit.findText("mg"))
    wizard.unit.activated.emit(wizard.unit.currentIndex())
    looked(wizard, qtbot)
    assert np.allclose(wizard.plot._values[1], np.asarray(files.SIGNAL[1]) / 1000, atol=1e-4)
    wizard.format.setCurrentIndex(wizard.format.findData("createai"))
    wizard.format.activated.emit(wizard.format.currentIndex())
    looked(wizard, qtbot)
    assert wizard.summary.text() == "0 recordings; 1 is refused."
    assert "it is no JSON from there on" in wizard.report.toPlainText()
    qtbot.keyClick(wizard, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not window.session.tasks.running, timeout=60_000)
    assert window.session.document.takes == ()


def test_the_menu_asks_for_a_file_or_a_folder_and_drops_that_cannot_be_imported_say_why(
    window: MainWindow, folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = [str(folder), ""]
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: answers.pop(0))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(folder / "wave.1.csv"), ""))
    actions = {action.text(): action for action in window.project_button.menu().actions()}
    actions["Import a folder …"].trigger()
    first = wizard_of(window, qtbot)
    first.reject()
    actions["Import a folder …"].trigger()
    assert window.dialogs.wizard is first  # the question was closed
    actions["Import a file …"].trigger()
    assert wizard_of(window, qtbot).summary.text() == "1 recording at 50 Hz: wave 1"
    drop(window, folder / "wave.1.csv", folder / "wave.2.csv")
    assert "one file or folder at a time" in window.session.notices.shown[-1].message
    window.dialogs.close()
    drop(window, folder)
    assert window.session.notices.shown[-1].message.startswith("Open or make a project first")
    assert window.session.notices.shown[-1].tone is Tone.INFO
