"""The handshake: who the board is, its labels, one deadline for all of it, and nothing that is not wanted any more."""

from __future__ import annotations

import pytest
from fakes.board import FakeBoard
from fakes.scripted_board import ScriptedBoard, scripted

from tinylab.errors import BoardError, CancelledError, LinkError
from tinylab.link import wire
from tinylab.link.asking import Deadline
from tinylab.link.board import handshake

NASTY = ["🦾" * 300, 'a\n"b"%s??/\\', "é" * 299 + "x", "7"]


def test_labels_come_over_in_pieces_unchanged() -> None:
    with FakeBoard(labels=NASTY) as board:
        identity = handshake(board.link)
    assert identity.labels == tuple(NASTY)
    assert identity.has_model
    assert identity.build_id == "0001020304050607"
    offsets = [heard.offset for heard in board.heard if isinstance(heard, wire.LabelAsk) and heard.index == 0]
    assert offsets == [0, 235, 470, 705, 940, 1175]


def test_a_board_without_a_network_has_no_labels() -> None:
    with FakeBoard() as board:
        identity = handshake(board.link)
    assert identity.labels == ()
    assert not identity.has_model


def test_a_stray_answer_is_asked_again_but_not_forever() -> None:
    with FakeBoard(labels=["left", "right"]) as board:
        board.shifted_labels = 2
        assert handshake(board.link).labels == ("left", "right")
        board.shifted_labels = 10**6
        with pytest.raises(LinkError, match="label"):
            handshake(board.link)


def test_another_protocol_is_refused_with_the_way_out() -> None:
    with FakeBoard(protocol=9) as board, pytest.raises(BoardError, match="speaks protocol 9") as caught:
        handshake(board.link)
    assert "Flash the board" in caught.value.hint


# --- one deadline ---------------------------------------------------------------------------------------


def test_the_deadline_holds_for_all_questions_together() -> None:
    board = ScriptedBoard(*["a label"] * 20)
    answer = board.label
    board.label = lambda ask: (board.stall(0.4), answer(ask))[1]  # type: ignore[method-assign, func-returns-value]
    with scripted(board) as (link, clock), pytest.raises(LinkError, match="does not say its label"):
        handshake(link)
    assert clock.now() == pytest.approx(5.0, abs=0.1)


@pytest.mark.parametrize("wanted_s", [0.0, 0.35, 2.0])
def test_an_answer_that_nobody_wants_any_more_is_not_waited_for(wanted_s: float) -> None:
    board = ScriptedBoard()
    board.stall()
    with scripted(board) as (link, clock), pytest.raises(CancelledError):
        handshake(link, Deadline(60.0, lambda: clock.now() >= wanted_s, clock))
    assert clock.now() <= wanted_s + 0.2


def test_labels_come_as_they_are_and_are_shown_so_that_they_steer_nothing() -> None:
    board = ScriptedBoard("\x1b[2Jred\x07", "right\u202eto left", "\x00", "two\nlines\tof 🦾")
    board.labels.append(b"\xff\xfe no text")
    with scripted(board) as (link, _):
        identity = handshake(link)
    assert identity.labels[:4] == ("\x1b[2Jred\x07", "right\u202eto left", "\x00", "two\nlines\tof 🦾")
    assert identity.shown_labels == ("�[2Jred�", "right�to left", "�", "two\nlines\tof 🦾", "�� no text")
