"""The whole image takes thresholds, smoothing and consecutive decisions over the wire, at once and until reset."""

from __future__ import annotations

import numpy as np
from board_under_test import BoardUnderTest

from tinylab.link import wire

DEFAULT = (2, 1, [10, 10, 10])  # of the fake network's configuration


def settings_of(board: BoardUnderTest) -> tuple[int, int, list[int]]:
    found = board.ask(wire.DecisionAsk(), wire.DecisionSettings)
    return found.consecutive, found.smoothing, found.thresholds.tolist()


def change(consecutive: int, smoothing: int, *thresholds: int) -> wire.SetDecision:
    return wire.SetDecision(consecutive, smoothing, np.array(thresholds, np.int8))


def decisions(board: BoardUnderTest, seconds: float = 2.0) -> list[int]:
    return [f.message.decision for f in board.run(seconds) if isinstance(f.message, wire.Prediction)]


def test_settings_take_effect_with_the_next_decision_and_stay_until_reset(model_board: BoardUnderTest) -> None:
    assert settings_of(model_board) == DEFAULT
    model_board.motion.pose(0.5, 0.0, 1.0)  # output 1 becomes 256 counts / 16
    model_board.ask(wire.Start(50, 8, wire.FLAG_PREDICTIONS), wire.Ack)
    assert decisions(model_board)[-3:] == [1, 1, 1]
    model_board.ask(change(2, 1, 10, 100, 10), wire.Ack)
    assert set(decisions(model_board)[1:]) == {wire.NO_DECISION}
    model_board.ask(change(1, 8, 10, 16, 10), wire.Ack)
    assert decisions(model_board)[-1] == 1
    model_board.ask(wire.Stop(), wire.Ack)
    model_board.ask(wire.Start(50, 8, wire.FLAG_PREDICTIONS), wire.Ack)
    assert settings_of(model_board) == (1, 8, [10, 16, 10])
    model_board.machine.reset()
    model_board.run(0.1)
    assert settings_of(model_board) == DEFAULT


def test_what_cannot_be_is_refused_and_changes_nothing(model_board: BoardUnderTest) -> None:
    for message in (change(0, 1, 1, 2, 3), change(1, 0, 1, 2, 3), change(1, wire.MAX_SMOOTHING + 1, 1, 2, 3)):
        assert model_board.ask(message, wire.Error).code == wire.ErrorCode.BAD_INDEX
    for message in (change(1, 1, 1, 2), change(1, 1, 1, 2, 3, 4), change(1, 1)):
        assert model_board.ask(message, wire.Error).code == wire.ErrorCode.BAD_LENGTH
    assert settings_of(model_board) == DEFAULT


def test_without_a_network_there_is_nothing_to_decide(board: BoardUnderTest) -> None:
    assert board.ask(change(1, 1), wire.Error).code == wire.ErrorCode.NO_MODEL
    assert board.ask(wire.DecisionAsk(), wire.Error).code == wire.ErrorCode.NO_MODEL
    assert not board.ask(wire.HelloAsk(), wire.Hello).capabilities & wire.CAPABILITY_DECISION
