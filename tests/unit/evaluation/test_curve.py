"""What is said of the curves of a training."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tinylab.evaluation.curve import where_it_turns

FALLING = np.linspace(1.0, 0.2, 20).tolist()
SETTLED = (0.3 + np.exp(-np.arange(40) / 4)).tolist()
TURNED = [1.0, 0.6, 0.4, 0.3, 0.32, 0.35, 0.4, 0.5, 0.6, 0.7]


@pytest.mark.parametrize(
    ("losses", "said"),
    [
        (TURNED, "best at epoch 4 and rises"),
        (FALLING, "still falls"),
        (SETTLED, "has settled"),
        ([0.5, 0.4, 0.3], ""),
        ([math.nan] * 20, ""),
        ([], ""),
        ([1.0, 0.5, 0.4, 0.31, 0.30, 0.32, 0.31, 0.32], "has settled"),
    ],
)
def test_the_curve_is_put_into_words(losses: list[float], said: str) -> None:
    found = where_it_turns(losses)
    assert said in found
    assert bool(found) is bool(said)
