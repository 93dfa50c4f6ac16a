"""A board is connected, set, lost and found again; the wrong one is told apart from none at all."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
from fakes.board import FakeBoard
from fakes.sessions import connect, errors, pump
from fakes.terminal import Terminal

from tinylab.boards.discovery import BoardPort
from tinylab.errors import DataError, LinkError
from tinylab.link.asking import Deadline
from tinylab.virtualboard.service.client import VirtualBoardProcess
from tinylab.workflow.board.link_states import LinkState
from tinylab.workflow.board.opened_board import Sampling, open_board
from tinylab.workflow.session import Session

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    made = Terminal()
    yield made
    made.destroy()


def test_a_board_connects_and_streams(session: Session, port: BoardPort) -> None:
    assert [found.device for found in session.connection.ports()] == [port.device]
    connect(session, port)
    linked = session.connection.linked
    assert linked is not None
    assert linked.board.name == "micro:bit V2"
    assert not linked.identity.has_model
    pump(session, lambda: session.connection.stream.samples > 200)
    assert session.connection.stream.lost == 0
    assert session.connection.stream.rate_hz == pytest.approx(100, rel=0.01)
    session.connection.disconnect()
    assert session.connection.state is LinkState.DISCONNECTED
    assert session.connection.linked is None


def test_rate_and_range_change_while_it_streams_and_stay_with_the_project(session: Session, port: BoardPort) -> None:
    connect(session, port)
    session.sampling.choose(Sampling(400, 8))
    pump(session, lambda: not session.tasks.running)
    linked = session.connection.linked
    assert linked is not None
    assert (linked.identity.hello.rate_hz, linked.identity.hello.range_g) == (400, 8)
    assert linked.g_per_count == linked.board.sensor.g_per_count[8]
    pump(session, lambda: session.connection.stream.rate_hz > 300)
    assert session.connection.stream.lost == 0
    assert session.document.project is not None
    assert session.document.project.setting("sampling") == {"rate_hz": 400, "range_g": 8}


@pytest.mark.parametrize("sampling", [Sampling(123, 4), Sampling(100, 3)])
def test_what_the_sensor_cannot_do_is_refused_with_what_it_can(session: Session, sampling: Sampling) -> None:
    with pytest.raises(DataError, match="cannot measure") as caught:
        session.sampling.choose(sampling)
    assert "10, 25, 50, 100, 200, 400 Hz and ±2, 4, 8, 16 g" in caught.value.hint
    assert session.connection.sampling == Sampling()


def test_a_board_that_was_unplugged_comes_back_by_itself(
    session: Session, port: BoardPort, board: VirtualBoardProcess
) -> None:
    connect(session, port)
    lost: list[LinkError] = []
    session.connection.lost.subscribe(lost.append)
    board.control.unplug()
    pump(session, lambda: session.connection.state is LinkState.LOST)
    assert "has vanished" in errors(session)[0]
    assert [str(error).split(".")[0] for error in lost] == [f"The port {port.device} has vanished"]
    board.control.plug()
    pump(session, lambda: session.connection.state is LinkState.CONNECTED)
    pump(session, lambda: session.connection.stream.samples > 20)


def test_a_lost_board_that_is_given_up_is_not_looked_for(
    session: Session, port: BoardPort, board: VirtualBoardProcess
) -> None:
    connect(session, port)
    board.control.unplug()
    pump(session, lambda: session.connection.state is LinkState.LOST)
    session.connection.disconnect()
    board.control.plug()
    pump(session, lambda: bool(session.connection.ports()))
    session.inbox.pump()
    assert session.connection.state is LinkState.DISCONNECTED
    assert session.tasks.running == ()


def test_disconnecting_while_it_connects_ends_disconnected(session: Session, port: BoardPort) -> None:
    session.connection.connect(port)
    assert session.connection.state is LinkState.CONNECTING
    session.connection.disconnect()
    pump(session, lambda: not session.tasks.running)
    assert session.connection.state is LinkState.DISCONNECTED
    assert session.connection.linked is None
    assert errors(session) == []
    connect(session, port)


def test_no_port_is_reported(session: Session) -> None:
    session.connection.connect(BoardPort("my board", "/dev/ttyNOWHERE", "serial"))
    pump(session, lambda: bool(errors(session)))
    assert errors(session) == ["There is no port /dev/ttyNOWHERE."]
    assert session.connection.state is LinkState.DISCONNECTED
    assert session.connection.wanted is None


def test_a_silent_port_is_reported_apart_with_the_way_out(terminal: Terminal) -> None:
    with pytest.raises(LinkError, match="no TinyLab firmware answers") as caught:
        open_board(BoardPort("my board", terminal.port, "serial"), Deadline(0.1))
    assert "Flash" in caught.value.hint


def test_a_board_of_another_kind_is_refused_and_its_port_let_go(session: Session, terminal: Terminal) -> None:
    with FakeBoard(transport=terminal) as fake:
        fake.board_id = 0x7777
        session.connection.connect(BoardPort("my board", terminal.port, "serial"))
        pump(session, lambda: bool(errors(session)))
        assert errors(session) == ["A board of an unknown kind (0x7777) answers."]
        assert session.connection.state is LinkState.DISCONNECTED
        fake.board_id = 2
        session.notices.clear()
        connect(session, BoardPort("my board", terminal.port, "serial"))
        session.connection.disconnect()


def test_a_board_of_another_protocol_is_named_as_such_and_let_go(session: Session, terminal: Terminal) -> None:
    with FakeBoard(transport=terminal) as fake:
        linked = open_board(BoardPort("my board", terminal.port, "serial"))
        linked.link.close()
        fake.protocol = 99
        session.connection.connect(BoardPort("my board", terminal.port, "serial"))
        pump(session, lambda: bool(errors(session)))
        assert errors(session) == ["The firmware on the board speaks protocol 99, this TinyLab speaks 1."]
        assert session.connection.linked is None


def test_without_a_board_nothing_can_be_released(session: Session) -> None:
    assert session.connection.release() is None
    assert session.connection.state is LinkState.DISCONNECTED
