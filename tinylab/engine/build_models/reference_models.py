"""The four networks that the engine is measured with, re-made: the shapes of the recorded ones, weights from a seed.

What a network costs depends on its shapes and hardly on its weights, so none of them was ever trained.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tinylab.engine.build_models.chain import Chain
from tinylab.engine.graph import Activation, Graph, Padding, Window


def _mlp() -> Graph:
    chain = Chain(1, 33)
    chain.dense(20)
    chain.dense(10)
    chain.dense(4, Activation.NONE)
    chain.softmax()
    return chain.graph()


def _cnn1d() -> Graph:
    chain = Chain(2, 128, 1, 3)
    for channels in (8, 16):
        chain.conv(channels, Window((5, 1)))
        chain.pool(Window((2, 1), (2, 1)))
    chain.flat()
    chain.dense(32)
    chain.dense(6, Activation.NONE)
    chain.softmax()
    return chain.graph()


def _dscnn() -> Graph:
    chain = Chain(3, 128, 1, 3)
    chain.conv(16, Window((5, 1), (2, 1)))
    for _ in range(2):
        chain.depthwise(5)
        chain.conv(32, Window((1, 1)))
    chain.mean()
    chain.dense(6, Activation.NONE)
    chain.softmax()
    return chain.graph()


def _magicwand() -> Graph:
    chain = Chain(4, 128, 3, 1)
    chain.conv(8, Window((4, 3), padding=Padding.SAME))
    chain.pool(Window((3, 3), (3, 3)))
    chain.conv(16, Window((4, 1), padding=Padding.SAME))
    chain.pool(Window((3, 1), (3, 1), padding=Padding.SAME))
    chain.flat()
    chain.dense(16)
    chain.dense(4, Activation.NONE)
    chain.softmax()
    return chain.graph()


REFERENCE_MODELS: Mapping[str, Callable[[], Graph]] = {
    "mlp": _mlp,
    "cnn1d": _cnn1d,
    "dscnn": _dscnn,
    "magicwand": _magicwand,
}
