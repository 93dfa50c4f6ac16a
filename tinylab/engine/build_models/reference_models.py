"""The four networks that the engine is measured with, re-made: the shapes of the recorded ones, weights from a seed.

What a network costs depends on its shapes and hardly on its weights, so none of them was ever trained.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np

from tinylab.engine.graph import (
    Activation,
    Conv2D,
    DepthwiseConv2D,
    Float64Array,
    FullyConnected,
    Graph,
    Int8Array,
    Int32Array,
    MaxPool2D,
    Mean,
    Operator,
    Padding,
    Reshape,
    Softmax,
    Tensor,
    Window,
)

_SCALE = 0.05  # of what a layer gives
_LOGITS_SCALE = 0.15  # of what softmax takes
_SPREAD = 92.0  # a layer's sum of random products, per root of taps, in steps of its output


class _Chain:
    """Grows a network layer by layer."""

    def __init__(self, seed: int, *shape: int) -> None:
        self._rng = np.random.default_rng(seed)
        self._tensors = [Tensor("input", (1, *shape), 0.02, -3)]
        self._operators: list[Operator] = []

    def graph(self) -> Graph:
        """The network so far."""
        return Graph(tuple(self._tensors), tuple(self._operators), 0, len(self._tensors) - 1)

    def dense(self, units: int, activation: Activation = Activation.RELU) -> None:
        """A dense layer over everything."""
        inputs = self._last.elements
        inner = activation is Activation.RELU
        scale = _SCALE if inner else _LOGITS_SCALE
        numbers = self._numbers((units, inputs), units, inputs, scale)
        at = self._grow((units,), scale, -128 if inner else 5)
        self._operators.append(FullyConnected(f"dense{at}", (at - 1,), at, *numbers, activation=activation))

    def conv(self, channels: int, window: Window) -> None:
        """A convolution with ReLU."""
        _, rows, columns, depth = self._last.shape
        taps = window.kernel[0] * window.kernel[1] * depth
        numbers = self._numbers((channels, *window.kernel, depth), channels, taps, _SCALE)
        shape = (window.output_size(rows, 0), window.output_size(columns, 1), channels)
        at = self._grow(shape, _SCALE, -128)
        self._operators.append(Conv2D(f"conv{at}", (at - 1,), at, *numbers, window, activation=Activation.RELU))

    def depthwise(self, taps: int) -> None:
        """A depthwise convolution along the rows, any zero point, no clamp."""
        _, rows, columns, depth = self._last.shape
        window = Window((taps, 1))
        numbers = self._numbers((taps, 1, depth), depth, taps, _SCALE)
        at = self._grow((window.output_size(rows, 0), columns, depth), _SCALE, 9)
        self._operators.append(DepthwiseConv2D(f"depthwise{at}", (at - 1,), at, *numbers, window))

    def pool(self, window: Window) -> None:
        """The largest under a window."""
        _, rows, columns, depth = self._last.shape
        shape = (window.output_size(rows, 0), window.output_size(columns, 1), depth)
        at = self._grow(shape, self._last.scale, self._last.zero_point)
        self._operators.append(MaxPool2D(f"pool{at}", (at - 1,), at, window))

    def mean(self) -> None:
        """The average over rows and columns."""
        _, rows, columns, depth = self._last.shape
        at = self._grow((depth,), self._last.scale * 0.5, -128)
        self._operators.append(Mean(f"mean{at}", (at - 1,), at, 1, rows * columns, depth))

    def flat(self) -> None:
        """One row of numbers."""
        at = self._grow((self._last.elements,), self._last.scale, self._last.zero_point)
        self._operators.append(Reshape(f"flat{at}", (at - 1,), at))

    def softmax(self) -> None:
        """Probabilities."""
        at = self._grow((self._last.elements,), 1 / 256, -128)
        self._operators.append(Softmax(f"softmax{at}", (at - 1,), at))

    @property
    def _last(self) -> Tensor:
        return self._tensors[-1]

    def _grow(self, shape: tuple[int, ...], scale: float, zero: int) -> int:
        at = len(self._tensors)
        self._tensors.append(Tensor(f"tensor{at}", (1, *shape), float(np.float32(scale)), zero))
        return at

    def _numbers(
        self, shape: tuple[int, ...], channels: int, taps: int, scale: float
    ) -> tuple[Int8Array, Int32Array, Float64Array]:
        """Weights, biases and weight scales with which the sums use the int8 range under an output `scale`."""
        weights = self._rng.integers(-127, 128, shape, np.int8)
        bias = self._rng.integers(-2000, 2001, channels, np.int32)
        middle = scale / (self._last.scale * math.sqrt(taps) * _SPREAD)
        return weights, bias, middle * self._rng.uniform(0.5, 1.5, channels)


def _mlp() -> Graph:
    chain = _Chain(1, 33)
    chain.dense(20)
    chain.dense(10)
    chain.dense(4, Activation.NONE)
    chain.softmax()
    return chain.graph()


def _cnn1d() -> Graph:
    chain = _Chain(2, 128, 1, 3)
    for channels in (8, 16):
        chain.conv(channels, Window((5, 1)))
        chain.pool(Window((2, 1), (2, 1)))
    chain.flat()
    chain.dense(32)
    chain.dense(6, Activation.NONE)
    chain.softmax()
    return chain.graph()


def _dscnn() -> Graph:
    chain = _Chain(3, 128, 1, 3)
    chain.conv(16, Window((5, 1), (2, 1)))
    for _ in range(2):
        chain.depthwise(5)
        chain.conv(32, Window((1, 1)))
    chain.mean()
    chain.dense(6, Activation.NONE)
    chain.softmax()
    return chain.graph()


def _magicwand() -> Graph:
    chain = _Chain(4, 128, 3, 1)
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
