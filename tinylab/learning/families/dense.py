"""Dense network on features: two hidden layers."""

from __future__ import annotations

from typing import Any

from tinylab.learning.plan import NetworkPlan
from tinylab.text import tr

TITLE = tr("Dense net on features")
INPUT_KIND = "features"


def layers_of(plan: NetworkPlan, _inputs: int) -> list[Any]:
    """The Keras layers between the features and the classes; called in the worker only."""
    from keras import layers

    return [
        layers.Dense(2 * plan.width, activation="relu", name="hidden_1"),
        layers.Dropout(plan.dropout, seed=plan.seed, name="dropout"),
        layers.Dense(plan.width, activation="relu", name="hidden_2"),
    ]


def stride(asked: int, _window: int) -> int:
    """What was asked for: features are computed anew for every window."""
    return asked
