"""Drawing a motion on the pad: nobody waits for the board, and what was drawn is what it repeats."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fakes.control import ANNA, FakeControl
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from tinylab.boards.discovery import BoardPort
from tinylab.ui.shell.application import make_application
from tinylab.ui.widgets.motion import MotionPad, MotionPanel
from tinylab.workflow.board.connection import Connection
from tinylab.workflow.board.motion import Motion
from tinylab.workflow.board.motion_sender import MotionSender
from tinylab.workflow.session import Session


@pytest.fixture
def control() -> FakeControl:
    return FakeControl()


@pytest.fixture
def motion(session: Session, control: FakeControl, monkeypatch: pytest.MonkeyPatch) -> Iterator[Motion]:
    """A motion that believes a virtual board is connected."""
    monkeypatch.setattr(Connection, "connected", property(lambda _: True))
    session.connection.wanted = BoardPort("Anna", "nowhere", "virtual", virtual=ANNA)
    session.recorder.choose_label("my own")
    sender = MotionSender(control.connect)  # type: ignore[arg-type]
    yield Motion(session.connection, session.document, session.recorder, session.notices, session.inbox, sender)
    sender.close()


def draw(pad: MotionPad, control: FakeControl, qtbot: QtBot, moves: int = 60) -> None:
    """Draw while the board is busy with where the pointer was pressed."""
    middle = pad.rect().center()
    qtbot.mousePress(pad, Qt.MouseButton.LeftButton, pos=middle)
    assert control.entered.acquire(timeout=20)
    for step in range(moves):
        qtbot.mouseMove(pad, middle + QPoint(step % 30, -step % 20))
    qtbot.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=middle)


def test_moves_wait_for_no_board_and_the_newest_counts(motion: Motion, control: FakeControl, qtbot: QtBot) -> None:
    make_application("light")
    ticks = iter(range(1000))
    pad = MotionPad(motion, lambda: next(ticks) / 50)
    qtbot.addWidget(pad)
    control.answers.clear()
    draw(pad, control, qtbot)
    assert len(control.asked) == 1, "one call waits for the board, and it is not the window's"
    assert not pad.grab().isNull()
    control.answers.set()
    qtbot.waitUntil(lambda: len(control.asked) == 2)
    samples, _, loop = control.asked[1]
    assert samples > 200 and loop and list(motion.drawn) == ["my own"]


def test_the_panel_offers_what_was_drawn_for_the_label_that_is_recorded(
    motion: Motion, session: Session, control: FakeControl, qtbot: QtBot
) -> None:
    make_application("light")
    panel = MotionPanel(motion)
    qtbot.addWidget(panel)
    panel.show()
    panel.refresh()
    assert panel.drawn.isHidden() and panel.pad is not None and "my own" in panel.pad.accessibleName()
    motion.draw("my own", [(t / 50, t / 100, 0.0) for t in range(60)])
    panel.refresh()
    assert panel.drawn.isVisible()
    session.recorder.choose_label("another")
    panel.refresh()
    assert panel.drawn.isHidden()
    session.recorder.choose_label("my own")
    panel.refresh()
    qtbot.mouseClick(panel.forget_drawn, Qt.MouseButton.LeftButton)
    panel.refresh()
    assert panel.drawn.isHidden() and motion.drawn == {}
    assert MotionPanel(motion, with_pad=False).pad is None
