"""What several families are made of. The functions that return layers are called in the worker only."""

from __future__ import annotations

from typing import Any

from tinylab.learning.plan import NetworkPlan

_KERNEL = 5


def convolved(plan: NetworkPlan, signal: Any, samples: int) -> Any:
    """Two or three rounds of convolution and pooling over time of a window (samples, 1, channels)."""
    from keras import layers

    pooled = pooled_lengths(samples)
    for number in range(rounds(samples)):
        channels = int(plan.width * (1, 1.5, 2)[number])
        kernel = (min(_KERNEL, max(1, samples)), 1)
        convolution = layers.Conv2D(channels, kernel, padding="same", use_bias=False, name=f"convolution_{number + 1}")
        signal = evened(convolution(signal), str(number + 1))
        if number < len(pooled):
            signal = layers.MaxPooling2D((2, 1), name=f"pooling_{number + 1}")(signal)
            samples = pooled[number]
    return signal


def evened(signal: Any, name: str) -> Any:
    """Normalized over the batch, then rectified.

    Evens out how strongly people move: 5 to 10 points on unseen subjects of the example. The converter folds it into
    the convolution, so it costs the board nothing. Small sets have few steps to average over, and with Keras's own
    momentum of 0.99 the averages would lag behind the weights.
    """
    from keras import layers

    normal = layers.BatchNormalization(momentum=0.9, name=f"normalization_{name}")(signal)
    return layers.ReLU(name=f"relu_{name}")(normal)


def over_time(signal: Any) -> Any:
    """The mean and the maximum of each channel: how much of something there was, and how clear it was at its best.

    As poolings over the whole window: what is joined has one scale, and there a GlobalAveragePooling2D, which becomes a
    MEAN, would be rounded otherwise by LiteRT where half a step is left over.
    """
    from keras import layers

    rows = (signal.shape[1], 1)
    mean = layers.AveragePooling2D(rows, name="mean_over_time")(signal)
    most = layers.MaxPooling2D(rows, name="maximum_over_time")(signal)
    return layers.Flatten(name="over_time")(layers.Concatenate(name="mean_and_maximum")([mean, most]))


def dropped(plan: NetworkPlan, hidden: Any, name: str = "dropout") -> Any:
    """Some of the values left out at random while it learns."""
    from keras import layers

    return layers.Dropout(plan.dropout, seed=plan.seed, name=name)(hidden)


def rounds(samples: int) -> int:
    """How many rounds of convolution and pooling windows of so many samples have."""
    return 3 if samples >= 48 else 2 if samples >= 16 else 1


def pooled_lengths(samples: int) -> list[int]:
    """Rows after each pooling; pooling ends where fewer than 4 rows are left."""
    lengths: list[int] = []
    for _ in range(rounds(samples)):
        if samples >= 4:
            samples //= 2
            lengths.append(samples)
    return lengths


def pooled_stride(asked: int, window: int) -> int:
    """`asked`, or up to a tenth off, in samples.

    A CNN keeps what it computed for the window before where the stride is a whole number of its pooled rows.
    """
    if asked >= window:
        return asked
    grains = (2**halvings for halvings in range(len(pooled_lengths(window)), 0, -1))
    fitting = (max(round(asked / grain), 1) * grain for grain in grains)
    return next((each for each in fitting if 10 * abs(each - asked) <= asked), asked)
