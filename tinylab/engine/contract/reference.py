"""The contract: TFLite's integer arithmetic with every product rounded once, half up, in plain numpy.

What the generated C must equal in every bit. All values are int64 here, so nothing can overflow. Rounding once is what
LiteRT's default interpreter gives; its reference kernels and TFLite Micro round twice and differ in a few outputs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from tinylab.engine.arithmetic import (
    AddNumbers,
    Multiplier,
    activation_range,
    add_numbers,
    channel_multipliers,
    curve_table,
    mean_multiplier,
    mul_numbers,
    rescale_table,
    softmax_numbers,
)
from tinylab.engine.contract.softmax import softmax
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
    Int8Array,
    MaxPool2D,
    Mean,
    MulConstant,
    Operator,
    Pad,
    PooledConv2D,
    Rescale,
    Reshape,
    Softmax,
    Tensor,
    Window,
)
from tinylab.errors import EngineError

Int64Array: TypeAlias = npt.NDArray[np.int64]

_BATCH = 256  # windows at a time, so that thousands of them need little memory


def run(graph: Graph, inputs: npt.ArrayLike) -> Int8Array:
    """Every output of the network.

    `inputs` are int8 of shape (windows, *input shape without batch) or (windows, elements); the result is int8 of shape
    (windows, output elements). Raises `EngineError` when the input's shape or type does not fit.
    """
    values = np.asarray(inputs)
    shape = graph.input_tensor.shape[1:]
    elements = graph.input_tensor.elements
    if values.dtype != np.int8 or values.ndim < 1 or values[:1].size not in (0, elements):
        raise EngineError(
            f"The network takes int8 windows of {elements} values, not {values.dtype} of shape {values.shape}.",
            hint="Quantize the windows with the network's input scale and zero point first.",
        )
    rows = values.reshape(len(values), elements)
    parts = [_run(graph, rows[i : i + _BATCH].reshape(-1, *shape)) for i in range(0, len(rows), _BATCH)]
    return np.concatenate([*parts, np.zeros((0, graph.output_tensor.elements), np.int8)])


def _run(graph: Graph, inputs: Int8Array) -> Int8Array:
    values: dict[int, Int64Array] = {graph.input: inputs.astype(np.int64)}
    for operator in graph.operators:
        sources = [values[graph.root(i)].reshape(-1, *graph.tensors[i].shape[1:]) for i in operator.inputs]
        result = graph.tensors[operator.output]
        outputs = _FUNCTIONS[type(operator)](graph, operator, *sources)
        values[operator.output] = outputs.reshape(len(inputs), *result.shape[1:])
    return values[graph.root(graph.output)].reshape(len(inputs), -1).astype(np.int8)


def _scaled(numbers: Int64Array, multipliers: tuple[Multiplier, ...]) -> Int64Array:
    """Numbers times a factor per last axis, rounded once, half up."""
    value = np.array([m.value for m in multipliers], np.int64)
    shift = np.array([m.right_shift for m in multipliers], np.int64)
    return (numbers * value + (np.int64(1) << (shift - 1))) >> shift


def _clamped(numbers: Int64Array, activation: Activation, tensor: Tensor) -> Int64Array:
    low, high = activation_range(activation, tensor)
    return np.clip(numbers, low, high)


def _requantized(graph: Graph, op: FullyConnected | Conv2D | DepthwiseConv2D, accumulators: Int64Array) -> Int64Array:
    """Accumulators of products to int8 outputs, channel by channel."""
    source, result = graph.tensors[op.input], graph.tensors[op.output]
    multipliers = channel_multipliers(source.scale, op.weight_scales, result.scale)
    numbers = _scaled(accumulators + op.bias, multipliers) + result.zero_point
    return _clamped(numbers, op.activation, result)


def _product(values: Int64Array, matrix: Int8Array) -> Int64Array:
    """values @ matrix; float64 multiplies faster and is exact, for all sums stay far below 2**53."""
    return np.matmul(values.astype(np.float64), matrix.astype(np.float64)).astype(np.int64)


def _fully_connected(graph: Graph, op: FullyConnected, x: Int64Array) -> Int64Array:
    rows = x.reshape(-1, op.weights.shape[1]) - graph.tensors[op.input].zero_point
    return _requantized(graph, op, _product(rows, op.weights.T))


def _taps(x: Int64Array, window: Window, fill: int) -> Int64Array:
    """What each tap sees: (windows, output rows, output columns, kernel rows, kernel columns, channels)."""
    sizes = x.shape[1:3]
    outputs = [window.output_size(n, axis) for axis, n in enumerate(sizes)]
    before = [window.pad_before(n, axis) for axis, n in enumerate(sizes)]
    spans = [(outputs[a] - 1) * window.stride[a] + window.reach(a) for a in (0, 1)]
    behind = [max(spans[a] - before[a] - sizes[a], 0) for a in (0, 1)]
    padded = np.pad(x, ((0, 0), (before[0], behind[0]), (before[1], behind[1]), (0, 0)), constant_values=fill)
    rows, columns = (
        np.arange(outputs[a])[:, None] * window.stride[a] + np.arange(window.kernel[a]) * window.dilation[a]
        for a in (0, 1)
    )
    return padded[:, rows[:, None, :, None], columns[None, :, None, :], :]


def _conv(graph: Graph, op: Conv2D, x: Int64Array) -> Int64Array:
    taps = _taps(x - graph.tensors[op.input].zero_point, op.window, 0)
    patches = taps.reshape(*taps.shape[:3], -1)
    return _requantized(graph, op, _product(patches, op.weights.reshape(len(op.weights), -1).T))


def _depthwise(graph: Graph, op: DepthwiseConv2D, x: Int64Array) -> Int64Array:
    taps = _taps(x - graph.tensors[op.input].zero_point, op.window, 0).repeat(op.multiplier, axis=-1)
    return _requantized(graph, op, (taps * op.weights).sum(axis=(3, 4)))


def _max_pool(graph: Graph, op: MaxPool2D, x: Int64Array) -> Int64Array:
    taps = _taps(x, op.window, -128)
    return _clamped(taps.max(axis=(3, 4)), op.activation, graph.tensors[op.output])


def _pooled_conv(graph: Graph, op: PooledConv2D, x: Int64Array) -> Int64Array:
    between = _conv(graph, op.conv, x)
    return _max_pool(graph, op.pool, between.reshape(-1, *graph.tensors[op.pool.input].shape[1:]))


def _average_pool(graph: Graph, op: AveragePool2D, x: Int64Array) -> Int64Array:
    """The sum over the taps inside, divided by their number, rounded half away from zero."""
    total = _taps(x, op.window, 0).sum(axis=(3, 4))
    count = _taps(np.ones_like(x), op.window, 0).sum(axis=(3, 4))
    quotient = (np.abs(total) + count // 2) // count
    return _clamped(np.sign(total) * quotient, op.activation, graph.tensors[op.output])


def _mean(graph: Graph, op: Mean, x: Int64Array) -> Int64Array:
    source, result = graph.tensors[op.input], graph.tensors[op.output]
    total = (x.reshape(-1, op.outer, op.reduced, op.inner) - source.zero_point).sum(axis=2)
    multiplier = mean_multiplier(source.scale / result.scale, op.reduced)
    return np.clip(_scaled(total, (multiplier,)) + result.zero_point, -128, 127)


def _add(graph: Graph, op: Add, x: Int64Array, y: Int64Array) -> Int64Array:
    result = graph.tensors[op.output]
    n: AddNumbers = add_numbers(graph.tensors[op.input], graph.tensors[op.inputs[1]], result)
    total = (x * n.first + y * n.second + n.offset) >> n.right_shift
    return _clamped(total + result.zero_point, op.activation, result)


def _repeated(op: AddConstant | MulConstant, x: Int64Array) -> Int64Array:
    """The constant, once for each value of a window."""
    return np.resize(op.values.astype(np.int64), x[0].size).reshape(x.shape[1:])


def _add_constant(graph: Graph, op: AddConstant, x: Int64Array) -> Int64Array:
    result = graph.tensors[op.output]
    n = add_numbers(graph.tensors[op.input], op.constant, result)
    total = (x * n.first + _repeated(op, x) * n.second + n.offset) >> n.right_shift
    return _clamped(total + result.zero_point, op.activation, result)


def _mul_constant(graph: Graph, op: MulConstant, x: Int64Array) -> Int64Array:
    source, result = graph.tensors[op.input], graph.tensors[op.output]
    products = (x - source.zero_point) * (_repeated(op, x) - op.constant.zero_point)
    scaled = products.astype(np.float32) * mul_numbers(source, op.constant, result).factor
    return _clamped(np.rint(scaled).astype(np.int64) + result.zero_point, op.activation, result)


def _concatenate(graph: Graph, op: Concatenate, *parts: Int64Array) -> Int64Array:
    return np.concatenate([part.reshape(len(part), op.outer, -1) for part in parts], axis=2)


def _pad(graph: Graph, op: Pad, x: Int64Array) -> Int64Array:
    zero = graph.tensors[op.output].zero_point
    return np.pad(x.reshape(len(x), *op.inner), ((0, 0), *op.around), constant_values=zero)


def _curve(graph: Graph, op: Curve, x: Int64Array) -> Int64Array:
    return np.array(curve_table(op.function, graph.tensors[op.input], graph.tensors[op.output]), np.int64)[x + 128]


def _rescale(graph: Graph, op: Rescale, x: Int64Array) -> Int64Array:
    table = rescale_table(graph.tensors[op.input], graph.tensors[op.output], op.activation)
    return np.array(table, np.int64)[x + 128]


def _softmax(graph: Graph, op: Softmax, x: Int64Array) -> Int64Array:
    return softmax(x, softmax_numbers(graph.tensors[op.input].scale, op.beta))


_FUNCTIONS: dict[type[Operator], Callable[..., Any]] = {
    FullyConnected: _fully_connected,
    Conv2D: _conv,
    DepthwiseConv2D: _depthwise,
    MaxPool2D: _max_pool,
    PooledConv2D: _pooled_conv,
    AveragePool2D: _average_pool,
    Mean: _mean,
    Add: _add,
    AddConstant: _add_constant,
    MulConstant: _mul_constant,
    Concatenate: _concatenate,
    Pad: _pad,
    Curve: _curve,
    Reshape: lambda graph, op, x: x,
    Rescale: _rescale,
    Softmax: _softmax,
}
