"""What may be chosen about a network is checked once, in words."""

from __future__ import annotations

from typing import Any

import pytest

from tinylab.errors import TrainingError
from tinylab.learning.augmentation import NONE
from tinylab.learning.blocks import pooled_lengths
from tinylab.learning.menu import families, stride_of
from tinylab.learning.plan import NetworkPlan


def test_the_defaults_are_allowed_and_survive_the_project_file() -> None:
    for family in families():
        plan = NetworkPlan(family=family)
        assert NetworkPlan.from_json({**plan.to_json(), "of a newer TinyLab": 1}) == plan


@pytest.mark.parametrize(("spectrum", "features"), [(False, ("statistics",)), (True, ("statistics", "spectrum"))])
def test_the_flag_of_release_1_becomes_features(spectrum: bool, features: tuple[str, ...]) -> None:
    plain = {"family": "dense", "width": 4, "spectrum": spectrum}
    plan = NetworkPlan.from_json(plain)
    assert (plan.family, plan.width, plan.features) == ("dense", 4, features)


def test_a_run_of_before_learned_as_networks_did_then() -> None:
    plan = NetworkPlan.from_json({"family": "cnn", "epochs": 40, "patience": 12})
    assert (plan.keep, plan.magnitude, plan.augmentation) == ("best", False, NONE)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"width": 0}, "The width must lie between 1 and 64, not at 0."),
        ({"width": 65}, "not at 65"),
        ({"epochs": 0}, "number of epochs must lie between 1 and 1000"),
        ({"learning_rate": 0.0}, "learning rate"),
        ({"learning_rate": float("nan")}, "learning rate"),
        ({"batch": 0}, "batch"),
        ({"dropout": 1.0}, "dropout"),
        ({"family": "meadow"}, "no network family “meadow”"),
        ({"optimizer": "magic"}, "no optimizer “magic”"),
        ({"schedule": "magic"}, "no schedule “magic”"),
        ({"keep": "magic"}, "“magic”"),
        ({"weight_decay": 1.5}, "weight decay"),
        ({"label_smoothing": 0.6}, "label smoothing"),
    ],
)
def test_what_makes_no_sense_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(TrainingError) as caught:
        NetworkPlan(**changes)
    assert message in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize(
    ("asked", "window", "stride"),
    [
        (25, 100, 24),  # three poolings: a multiple of 8 is near enough
        (10, 100, 10),  # 8 would be a fifth off; 10 is a multiple of 2
        (5, 100, 5),
        (100, 100, 100),  # nothing overlaps
        (12, 25, 12),
        (1, 50, 1),
    ],
)
def test_a_cnn_moves_its_stride_by_a_tenth_at_most(asked: int, window: int, stride: int) -> None:
    assert stride_of(NetworkPlan("cnn"), asked, window) == stride
    assert stride_of(NetworkPlan("dense"), asked, window) == asked


@pytest.mark.parametrize(("samples", "lengths"), [(100, [50, 25, 12]), (16, [8, 4]), (5, [2]), (3, [])])
def test_pooling_halves_while_four_rows_are_left(samples: int, lengths: list[int]) -> None:
    assert pooled_lengths(samples) == lengths
