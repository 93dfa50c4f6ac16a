"""Networks of the shapes that TinyLab trains on motion, with weights from a seed: a CNN, and one that knows features.

What they cost depends on their shapes and hardly on their weights.
"""

from __future__ import annotations

from tinylab.engine.build_models.chain import Chain
from tinylab.engine.graph import Activation, Graph, Padding, Window

_ROUNDS = (2, 3, 4)  # channels of each round of convolution, in halves of the width
_KERNEL = 5


def motion_cnn(samples: int, channels: int, width: int, classes: int, seed: int = 1) -> Graph:
    """Convolutions and pooling over (samples, 1, channels), mean and largest over time, and the classes."""
    chain = Chain(seed, samples, 1, channels)
    chain.join(*_pooled(chain, width))
    return _classes(chain, classes)


def hybrid(
    samples: int, channels: int, features: int, width: int, classes: int, hidden: int = 32, seed: int = 1
) -> Graph:
    """The same convolutions, joined by a second input of `features` numbers, then a dense layer and the classes."""
    chain = Chain(seed, samples, 1, channels)
    pooled = _pooled(chain, width)
    chain.input(features)
    chain.join(*pooled, chain.at)
    chain.dense(hidden)
    return _classes(chain, classes)


def _pooled(chain: Chain, width: int) -> tuple[int, int]:
    """The tensors that hold the mean and the largest over time."""
    for number, halves in enumerate(_ROUNDS):
        chain.conv(width * halves // 2, Window((_KERNEL, 1), padding=Padding.SAME))
        if number < len(_ROUNDS) - 1:
            chain.pool(Window((2, 1), (2, 1)))
    last, rows = chain.at, chain.last.shape[1]
    chain.mean()
    mean, chain.at = chain.at, last
    chain.pool(Window((rows, 1), (rows, 1)))
    chain.flat()
    return mean, chain.at


def _classes(chain: Chain, classes: int) -> Graph:
    chain.dense(classes, Activation.NONE)
    chain.softmax()
    return chain.graph()
