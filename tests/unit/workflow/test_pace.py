"""How long a training still takes, by when its last epochs came."""

from __future__ import annotations

import pytest

from tinylab.workflow.training.pace import Pace


def test_it_is_told_from_the_last_epochs_and_not_from_compiling() -> None:
    pace = Pace()
    pace.heard(0, 0.0)
    assert pace.left_s(40, 0.5) is None
    pace.heard(1, 5.0)  # compiling took 5 s
    assert pace.left_s(39, 5.0) is None
    for number in range(2, 11):
        pace.heard(number, 5.0 + 0.5 * (number - 1))
    assert pace.left_s(30, 9.5) == pytest.approx(15.0)
    assert pace.left_s(30, 9.7) == pytest.approx(14.8)
    assert pace.left_s(0, 20.0) == 0.0


def test_another_training_has_a_pace_of_its_own() -> None:
    pace = Pace()
    for number in range(1, 6):
        pace.heard(number, float(number))
    pace.heard(0, 6.0)
    assert pace.left_s(10, 6.0) is None
    pace.heard(1, 7.0)
    pace.heard(2, 7.1)
    assert pace.left_s(10, 7.1) == pytest.approx(1.0)
    pace.forget()
    assert pace.left_s(10, 7.1) is None
