"""How differently the board lies in takes of one label."""

from __future__ import annotations

import numpy as np
import pytest

from tinylab.evaluation.lie_of_board import Ints, lie_spread


def takes(angles: list[list[float]]) -> tuple[np.ndarray, Ints, Ints]:
    """For each class takes whose gravity is turned by an angle about the first axis; three windows of each."""
    windows, classes, ids = [], [], []
    random = np.random.default_rng(4)
    for number, some in enumerate(angles):
        for take, angle in enumerate(some):
            gravity = 1000 * np.array([0, np.sin(angle), np.cos(angle)])
            for _ in range(3):
                windows.append(gravity + random.normal(0, 1, (40, 3)))
                classes.append(number)
                ids.append(100 * number + take)
    return np.array(windows).astype(np.int16), np.array(classes), np.array(ids)


@pytest.mark.parametrize(
    ("angles", "spread"),
    [
        ([[0, 0, 0], [1, 1]], 0.0),  # another lie for each label
        ([[-0.5, 0.5], [0.5, 1.5]], 0.5),
        ([[0, 0, 0], [-0.2, 0.2], [1.0, 2.0]], 0.2),  # the median label
        ([[0, 0, 0, 0, 1.5], [0, 0]], 0.0),  # one take that lies otherwise
    ],
)
def test_it_is_the_usual_angle_to_the_middle_of_the_label(angles: list[list[float]], spread: float) -> None:
    assert lie_spread(*takes(angles)) == pytest.approx(
        spread, abs=0.35 if spread == 0 and len(angles[0]) == 5 else 0.02
    )


def test_nothing_is_known_of_labels_with_one_take() -> None:
    assert lie_spread(*takes([[0.0], [1.0]])) == float("inf")
    still = np.zeros((4, 10, 3), np.int16)
    assert np.isfinite(lie_spread(still, np.array([0, 0, 1, 1]), np.array([1, 2, 3, 4]))), "no gravity at all"
