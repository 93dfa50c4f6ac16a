"""Dense network on features: two hidden layers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tinylab.learning.blocks import dropped
from tinylab.learning.plan import NetworkPlan
from tinylab.text import tr

TITLE = tr("Dense net on features")
INPUT_KIND = "features"


def hidden(plan: NetworkPlan, inputs: Sequence[Any]) -> Any:
    """The last hidden layer for the features of a window; called in the worker only."""
    from keras import layers

    (features,) = inputs
    first = layers.Dense(2 * plan.width, activation="relu", name="hidden_1")(features)
    return layers.Dense(plan.width, activation="relu", name="hidden_2")(dropped(plan, first))
