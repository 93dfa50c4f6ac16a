"""The page Live: a large word, and thresholds that are dragged or moved by keys and reach the board at once."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from fakes.board import FakeBoard
from fakes.sessions import connect_fake
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tinylab.link import wire
from tinylab.ui.contrast import contrast, readable
from tinylab.ui.pages.live import LivePage
from tinylab.ui.shell.application import make_application
from tinylab.ui.shell.window import MainWindow
from tinylab.ui.theme import class_colour, theme
from tinylab.workflow.session import Session

LABELS = ("punch", "wave", "circle")


@pytest.fixture
def board(request: pytest.FixtureRequest) -> Iterator[FakeBoard]:
    """A board that knows LABELS, or those that a test names."""
    made = FakeBoard(labels=getattr(request, "param", LABELS))
    yield made
    made.vanish()


@pytest.fixture
def live(window: MainWindow, session: Session, board: FakeBoard, qtbot: QtBot) -> Iterator[LivePage]:
    """The page Live while the board decides."""
    connect_fake(session, board)
    window.show_page("Live")
    qtbot.waitUntil(lambda: session.live.deciding.decision is not None)
    decide(session, board, qtbot, 0, (60, -60, *[-128] * (len(board.labels) - 2)))
    page = window.page("Live")
    assert isinstance(page, LivePage)
    yield page
    session.connection.disconnect()


def decide(session: Session, board: FakeBoard, qtbot: QtBot, decision: int, outputs: tuple[int, ...]) -> None:
    """The board says what it makes of a window, and the page has drawn it."""
    before = session.live.count
    board.send(wire.Prediction(before * 25, decision, 1000, 2000, np.array(outputs, np.int8)))
    qtbot.waitUntil(lambda: session.live.count == before + 1)


def word(page: LivePage, qtbot: QtBot, text: str) -> None:
    qtbot.waitUntil(lambda: page.decision.text() == text)


def test_a_class_is_said_large_in_its_colour_and_else_unknown(
    live: LivePage, session: Session, board: FakeBoard, qtbot: QtBot
) -> None:
    assert "no class for doing nothing" in live.advice.text() and live.advice.isVisible()
    word(live, qtbot, "punch")
    assert live.decision.pixels() >= 40, "the word fills its card"
    decide(session, board, qtbot, wire.NO_DECISION, (0, 0, 0))
    word(live, qtbot, "unknown")
    assert live.decision.pixels() >= 40
    assert live.decision._colour is None, "grey"


def test_a_handle_is_dragged_or_moved_by_keys_and_the_board_follows(
    live: LivePage, session: Session, board: FakeBoard, qtbot: QtBot
) -> None:
    bars = live.bars
    at, area = bars.handle(1).toPoint(), bars.bar_area(1)
    target = QPoint(round(area.left() + 0.9 * area.width()), at.y())
    qtbot.mousePress(bars, Qt.MouseButton.LeftButton, pos=at)
    qtbot.mouseMove(bars, target)
    qtbot.waitUntil(lambda: abs(int(board.decision.thresholds[1]) - 102) <= 4)
    assert session.deployer.decision.own == (), "while it is dragged the project waits"
    qtbot.mouseRelease(bars, Qt.MouseButton.LeftButton, pos=target)
    assert session.deployer.decision.threshold_of("wave") == pytest.approx(0.9, abs=0.02)
    assert bars.threshold(1) == pytest.approx(0.9, abs=0.02)
    _move_by_keys(live, session, board, qtbot)


def _move_by_keys(live: LivePage, session: Session, board: FakeBoard, qtbot: QtBot) -> None:
    live.bars.setFocus()
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_Right):
        qtbot.keyClick(live.bars, key)
    assert live.bars.accessibleName() == "Threshold of circle: 71 %"
    qtbot.waitUntil(lambda: int(board.decision.thresholds[2]) == 54)
    assert session.deployer.decision.threshold_of("circle") == 0.71


@pytest.mark.parametrize("by_movement", [False, True])
def test_it_says_when_the_board_decides(
    by_movement: bool, window: MainWindow, session: Session, board: FakeBoard, qtbot: QtBot
) -> None:
    board.by_movement = by_movement
    connect_fake(session, board)
    window.show_page("Live")
    page = window.page("Live")
    assert isinstance(page, LivePage)
    qtbot.waitUntil(lambda: session.live.deciding.decision is not None)
    assert ("once, when it has ended" in page.facts.text()) == by_movement
    assert ("no class for other movements" in page.advice.text()) == by_movement
    qtbot.waitUntil(lambda: page.cost.text() == ("The first window fills.", "It waits for a movement.")[by_movement])
    session.connection.disconnect()


@pytest.mark.parametrize("board", [tuple(f"rather long class {i}" for i in range(12))], indirect=True)
def test_bars_of_twelve_classes_can_be_read_in_the_smallest_window(window: MainWindow, live: LivePage) -> None:
    window.resize(1024, 700)
    QApplication.processEvents()
    assert live.bars.threshold(11) > 0
    area, last = live.bars.bar_area(0), live.bars.bar_area(11)
    assert area.height() >= 6 and area.width() >= 80
    assert last.bottom() <= live.bars.height()
    assert window.height() <= 700


@pytest.mark.parametrize("choice", ["light", "dark"])
def test_every_classs_word_stands_out_from_its_card(choice: str, qtbot: QtBot) -> None:
    make_application("light")
    theme.choose(choice)
    for number in range(16):
        assert contrast(readable(class_colour(number)), theme.colour("surface")) >= 4.5
    theme.choose("light")
