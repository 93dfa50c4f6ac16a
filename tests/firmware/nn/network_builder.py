"""Grows networks layer by layer whose layers use their int8 range, with choices that come from anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from tinylab.engine.contract import reference
from tinylab.engine.graph import (
    Activation,
    Add,
    AddConstant,
    AveragePool2D,
    Concatenate,
    Conv2D,
    Curve,
    DepthwiseConv2D,
    FullyConnected,
    Graph,
    MaxPool2D,
    Mean,
    MulConstant,
    Operator,
    Pad,
    Rescale,
    Reshape,
    Softmax,
    Tensor,
    Window,
)

Int8 = npt.NDArray[np.int8]
T = TypeVar("T")


class Choices(Protocol):
    """Where the choices come from that make a network; the first option and the smallest number are the simplest."""

    bulk: np.random.Generator  # for weights and biases, which are too many to choose one by one

    def integer(self, low: int, high: int) -> int:
        """A number from `low` to `high`, both included."""

    def pick(self, options: Sequence[T]) -> T:
        """One of them."""


class Seeded:
    """Choices that one seed makes."""

    def __init__(self, number: int) -> None:
        self.bulk = np.random.default_rng(number)

    def integer(self, low: int, high: int) -> int:
        return int(self.bulk.integers(low, high + 1))

    def pick(self, options: Sequence[T]) -> T:
        return options[self.integer(0, len(options) - 1)]


def real(choices: Choices, low: float, high: float) -> float:
    return low + (high - low) * choices.integer(0, 1000) / 1000


def chance(choices: Choices, percent: int) -> bool:
    return choices.integer(0, 99) >= 100 - percent


class NetworkBuilder:
    """Grows a graph layer by layer."""

    def __init__(self, choices: Choices, shape: tuple[int, ...], calm: bool = False) -> None:
        self.calm = calm  # every layer uses its int8 range, none saturates on purpose
        self.choices = choices
        self.tensors = [Tensor("input", (1, *shape), 0.05, choices.integer(-128, 127))]
        self.operators: list[Operator] = []
        self.inputs = [0]

    @property
    def last(self) -> Tensor:
        return self.tensors[-1]

    @property
    def at(self) -> int:
        return len(self.tensors) - 1

    def graph(self) -> Graph:
        return Graph(tuple(self.tensors), tuple(self.operators), tuple(self.inputs), self.at)

    def _settle(self) -> None:
        """Choose the last tensor's scale so that it uses its range; one network in ten keeps an extreme one."""
        if not self.calm and chance(self.choices, 10):
            factor = self.choices.pick([0.1, 8.0, 0.003])
            self.tensors[-1] = replace(self.last, scale=float(np.float32(self.last.scale * factor)))
            return
        windows = [values[2:] for values in inputs_of(self.graph(), 12)]
        for _ in range(8):
            outputs = reference.run(self.graph(), windows).astype(float)
            clipped = np.mean((outputs == outputs.max()) | (outputs == outputs.min()))
            if outputs.std(axis=0).mean() >= 12 and clipped < 0.6:
                return
            factor = 2.5 if clipped >= 0.6 and outputs.std() > 12 else 0.3
            self.tensors[-1] = replace(self.last, scale=float(np.float32(self.last.scale * factor)))

    def _tensor(self, shape: Sequence[int], scale: float, zero: int) -> int:
        self.tensors.append(Tensor(f"t{len(self.tensors)}", tuple(shape), float(np.float32(scale)), zero))
        return self.at

    def _zero(self) -> int:
        return 0 if self.calm else self.choices.pick([0, -128, -128, 127, self.choices.integer(-128, 127)])

    def _activation(self) -> Activation:
        return Activation.NONE if self.calm else self.choices.pick(list(Activation))

    def _like(self, shape: Sequence[int]) -> int:
        return self._tensor(shape, self.last.scale, self.last.zero_point)

    def _numbers(
        self, taps: int, channels: int, kinds: tuple[int, ...]
    ) -> tuple[Int8, npt.NDArray, npt.NDArray, float]:
        """Weights, biases, their scales and an output scale that uses the int8 range; now and then an extreme one."""
        rng = self.choices.bulk
        limit = 20 if self.calm else self.choices.pick([127, 20, 3])
        weights = rng.integers(-limit, limit + 1, kinds, np.int8)
        scales = np.float32(0.01) * np.exp2(rng.uniform(-3, 3, channels)).astype(np.float32)
        spread = self.last.scale * 0.01 * np.sqrt(taps) * limit * 80 / 60
        bias = (rng.uniform(-20, 20, channels) * np.sqrt(taps) * limit).astype(np.int32)
        return weights, bias, scales.astype(np.float64), spread

    def dense(self, outputs: int) -> None:
        inputs = self.last.shape[-1]
        source, shape = self.at, self.last.shape
        weights, bias, scales, scale = self._numbers(inputs, outputs, (outputs, inputs))
        result = self._tensor((*shape[:-1], outputs), scale, self._zero())
        self.operators.append(
            FullyConnected("dense", (source,), result, weights, bias, scales, activation=self._activation())
        )
        self._settle()

    def conv(self, channels: int, window: Window) -> bool:
        _, rows, columns, depth = self.last.shape
        outputs = (window.output_size(rows, 0), window.output_size(columns, 1))
        if min(outputs) < 1:
            return False
        source = self.at
        weights, bias, scales, scale = self._numbers(
            window.kernel[0] * window.kernel[1] * depth, channels, (channels, *window.kernel, depth)
        )
        result = self._tensor((1, *outputs, channels), scale, self._zero())
        self.operators.append(
            Conv2D("conv", (source,), result, weights, bias, scales, window, activation=self._activation())
        )
        self._settle()
        return True

    def depthwise(self, multiplier: int, window: Window) -> bool:
        _, rows, columns, depth = self.last.shape
        outputs = (window.output_size(rows, 0), window.output_size(columns, 1))
        if min(outputs) < 1:
            return False
        source, channels = self.at, depth * multiplier
        taps = window.kernel[0] * window.kernel[1]
        weights, bias, scales, scale = self._numbers(taps, channels, (*window.kernel, channels))
        result = self._tensor((1, *outputs, channels), scale, self._zero())
        self.operators.append(
            DepthwiseConv2D(
                "dw", (source,), result, weights, bias, scales, window, multiplier, activation=self._activation()
            )
        )
        self._settle()
        return True

    def pool(self, kind: type[MaxPool2D] | type[AveragePool2D], window: Window) -> bool:
        _, rows, columns, depth = self.last.shape
        outputs = (window.output_size(rows, 0), window.output_size(columns, 1))
        if min(outputs) < 1:
            return False
        source = self.at
        result = self._like((1, *outputs, depth))
        self.operators.append(kind("pool", (source,), result, window, activation=self._activation()))
        return True

    def mean(self) -> None:
        _, rows, columns, depth = self.last.shape
        source, scale = self.at, self.last.scale * real(self.choices, 0.3, 1.5)
        result = self._tensor((1, depth), scale, self._zero())
        self.operators.append(Mean("mean", (source,), result, 1, rows * columns, depth))
        self._settle()

    def add(self, first: int) -> None:
        if not 0.02 < self.tensors[first].scale / self.last.scale < 50:
            self.rescale_to(self.tensors[first].scale)
        second, scale = self.at, (self.tensors[first].scale + self.last.scale) * real(self.choices, 0.2, 1)
        result = self._tensor(self.last.shape, scale, self._zero())
        self.operators.append(Add("add", (first, second), result, activation=self._activation()))

    def rescale(self, activation: Activation = Activation.NONE) -> None:
        source, scale = self.at, self.last.scale * self.choices.pick([1.0, 0.5, 1.7, 9.0])
        zero = self.last.zero_point if chance(self.choices, 50) else self._zero()
        result = self._tensor(self.last.shape, scale, zero)
        self.operators.append(Rescale("rescale", (source,), result, activation=activation))

    def rescale_to(self, scale: float) -> None:
        source, result = self.at, self._tensor(self.last.shape, scale, self._zero())
        self.operators.append(Rescale("rescale", (source,), result))

    def with_constant(self, kind: type[AddConstant] | type[MulConstant]) -> None:
        choices, source, shape = self.choices, self.at, self.last.shape
        period = choices.pick([1, shape[-1], self.last.elements])
        values = choices.bulk.integers(-128, 128, period, np.int8)
        ratio = real(choices, 0.3, 3) * (self.last.scale if kind is AddConstant else 0.02 / 1.5)
        constant = Tensor("constant", (period,), float(np.float32(ratio)), choices.integer(-40, 40))
        scale = self.last.scale * real(choices, 0.5, 3)
        result = self._tensor(shape, scale, self._zero())
        self.operators.append(kind("constant", (source,), result, values, constant, activation=self._activation()))

    def pad(self) -> None:
        source, shape = self.at, self.last.shape[1:]
        pads = [(self.choices.integer(0, 2), self.choices.integer(0, 2)) for _ in shape]
        pads[2] = pads[2] if chance(self.choices, 30) else (0, 0)
        result = self._like((1, *(size + sum(pair) for size, pair in zip(shape, pads, strict=True))))
        inner, around = (shape[0], shape[1], shape[2]), (pads[0], pads[1], pads[2])
        self.operators.append(Pad("pad", (source,), result, inner, around))

    def join(self) -> None:
        first = self.at
        clamp = self.choices.pick([Activation.NONE, Activation.RELU])
        second = self._like(self.last.shape)
        self.operators.append(Rescale("branch", (first,), second, activation=clamp))
        axis = self.choices.integer(1, len(self.last.shape) - 1)
        shape = [size * (2 if a == axis else 1) for a, size in enumerate(self.last.shape)]
        inputs, outer = self.choices.pick([(first, second), (second, first)]), int(np.prod(shape[:axis]))
        self.operators.append(Concatenate("join", inputs, self._like(shape), outer))

    def second_input(self, values: int) -> None:
        """From here on layers work on a second input of so many values, until `join_inputs`."""
        self.inputs.append(self._tensor((1, values), 0.03, self.choices.integer(-128, 127)))

    def join_inputs(self, first: int) -> None:
        """A row of numbers beside the last one; that one's scale is changed where it must be."""
        like, second = self.tensors[first], self.at
        if (like.scale, like.zero_point) != (self.last.scale, self.last.zero_point):
            self.operators.append(
                Rescale("rescale", (second,), self._tensor(self.last.shape, like.scale, like.zero_point))
            )
        inputs = self.choices.pick([(first, self.at), (self.at, first)])
        shape = (1, like.elements + self.last.elements)
        self.operators.append(Concatenate("join", inputs, self._tensor(shape, like.scale, like.zero_point), 1))

    def curve(self, function: str) -> None:
        source = self.at
        result = self._tensor(self.last.shape, *((1 / 256, -128) if function == "logistic" else (1 / 128, 0)))
        self.operators.append(Curve("curve", (source,), result, function))

    def reshape(self, shape: Sequence[int]) -> None:
        source = self.at
        self.operators.append(Reshape("reshape", (source,), self._like(shape)))

    def softmax(self) -> None:
        scale = (0.05 if self.calm else self.choices.pick([1.0, 0.1, 0.004, 0.3])) / self.last.scale
        source = self._tensor(self.last.shape, self.last.scale * scale, 0)
        self.operators.append(Rescale("logits", (source - 1,), source))
        result = self._tensor(self.last.shape, 1 / 256, -128)
        self.operators.append(Softmax("softmax", (source,), result, self.choices.pick([1.0, 1.0, 0.5])))


def some_inputs(graph: Graph, count: int, seed: int = 0) -> Int8:
    """Random windows, and the two that saturate the most."""
    rng = np.random.default_rng(seed)
    windows = rng.integers(-128, 128, (count, graph.input_tensor.elements), np.int8)
    windows[0], windows[1] = -128, 127
    return windows


def inputs_of(graph: Graph, count: int) -> tuple[Int8, ...]:
    """The same for each of the network's inputs."""
    rng = np.random.default_rng(1)
    others = [rng.integers(-128, 128, (count, tensor.elements), np.int8) for tensor in graph.input_tensors[1:]]
    for values in others:
        values[0], values[1] = 127, -128
    return (some_inputs(graph, count), *others)
