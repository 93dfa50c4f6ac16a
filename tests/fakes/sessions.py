"""What tests do with a session: wait, connect, look at its errors."""

from __future__ import annotations

from collections.abc import Callable

from fakes.board import FakeBoard
from tinylab.boards.catalog import boards
from tinylab.boards.discovery import BoardPort
from tinylab.link.board import handshake
from tinylab.workflow.board.link_states import LinkEvent, LinkState
from tinylab.workflow.board.opened_board import Linked
from tinylab.workflow.notices import Tone
from tinylab.workflow.session import Session


def pump(session: Session, until: Callable[[], bool], timeout_s: float = 60.0) -> None:
    """Let the session work until something holds."""
    assert session.inbox.wait(until, timeout_s), f"it never came true; notices: {session.notices.shown}"


def connect(session: Session, port: BoardPort) -> None:
    """Connect a board and wait until it streams."""
    session.connection.connect(port).result(60)
    assert session.connection.state is LinkState.CONNECTED


def connect_fake(session: Session, board: FakeBoard) -> None:
    """Connect a board of this process, as a deployment hands one over."""
    port = BoardPort("Anna", "nowhere", "virtual")
    session.connection.wanted = port
    session.connection.table.fire(LinkEvent.CONNECT)
    session.connection._ready(Linked(port, board.link, handshake(board.link), boards()[0]))


def errors(session: Session) -> list[str]:
    """The messages of the errors that are shown."""
    return [notice.message for notice in session.notices.shown if notice.tone is Tone.ERROR]
