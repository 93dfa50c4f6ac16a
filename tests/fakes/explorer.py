"""What tests do at the page Explore."""

from __future__ import annotations

import itertools

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from fakes.made_projects import recording
from tinylab.data.recording import Recording
from tinylab.ui.pages.explore.page import ExplorePage
from tinylab.ui.shell.window import MainWindow
from tinylab.workflow.session import Session

PEOPLE = ("Anna", "Bert", "Cem", "Dora")
_numbers = itertools.count()


def made_takes() -> tuple[Recording, ...]:
    """Twelve takes of 3 s, ids 1 to 12: four people perform three labels; 4 to 8 are of “wave”."""
    labels = ("shake", "wave", "nothing")
    return tuple(
        recording(label, number * 4 + i, seconds=3.0, subject=PEOPLE[i])
        for number, label in enumerate(labels)
        for i in range(4)
    )


def explore_of(window: MainWindow) -> ExplorePage:
    window.show_page("Explore")
    window.activateWindow()
    found = window.page("Explore")
    assert isinstance(found, ExplorePage)
    return found


def settle(session: Session) -> None:
    """Until nothing is looked at in a thread."""
    explore = session.explore

    def still() -> bool:
        QApplication.processEvents()
        working = (explore.feature_map.task, explore.proposals.task)
        return not any((explore.checks.busy, explore.take_views.busy, *working))

    assert session.inbox.wait(still, 60.0)
    QApplication.processEvents()  # what was drawn last is shown


def press(page: ExplorePage, qtbot: QtBot, key: Qt.Key, modifier: Qt.KeyboardModifier | None = None) -> None:
    """A key while no field or button has the focus."""
    page.setFocus()
    qtbot.keyClick(page, key, modifier or Qt.KeyboardModifier.NoModifier)


def texts(widget: QWidget) -> str:
    found = [each.text() for each in widget.findChildren(QLabel) if each.isVisible()]
    return " ".join([*found, *(each.text() for each in widget.findChildren(QPushButton) if each.isVisible())])
