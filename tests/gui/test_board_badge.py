"""The board's badge says in a few words what the connection is at, silence and losses counted once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes.bench import Bench, bench_in
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tinylab.ui.pages.board import make_page
from tinylab.ui.shell.board_badge import BoardBadge
from tinylab.workflow.board.link_states import LinkState
from tinylab.workflow.board.opened_board import Sampling


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """A session with a scripted board, in a time of its own."""
    with bench_in(tmp_path) as made:
        yield made


def shown(badge: BoardBadge) -> str:
    """What it says now."""
    badge.refresh()
    return badge.accessibleName()


def test_a_board_that_falls_silent_is_said_with_the_seconds_and_then_lost(bench: Bench, qtbot: QtBot) -> None:
    connection = bench.session.connection
    badge = BoardBadge(bench.session)
    qtbot.addWidget(badge)
    assert shown(badge) == "No board, click to connect"
    bench.connect()
    bench.run(lambda: connection.stream.samples > 100)
    assert shown(badge) == "my board, 100.0 Hz · ±4 g · 0 lost"
    bench.board.stall()
    bench.run(lambda: connection.silent_s > 0)
    assert shown(badge) == "my board, no samples for 1 s …"
    assert badge._lamp.colour == "caution"
    bench.run(lambda: connection.silent_s >= 2)
    assert shown(badge) == "my board, no samples for 2 s …"
    bench.run(lambda: connection.state is LinkState.LOST)
    assert shown(badge) == "my board, lost, looking for it …"
    assert badge._lamp.colour == "error"
    bench.run(lambda: connection.attempts == 1)
    assert shown(badge) == "my board, connecting again …"


def test_a_board_that_is_unplugged_after_a_change_of_rate_is_lost_on_the_badge(bench: Bench, qtbot: QtBot) -> None:
    badge = BoardBadge(bench.session)
    qtbot.addWidget(badge)
    bench.connect()
    bench.session.sampling.choose(Sampling(400, 8))
    bench.run(lambda: bench.session.connection.stream.samples > 400)
    assert shown(badge) == "my board, 400.0 Hz · ±8 g · 0 lost"
    bench.board.unplug()
    bench.run(lambda: bench.session.connection.state is LinkState.LOST)
    assert shown(badge) == "my board, lost, looking for it …"


def test_samples_that_the_sensor_overran_are_counted_once(bench: Bench, qtbot: QtBot) -> None:
    badge = BoardBadge(bench.session)
    qtbot.addWidget(badge)
    bench.connect()
    bench.run(lambda: bench.session.connection.stream.samples > 0)
    bench.board.overrun(1.0)
    bench.run(lambda: bench.session.connection.stream.lost > 0)
    assert bench.session.connection.stream.overruns == 60
    assert shown(badge).endswith("60 lost")


def test_connecting_again_can_be_stopped_on_the_page(bench: Bench, qtbot: QtBot) -> None:
    page = make_page(bench.session)
    qtbot.addWidget(page)
    bench.connect()
    bench.run(lambda: bench.session.connection.stream.samples > 0)
    page.refresh()
    assert page.action.text() == "Disconnect"
    bench.board.unplug()
    bench.run(lambda: bench.session.connection.state is LinkState.LOST)
    page.refresh()
    assert (page.action.text(), page.empty.title.text()) == ("Stop looking for it", "The board is lost")
    qtbot.mouseClick(page.action, Qt.MouseButton.LeftButton)
    assert bench.session.connection.state is LinkState.DISCONNECTED
    assert bench.session.connection.wanted is None


def test_a_connection_that_takes_long_can_be_stopped_on_the_page(bench: Bench, qtbot: QtBot) -> None:
    page = make_page(bench.session)
    qtbot.addWidget(page)
    bench.board.stall()
    task = bench.session.connection.connect(bench.board.port)
    page.refresh()
    assert page.action.text() == "Stop connecting"
    qtbot.mouseClick(page.action, Qt.MouseButton.LeftButton)
    bench.run(lambda: not task.running)
    assert bench.session.connection.state is LinkState.DISCONNECTED
    assert bench.session.notices.shown == ()
