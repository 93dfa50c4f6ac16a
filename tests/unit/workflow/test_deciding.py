"""Thresholds go to the board at once, the newest only; what the board refuses or cannot do is said."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from fakes.board import FakeBoard
from fakes.sessions import connect_fake, errors, pump

from tinylab.deploy.decision import BoardDecision, Decision
from tinylab.link import wire
from tinylab.workflow.session import Session

LABELS = ("punch", "wave", "nothing")


class Bench:
    """A session and a board in this process, connected as a deployment connects one."""

    def __init__(self, session: Session, board: FakeBoard) -> None:
        self.session, self.board = session, board
        self.deciding = session.live.deciding

    def connect(self) -> None:
        connect_fake(self.session, self.board)

    def sent(self) -> list[wire.SetDecision]:
        return [message for message in self.board.heard if isinstance(message, wire.SetDecision)]

    def settle(self) -> None:
        pump(self.session, lambda: not self.session.tasks.running)


@pytest.fixture
def bench(session: Session) -> Iterator[Bench]:
    board = FakeBoard(labels=LABELS)
    yield Bench(session, board)
    session.connection.disconnect()
    board.vanish()


def test_what_the_board_does_is_read_when_it_is_connected(bench: Bench) -> None:
    bench.board.decision = wire.DecisionSettings(3, 4, np.array([26, 51, 77], np.int8))
    bench.connect()
    assert bench.deciding.decision is None
    bench.settle()
    assert bench.deciding.decision == BoardDecision(3, 4, (26, 51, 77))
    assert bench.deciding.thresholds == pytest.approx((0.6, 0.7, 0.8), abs=0.005)
    assert bench.sent() == [], "the project's settings wait for the next image"


def test_a_threshold_goes_to_the_board_and_then_into_the_project(bench: Bench) -> None:
    bench.connect()
    bench.settle()
    bench.deciding.set_threshold(1, 0.9)
    assert bench.deciding.thresholds[1] == pytest.approx(0.9, abs=0.005), "shown at once"
    bench.settle()
    assert bench.board.decision.thresholds.tolist() == [26, 102, 26]
    assert bench.session.deployer.decision == Decision()
    bench.deciding.keep()
    bench.settle()
    decision = bench.session.deployer.decision
    assert (decision.threshold_of("wave"), decision.threshold_of("punch")) == (0.9, 0.6)
    assert len(bench.sent()) == 1
    bench.session.document.undo()
    bench.settle()
    assert bench.board.decision.thresholds.tolist() == [26, 26, 26], "an undo reaches the board"


def test_while_one_change_is_on_its_way_the_newest_waits_alone(bench: Bench) -> None:
    bench.connect()
    bench.settle()
    for step in range(100):
        bench.deciding.set_threshold(0, 0.3 + step / 200)
    bench.settle()
    assert len(bench.sent()) == 2
    assert bench.board.decision.thresholds[0] == bench.deciding.decision.thresholds[0]  # type: ignore[union-attr]


def test_a_refusal_is_said_and_the_truth_is_shown(bench: Bench) -> None:
    bench.connect()
    bench.settle()
    bench.board.refusal = (wire.ErrorCode.BAD_INDEX, "There is no such setting.")
    bench.deciding.set_threshold(0, 0.9)
    bench.settle()
    assert errors(bench.session)[0] == "The board refused: There is no such setting."
    bench.board.refusal = None
    assert bench.deciding.decision is None, "what it does is not known"


def test_an_older_firmware_is_decided_for_on_the_computer(bench: Bench) -> None:
    bench.board.takes_decisions = False
    bench.connect()
    assert not bench.deciding.on_board and bench.deciding.thresholds == pytest.approx((0.6,) * 3, abs=0.005)
    live = bench.session.live
    for number in range(3):
        bench.board.send(wire.Prediction(number, wire.NO_DECISION, 1, 2, np.array([60, 0, 0], np.int8)))
    pump(bench.session, lambda: live.count == 3)
    assert [d.decision for d in live.decisions] == [wire.NO_DECISION, 0, 0]
    bench.deciding.set_threshold(0, 0.99)
    bench.board.send(wire.Prediction(3, 0, 1, 2, np.array([60, 0, 0], np.int8)))
    pump(bench.session, lambda: live.count == 4)
    assert live.decided_label(live.decisions[-1]) == ""
    assert bench.sent() == []


def test_another_project_leaves_the_board_as_it_is(bench: Bench, tmp_path: Path) -> None:
    bench.session.deployer.set_decision(Decision(0.8))
    bench.connect()
    bench.settle()
    bench.session.projects.new(tmp_path / "other.tinylab").result()
    bench.settle()
    assert bench.sent() == [] and bench.deciding.decision == BoardDecision(2, 1, (26, 26, 26))
