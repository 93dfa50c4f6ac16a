"""What may be chosen about a network is checked once, in words."""

from __future__ import annotations

from typing import Any

import pytest

from tinylab.errors import TrainingError
from tinylab.training.plan import FAMILIES, NetworkPlan


def test_the_defaults_are_allowed_and_survive_the_project_file() -> None:
    for family in FAMILIES:
        plan = NetworkPlan(family=family)
        assert NetworkPlan(**plan.to_json()) == plan


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"width": 3}, "The width must lie between 4 and 64, not at 3."),
        ({"width": 65}, "not at 65"),
        ({"epochs": 0}, "number of epochs must lie between 1 and 1000"),
        ({"learning_rate": 0.0}, "learning rate"),
        ({"learning_rate": float("nan")}, "learning rate"),
        ({"batch": 0}, "batch"),
        ({"dropout": 1.0}, "dropout"),
        ({"family": "forest"}, "no network family “forest”"),
    ],
)
def test_what_makes_no_sense_is_refused(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(TrainingError) as caught:
        NetworkPlan(**changes)
    assert words in caught.value.message
    assert caught.value.hint
