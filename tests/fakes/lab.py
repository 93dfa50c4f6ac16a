"""A window whose board and whose time the test moves."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from fakes.bench import Bench, bench_in
from fakes.windows import remove
from tinylab.ui.pages.collect.page import CollectPage
from tinylab.ui.shell.application import make_application
from tinylab.ui.shell.window import MainWindow
from tinylab.workflow.capture.capture_states import CaptureState
from tinylab.workflow.capture.next_take import Series


class Lab:
    """What a test does at the page Collect."""

    def __init__(self, window: MainWindow, bench: Bench, qtbot: QtBot) -> None:
        self.window, self.bench, self.qtbot = window, bench, qtbot
        self.session = bench.session
        page = window.page("Collect")
        assert isinstance(page, CollectPage)
        self.page = page

    def plan(self, **changes: object) -> None:
        self.session.recorder.set_next(replace(self.session.recorder.next, sound=False, **changes))  # type: ignore[arg-type]

    def press(self, key: Qt.Key) -> None:
        self.qtbot.keyPress(self.window, key)

    def release(self, key: Qt.Key) -> None:
        self.qtbot.keyRelease(self.window, key)

    def hit(self, key: Qt.Key) -> None:
        self.press(key)
        self.release(key)

    def click(self, button: QPushButton) -> None:
        self.qtbot.waitUntil(button.isVisible)  # a new one appears with the next event
        assert button.isEnabled()
        self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    @property
    def state(self) -> CaptureState:
        return self.session.recorder.state

    @property
    def span(self) -> int:
        writer = self.session.recorder.writer
        return writer.span if writer is not None else 0


@contextlib.contextmanager
def lab_in(folder: Path, qtbot: QtBot) -> Iterator[Lab]:
    """A window at Collect with two own labels, a connected board, and takes of half a second, one at a press."""
    make_application("light")
    with bench_in(folder) as bench:
        bench.connect()
        bench.session.recorder.add_label("wave")
        bench.session.recorder.add_label("punch")
        bench.session.recorder.choose_label("wave")
        window = MainWindow(bench.session)
        window._frame.stop()  # the test moves the time
        window.resize(1024, 700)
        window.show()
        window.show_page("Collect")
        window.activateWindow()
        made = Lab(window, bench, qtbot)
        made.plan(seconds=0.5, countdown_s=0.0, pause_s=1.0, series=Series.ONE)
        yield made
        remove(window)
