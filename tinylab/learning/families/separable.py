"""Depthwise-separable CNN: each channel is filtered on its own, then all are mixed; fewer weights and products."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tinylab.learning.blocks import dropped, evened, over_time, pooled_lengths, pooled_stride, rounds
from tinylab.learning.plan import NetworkPlan
from tinylab.text import tr

TITLE = tr("Separable CNN, small")
INPUT_KIND = "raw"
_KERNEL = 7


def hidden(plan: NetworkPlan, inputs: Sequence[Any]) -> Any:
    """The last hidden layer for one window, (samples, 1, channels); called in the worker only."""
    from keras import layers

    (signal,) = inputs
    samples = int(signal.shape[1])
    pooled = pooled_lengths(samples)
    for number in range(rounds(samples)):
        name = str(number + 1)
        if number:
            kernel = (min(_KERNEL, samples), 1)
            filtered = layers.DepthwiseConv2D(kernel, padding="same", use_bias=False, name=f"filters_{name}")(signal)
            signal = evened(filtered, f"{name}a")
        kernel = (1, 1) if number else (min(_KERNEL, samples), 1)
        channels = int(plan.width * (1, 1.5, 2)[number])
        mixed = layers.Conv2D(channels, kernel, padding="same", use_bias=False, name=f"convolution_{name}")(signal)
        signal = evened(mixed, name)
        if number < len(pooled):
            signal = layers.MaxPooling2D((2, 1), name=f"pooling_{name}")(signal)
            samples = pooled[number]
    return dropped(plan, over_time(signal))


def stride(asked: int, window: int) -> int:
    """`asked`, or a little off where the board then saves work; in samples."""
    return pooled_stride(asked, window)
