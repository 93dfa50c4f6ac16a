"""Hybrid: the CNN on the raw signal and features of the same window, joined behind the convolution."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tinylab.learning.blocks import convolved, dropped, over_time
from tinylab.learning.plan import NetworkPlan
from tinylab.text import tr

TITLE = tr("Hybrid: CNN and features")
INPUT_KIND = "both"


def hidden(plan: NetworkPlan, inputs: Sequence[Any]) -> Any:
    """The last hidden layer for a window, (samples, 1, channels), and its features; called in the worker only."""
    from keras import layers

    window, features = inputs
    seen = over_time(convolved(plan, window, window.shape[1]))
    known = layers.Dense(2 * plan.width, activation="relu", name="of_features")(
        dropped(plan, features, "some_features")
    )
    return dropped(plan, layers.Concatenate(name="joined")([seen, known]))
