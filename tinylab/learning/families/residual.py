"""Residual dilated CNN: each round sees twice as far and is added to what was there before it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tinylab.learning.blocks import dropped, evened, over_time
from tinylab.learning.plan import NetworkPlan
from tinylab.text import tr

TITLE = tr("Residual dilated CNN")
INPUT_KIND = "raw"
_KERNEL = 3
_DILATIONS = (1, 2, 4)


def hidden(plan: NetworkPlan, inputs: Sequence[Any]) -> Any:
    """The last hidden layer for one window, (samples, 1, channels); called in the worker only."""
    from keras import layers

    (signal,) = inputs
    channels = int(1.5 * plan.width)
    samples = int(signal.shape[1])
    first = layers.Conv2D(channels, (min(5, samples), 1), padding="same", use_bias=False, name="convolution_1")(signal)
    signal = evened(first, "1")
    if samples >= 4:
        signal = layers.MaxPooling2D((2, 1), name="pooling_1")(signal)
    for dilation in _DILATIONS:
        convolution = layers.Conv2D(
            channels, (_KERNEL, 1), padding="same", dilation_rate=(dilation, 1), use_bias=False,
            name=f"dilated_{dilation}",
        )  # fmt: skip
        signal = layers.Add(name=f"added_{dilation}")([signal, evened(convolution(signal), f"dilated_{dilation}")])
    return dropped(plan, over_time(signal))
