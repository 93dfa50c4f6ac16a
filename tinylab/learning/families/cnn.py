"""CNN on the raw signal: two or three rounds of convolution and pooling, then mean and maximum over time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tinylab.learning.blocks import convolved, dropped, over_time, pooled_stride
from tinylab.learning.plan import NetworkPlan
from tinylab.text import tr

TITLE = tr("CNN on the raw signal")
INPUT_KIND = "raw"


def hidden(plan: NetworkPlan, inputs: Sequence[Any]) -> Any:
    """The last hidden layer for one window, (samples, 1, channels); called in the worker only."""
    (window,) = inputs
    return dropped(plan, over_time(convolved(plan, window, window.shape[1])))


def stride(asked: int, window: int) -> int:
    """`asked`, or a little off where the board then saves work; in samples."""
    return pooled_stride(asked, window)
