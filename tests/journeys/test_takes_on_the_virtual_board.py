"""Recording through the real window on the virtual board: by motion, by its button, marked while it records, played."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fakes.windows import remove
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tinylab.dsp.motion_level import motion_level
from tinylab.ui.pages.collect.page import CollectPage
from tinylab.ui.shell.application import make_application
from tinylab.ui.shell.window import MainWindow
from tinylab.workflow.capture.capture_states import CaptureState
from tinylab.workflow.capture.next_take import Series, Start
from tinylab.workflow.session import Session

pytestmark = pytest.mark.timeout(170)
_LONG_MS = 120_000


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    """A window on an empty project, with the virtual board connected and two labels."""
    make_application("light")
    session = Session(fast_virtual_board=True)
    session.projects.new(tmp_path / "Recording.tinylab").result()
    session.boards.connect_virtual()
    made = MainWindow(session)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(lambda: session.connection.connected, timeout=_LONG_MS)
    session.recorder.add_label("shake")
    plan(session, seconds=1.0, countdown_s=0.0, pause_s=0.2, series=Series.ROW, takes=2, sound=False)
    yield made
    remove(made)


def plan(session: Session, **changes: object) -> None:
    session.recorder.set_next(replace(session.recorder.next, **changes))  # type: ignore[arg-type]


def strength(session: Session, take_id: int) -> np.ndarray:
    recording = session.document.recording(take_id)
    return motion_level(recording.in_g, recording.header.rate_hz)


def test_takes_begin_by_themselves_by_the_button_and_are_marked_and_played(window: MainWindow, qtbot: QtBot) -> None:
    window.show_page("Collect")
    _by_motion(window, qtbot)
    _by_the_button(window, qtbot)
    _marked_while_it_runs(window, qtbot)
    session = window.session
    session.player.play(session.document.recording(session.document.takes[0].id))
    qtbot.waitUntil(lambda: session.player.take_id is None, timeout=_LONG_MS)


def _by_motion(window: MainWindow, qtbot: QtBot) -> None:
    """Two takes begin by themselves when the virtual board is shaken, each with what was before."""
    session = window.session
    plan(session, start=Start.MOTION, threshold_g=0.3)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not session.row.running, timeout=_LONG_MS)
    assert len(session.document.takes) == 2
    for take in session.document.takes:
        assert (take.samples, take.lost, take.ended) == (100, 0, "")
        levels = strength(session, take.id)
        assert levels[:15].max() < 0.3 < levels[20:].max(), "it begins before the motion"


def _by_the_button(window: MainWindow, qtbot: QtBot) -> None:
    """One begins when the board's button A is pressed in its panel."""
    session, page = window.session, window.page("Collect")
    assert isinstance(page, CollectPage)
    plan(session, start=Start.BUTTON, series=Series.ONE)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: session.recorder.state is CaptureState.WAITING, timeout=_LONG_MS)
    qtbot.mouseClick(page.next_take.motion.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(session.document.takes) == 3, timeout=_LONG_MS)
    qtbot.waitUntil(lambda: session.recorder.state is CaptureState.IDLE, timeout=_LONG_MS)


def _marked_while_it_runs(window: MainWindow, qtbot: QtBot) -> None:
    """A long one without a label is marked while it runs."""
    session = window.session

    def span() -> int:
        writer = session.recorder.writer
        return writer.span if writer is not None else 0

    plan(session, start=Start.AT_ONCE, unlabelled=True, free=True)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: span() > 100, timeout=_LONG_MS)
    qtbot.keyPress(window, Qt.Key.Key_1)
    begun = session.marking.since
    qtbot.waitUntil(lambda: span() > begun + 100, timeout=_LONG_MS)
    qtbot.keyRelease(window, Qt.Key.Key_1)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    long = session.document.takes[-1]
    (region,) = session.document.regions(long.id)
    assert (long.label, region.label, region.start) == ("", "shake", begun)
    assert [part.label for take, part in session.document.parts if take.id == long.id] == ["shake"]
