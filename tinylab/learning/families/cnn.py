"""CNN on the raw signal: two or three rounds of convolution and pooling, then the mean over time."""

from __future__ import annotations

from typing import Any

from tinylab.learning.plan import NetworkPlan
from tinylab.text import tr

TITLE = tr("CNN on the raw signal")
INPUT_KIND = "raw"


def layers_of(plan: NetworkPlan, samples: int) -> list[Any]:
    """The Keras layers between the window, (samples, 1, 3), and the classes; called in the worker only."""
    from keras import layers

    pooled = pooled_lengths(samples)
    found: list[Any] = []
    for number in range(cnn_rounds(samples)):
        channels = plan.width * (1, 1.5, 2)[number]
        kernel = min(5, max(1, samples))
        found += [
            layers.Conv2D(int(channels), (kernel, 1), padding="same", use_bias=False, name=f"convolution_{number + 1}"),
            # Evens out how strongly people move: 5 to 10 points on unseen subjects of the example. The converter
            # folds it into the convolution, so it costs the board nothing. Small sets have few steps to average over,
            # and with Keras's own momentum of 0.99 the averages would lag behind the weights.
            layers.BatchNormalization(momentum=0.9, name=f"normalization_{number + 1}"),
            layers.ReLU(name=f"relu_{number + 1}"),
        ]
        if number < len(pooled):
            found.append(layers.MaxPooling2D((2, 1), name=f"pooling_{number + 1}"))
            samples = pooled[number]
    found.append(layers.GlobalAveragePooling2D(name="mean_over_time"))
    found.append(layers.Dropout(plan.dropout, seed=plan.seed, name="dropout"))
    return found


def stride(asked: int, window: int) -> int:
    """`asked`, or up to a tenth off, in samples.

    A CNN keeps what it computed for the window before where the stride is a whole number of its pooled rows.
    """
    if asked >= window:
        return asked
    grains = (2**halvings for halvings in range(len(pooled_lengths(window)), 0, -1))
    fitting = (max(round(asked / grain), 1) * grain for grain in grains)
    return next((each for each in fitting if 10 * abs(each - asked) <= asked), asked)


def cnn_rounds(samples: int) -> int:
    """How many rounds of convolution and pooling a CNN has on windows of so many samples."""
    return 3 if samples >= 48 else 2 if samples >= 16 else 1


def pooled_lengths(samples: int) -> list[int]:
    """Rows after each pooling of a CNN; pooling ends where fewer than 4 rows are left."""
    lengths: list[int] = []
    for _ in range(cnn_rounds(samples)):
        if samples >= 4:
            samples //= 2
            lengths.append(samples)
    return lengths
