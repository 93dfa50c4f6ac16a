"""Blocks of networks that Hypothesis draws from kept seeds; one that fails shrinks to a small one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np
from hypothesis import HealthCheck, Phase, assume, given, seed, settings
from hypothesis import strategies as st
from random_networks import random_graph

from tinylab.engine.graph import (
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
)

T = TypeVar("T")
NAMES = {
    FullyConnected: "FULLY_CONNECTED",
    Conv2D: "CONV_2D",
    MaxPool2D: "MAX_POOL_2D",
    AveragePool2D: "AVERAGE_POOL_2D",
    Mean: "MEAN",
    Add: "ADD",
    AddConstant: "ADD a constant",
    Concatenate: "CONCATENATION",
    Pad: "PAD",
    MulConstant: "MUL by a constant",
    Reshape: "RESHAPE",
    Softmax: "SOFTMAX",
}
OPERATORS = {
    *NAMES.values(),
    "DEPTHWISE_CONV_2D",
    "DEPTHWISE_CONV_2D, several for each channel",
    "LOGISTIC",
    "TANH",
    "QUANTIZE",
    "RELU",
    "RELU6",
}


def name_of(operator: Operator) -> str:
    """An operator as the format calls it; a clamp that stands alone has its own name."""
    if isinstance(operator, DepthwiseConv2D):
        return "DEPTHWISE_CONV_2D" + (", several for each channel" if operator.multiplier > 1 else "")
    if isinstance(operator, Curve):
        return operator.function.upper()
    if isinstance(operator, Rescale):
        return "QUANTIZE" if operator.activation.value == (None, None) else operator.activation.name
    return NAMES[type(operator)]


def describe(graph: Graph) -> str:
    """The network's structure, a line for each operator: all but weights, scales and zero points."""
    lines = [f"input {graph.input_tensor.shape}"]
    for operator in graph.operators:
        details = [str(getattr(operator, name, "")) for name in ("window", "around", "activation")]
        shape = graph.tensors[operator.output].shape
        lines.append(f"{name_of(operator)} from {operator.input} to {shape} {' '.join(details)}")
    return "\n".join(lines)


def fingerprint(graph: Graph) -> str:
    """Equal for networks that are equal in everything, weights included."""
    with np.printoptions(threshold=1 << 30):
        return repr(graph)


class Drawn:
    """Choices that Hypothesis makes, and makes simpler where a network fails; one of them is the weights' seed."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw
        self.bulk = np.random.default_rng(self.integer(0, 1 << 20))

    def integer(self, low: int, high: int) -> int:
        # Bit by bit: into st.integers() Hypothesis mixes constants of whatever modules are loaded.
        bits = (high - low + 1).bit_length() + 3
        value = 0
        for _ in range(bits):
            value = 2 * value + self._draw(st.booleans())
        return low + (value * (high - low + 1) >> bits)

    def pick(self, options: Sequence[T]) -> T:
        return options[self.integer(0, len(options) - 1)]


@st.composite
def networks(draw: st.DrawFn) -> Graph:
    """Any network over the operators."""
    return random_graph(Drawn(draw))


def look_at_block(number: int, size: int, look: Callable[[Graph], None]) -> None:
    """Show the networks drawn from a seed, no two of one structure; when `look` fails, search for a smaller one."""
    seen: set[str] = set()
    failed = False

    @seed(number)
    @settings(
        max_examples=size,
        database=None,
        deadline=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
    )
    @given(networks())
    def show(network: Graph) -> None:
        nonlocal failed
        structure = describe(network)
        assume(failed or structure not in seen)
        seen.add(structure)
        try:
            look(network)
        except BaseException:
            failed = True
            raise

    show()


def block_of_networks(number: int, size: int) -> list[Graph]:
    """The networks that Hypothesis draws from this seed."""
    found: list[Graph] = []
    look_at_block(number, size, found.append)
    return found
