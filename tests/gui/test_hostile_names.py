"""Labels, subjects and file names are what somebody typed: shown letter by letter, never read as HTML."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from fakes.projects import take
from fakes.windows import walk
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLabel, QMenu, QToolTip, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from tinylab.data.editing.label_edits import AddLabel
from tinylab.data.editing.take_edits import AddTakes
from tinylab.ui.pages.collect.trash import TrashDialog
from tinylab.ui.shell.window import MainWindow
from tinylab.ui.widgets.plain_tips import plain
from tinylab.workflow.notices import Tone
from tinylab.workflow.session import Session

HOSTILE = "<img src='file:///secret.png'>"
LONG = HOSTILE + "<b>bold</b> and long enough to be cut wherever there is little room for it"


def assert_plain(text: str, where: str) -> None:
    """Nothing in a text is HTML of the user's."""
    assert "<img" not in text or not Qt.mightBeRichText(text), f"{where}: {text}"
    assert "<b>" not in text or not Qt.mightBeRichText(text), f"{where}: {text}"


@pytest.fixture
def hostile(session: Session, trained: Session) -> Session:
    """A project in which every name that a user gives is HTML."""
    document = session.document
    document.apply(AddTakes((take(HOSTILE, subject=LONG, session=HOSTILE, note=HOSTILE), take(LONG)), HOSTILE))
    document.apply(AddLabel(f"{HOSTILE} 2"))
    trainer = session.trainer
    labels = (HOSTILE, LONG, *trainer.runs[-1].labels[2:])[: len(trainer.runs[-1].labels)]
    trainer.runs[-1] = replace(trainer.runs[-1], labels=labels, sentence=HOSTILE)
    trainer.choose(trainer.runs[-1])
    session.recorder.choose_label(LONG)
    session.notices.show(Tone.CAUTION, HOSTILE, LONG)
    return session


def tips_of(widget: QWidget) -> list[str]:
    """The tips that Qt would show: of the widget, and of each item it lists."""
    QToolTip.hideText()
    QApplication.processEvents()
    shown: list[str] = []
    view = widget.parentWidget()
    places = [QPoint(2, 2)]
    if isinstance(view, QAbstractItemView) and view.viewport() is widget and view.model() is not None:
        model = view.model()
        places = [
            view.visualRect(index).center()
            for row in range(min(model.rowCount(), 12))
            for column in range(8)
            if (index := model.index(row, column)).isValid()
        ]
    for place in places:
        QApplication.sendEvent(widget, QHelpEvent(QHelpEvent.Type.ToolTip, place, widget.mapToGlobal(place)))
        shown.append(QToolTip.text())
    return shown


def test_no_widget_reads_a_name_as_html(window: MainWindow, hostile: Session, qtbot: QtBot) -> None:
    window.activateWindow()
    dialog = TrashDialog(hostile.document, window)
    hostile.document.trash([hostile.document.takes[-1].id])
    dialog.refresh()
    dialog.show()
    seen = 0
    for name, _ in walk(window):
        for widget in window.findChildren(QWidget):
            if not isValid(widget):  # what the takes hold was looked at meanwhile, and its rows were made anew
                continue
            if isinstance(widget, QLabel) and widget.textFormat() is not Qt.TextFormat.PlainText:
                assert_plain(widget.text(), f"{name}: a text")
            if widget.isVisible():
                for tip in tips_of(widget):
                    assert_plain(tip, f"{name}: the tip of {type(widget).__name__}")
                    seen += "&lt;img" in tip
    dialog.close()
    assert seen >= 5


def test_the_menu_of_projects_shows_a_name_as_it_is(window: MainWindow, session: Session, tmp_path: Path) -> None:
    session.projects.new(tmp_path / "a & b <b>.tinylab").result()
    session.projects.new(tmp_path / "other.tinylab").result()
    menu = next(each for each in window.findChildren(QMenu) if hasattr(each, "recent"))
    menu.refresh()  # type: ignore[attr-defined]
    assert "a && b <b>" in [action.text() for action in menu.recent.actions()]  # type: ignore[attr-defined]


@pytest.mark.parametrize("text", ["plain", "1 < 2", "two\nlines", "a & b"])
def test_harmless_texts_stay_as_they_are(text: str) -> None:
    assert plain(text) == text
