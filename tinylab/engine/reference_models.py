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
    FullyConnected,
    Graph,
    MaxPool2D,
    Mean,
    Operator,
    Padding,
    Reshape,
    Softmax,
    Tensor,
    Window,
)

_WEIGHT_SCALE = 0.01
_SPREAD = 0.8  # of the int8 range that a layer's sums use


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
        numbers = self._numbers((units, inputs), units)
        at = self._grow((units,), self._scale(inputs), -128 if activation is Activation.RELU else 5)
        self._operators.append(FullyConnected(f"dense{at}", at - 1, at, *numbers, activation))

    def conv(self, channels: int, window: Window) -> None:
        """A convolution with ReLU."""
        _, rows, columns, depth = self._last.shape
        taps = window.kernel[0] * window.kernel[1] * depth
        numbers = self._numbers((channels, *window.kernel, depth), channels)
        shape = (window.output_size(rows, 0), window.output_size(columns, 1), channels)
        at = self._grow(shape, self._scale(taps), -128)
        self._operators.append(Conv2D(f"conv{at}", at - 1, at, *numbers, window, Activation.RELU))

    def depthwise(self, taps: int) -> None:
        """A depthwise convolution along the rows, any zero point, no clamp."""
        _, rows, columns, depth = self._last.shape
        window = Window((taps, 1))
        numbers = self._numbers((taps, 1, depth), depth)
        at = self._grow((window.output_size(rows, 0), columns, depth), self._scale(taps), 9)
        self._operators.append(DepthwiseConv2D(f"depthwise{at}", at - 1, at, *numbers, window))

    def pool(self, window: Window) -> None:
        """The largest under a window."""
        _, rows, columns, depth = self._last.shape
        shape = (window.output_size(rows, 0), window.output_size(columns, 1), depth)
        at = self._grow(shape, self._last.scale, self._last.zero_point)
        self._operators.append(MaxPool2D(f"pool{at}", at - 1, at, window))

    def mean(self) -> None:
        """The average over rows and columns."""
        _, rows, columns, depth = self._last.shape
        at = self._grow((depth,), self._last.scale * 0.5, -128)
        self._operators.append(Mean(f"mean{at}", at - 1, at, 1, rows * columns, depth))

    def flat(self) -> None:
        """One row of numbers."""
        at = self._grow((self._last.elements,), self._last.scale, self._last.zero_point)
        self._operators.append(Reshape(f"flat{at}", at - 1, at))

    def softmax(self) -> None:
        """Probabilities."""
        at = self._grow((self._last.elements,), 1 / 256, -128)
        self._operators.append(Softmax(f"softmax{at}", at - 1, at))

    @property
    def _last(self) -> Tensor:
        return self._tensors[-1]

    def _grow(self, shape: tuple[int, ...], scale: float, zero: int) -> int:
        at = len(self._tensors)
        self._tensors.append(Tensor(f"tensor{at}", (1, *shape), float(np.float32(scale)), zero))
        return at

    def _scale(self, taps: int) -> float:
        """An output scale with which sums of random products use the int8 range."""
        return self._last.scale * _WEIGHT_SCALE * math.sqrt(taps) * 127 * 0.58 / _SPREAD

    def _numbers(self, shape: tuple[int, ...], channels: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        weights = self._rng.integers(-127, 128, shape, np.int8)
        bias = self._rng.integers(-2000, 2001, channels, np.int32)
        return weights, bias, _WEIGHT_SCALE * self._rng.uniform(0.5, 1.5, channels)


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
