"""The proof: windows go out, outputs come back, and a single different bit is found."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from fakes.board import FakeBoard

from tinylab.deploy.firmware import Deployable
from tinylab.deploy.proof import Proof, expected_outputs, prove, spread
from tinylab.errors import CancelledError, DeployError, LinkError


@pytest.fixture
def deployable(tiny_cnn: Any) -> Deployable:
    return Deployable.from_tflite(tiny_cnn.tflite, tiny_cnn.dataset.recipe, tiny_cnn.dataset.labels)


@pytest.fixture
def windows(tiny_cnn: Any) -> np.ndarray:
    chosen = tiny_cnn.dataset.test.windows
    return np.asarray(chosen[spread(chosen, 6)])


def board_of(deployable: Deployable, *, wrong_at: int = -1) -> FakeBoard:
    """A board that computes as the reference does, but for one bit in one window."""
    answered = 0

    def classify(window: np.ndarray) -> np.ndarray:
        nonlocal answered
        outputs = expected_outputs(deployable, window[None])[0].copy()
        outputs[0] ^= answered == wrong_at
        answered += 1
        return outputs

    board = FakeBoard(classify=classify)
    board.window_samples = deployable.recipe.window_samples
    return board


def test_a_board_that_computes_the_same_is_proven(deployable: Deployable, windows: np.ndarray) -> None:
    reported: list[tuple[int, int, bool]] = []
    with board_of(deployable) as board:
        proof = prove(board.link, deployable, windows, lambda *step: reported.append(step))
    assert proof.proven
    assert (proof.identical, proof.windows) == (6, 6)
    assert (proof.features_cycles, proof.network_cycles) == (11, 22)
    assert reported == [(number, 6, True) for number in range(1, 7)]


def test_a_single_different_bit_is_found(deployable: Deployable, windows: np.ndarray) -> None:
    reported: list[bool] = []
    with board_of(deployable, wrong_at=2) as board:
        proof = prove(board.link, deployable, windows, lambda _done, _of, same: reported.append(same))
    assert not proof.proven
    assert proof.identical == 5
    assert reported == [True, True, False, True, True, True]


def test_no_window_proves_nothing(deployable: Deployable, windows: np.ndarray) -> None:
    with board_of(deployable) as board, pytest.raises(DeployError, match="no window"):
        prove(board.link, deployable, windows[:0])
    nothing = np.zeros((0, 2), np.int8)
    assert not Proof(nothing, nothing, 0, 0).proven


def test_a_proof_can_be_cancelled(deployable: Deployable, windows: np.ndarray) -> None:
    asked = iter(range(100))
    with board_of(deployable) as board, pytest.raises(CancelledError):
        prove(board.link, deployable, windows, cancelled=lambda: next(asked) >= 2)


def test_a_board_that_vanishes_while_it_is_proven_is_reported(deployable: Deployable, windows: np.ndarray) -> None:
    with board_of(deployable) as board, pytest.raises(LinkError, match="vanished"):
        prove(board.link, deployable, windows, lambda done, _of, _same: board.vanish() if done == 3 else None)


@pytest.mark.parametrize(("there", "wanted", "found"), [(3, 5, 3), (100, 5, 5), (5, 5, 5), (0, 5, 0)])
def test_windows_are_taken_evenly(there: int, wanted: int, found: int) -> None:
    indices = spread(np.zeros((there, 2, 3), np.int16), wanted)
    assert len(indices) == len(set(indices.tolist())) == found
    if found:
        assert (indices[0], indices[-1]) == (0, there - 1)
