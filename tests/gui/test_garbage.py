"""While there is a window nobody but its thread collects garbage."""

from __future__ import annotations

import gc
import threading
import weakref

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tinylab.ui.shell.application import make_application
from tinylab.ui.shell.garbage import GarbageCollector


class Knot(QObject):
    """Holds itself, so that only a collection ends it."""

    def __init__(self, ended: list[int]) -> None:
        super().__init__()
        self.itself = self
        weakref.finalize(self, lambda: ended.append(threading.get_ident()))


def test_a_qt_object_that_holds_itself_ends_in_the_windows_thread(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_application("light")
    application = QApplication.instance()
    assert application is not None
    ended: list[int] = []
    Knot(ended)

    def allocate() -> None:
        kept = [[number] for number in range(200_000)]
        assert len(kept) == 200_000

    other = threading.Thread(target=allocate)
    other.start()
    other.join()
    assert ended == [], "the other thread has allocated enough for many collections"
    monkeypatch.setattr(gc, "get_threshold", lambda: (0, 0, 0))
    collector = application.findChild(GarbageCollector)
    assert collector is not None
    qtbot.waitUntil(lambda: ended == [threading.get_ident()])


def test_there_is_one_collector_however_often_the_application_is_made(qtbot: QtBot) -> None:
    for _ in range(3):
        application = make_application("light")
    assert len(application.findChildren(GarbageCollector)) == 1
    assert not gc.isenabled()
