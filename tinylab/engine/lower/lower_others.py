"""Depthwise convolutions, pooling, means, additions, rescaling and softmax become kernel calls."""

from __future__ import annotations

import numpy as np

from tinylab.engine.arithmetic import (
    activation_range,
    add_numbers,
    mean_multiplier,
    rescale_table,
)
from tinylab.engine.contract.softmax import softmax_numbers
from tinylab.engine.graph import (
    Add,
    AveragePool2D,
    DepthwiseConv2D,
    Graph,
    Int8Array,
    MaxPool2D,
    Mean,
    Rescale,
    Softmax,
    Tensor,
    Window,
)
from tinylab.engine.lower.lower_conv import stays_flat, turn
from tinylab.engine.lower.overlap import pixel_by_pixel
from tinylab.engine.lower.products import products
from tinylab.engine.lower.requantize import requant
from tinylab.engine.program import Array, Fields, Overlap, Part, Place, Step, Table, Value
from tinylab.errors import EngineError

_IN_PLACE = Overlap(0)


def lower_depthwise(graph: Graph, op: DepthwiseConv2D, place: Place, part: Part | None = None) -> Step:
    """A depthwise convolution: along one axis where it has one only, else the general kernel.

    Only some rows of its output where `part` says so, which asks for `is_depthwise_line`.
    """
    tensor, result = graph.tensors[op.input], graph.tensors[op.output]
    rows, window, taps = _along(op, tensor)
    if taps is not None:
        return _depthwise_line(op, tensor, result, place, taps, (rows, window), part)
    return _depthwise_any(op, tensor, result, place)


def is_depthwise_line(graph: Graph, op: DepthwiseConv2D) -> bool:
    """Whether rows of the output follow from contiguous rows of the input."""
    return _along(op, graph.tensors[op.input])[2] is not None


def _along(op: DepthwiseConv2D, tensor: Tensor) -> tuple[int, Window, Array | None]:
    """Rows, window and (channel, tap) weights along the one axis that the layer has; None: it has two."""
    _, rows, columns, _ = tensor.shape
    window, weights = op.window, op.weights
    if rows == 1 and columns > 1 and stays_flat(window):
        rows, columns, weights = columns, 1, weights.transpose(1, 0, 2)
        window = turn(window)
    return rows, window, _line_taps(weights, window, columns) if op.multiplier == 1 else None


def _line_taps(weights: Int8Array, window: Window, columns: int) -> Array | None:
    """(channel, tap) along the rows where there is one column and no dilation; few enough taps for registers."""
    if columns != 1 or window.output_size(columns, 1) != 1:
        return None
    if weights.shape[0] > 16 or (weights.shape[0] > 1 and window.dilation[0] != 1):
        return None
    middle = window.pad_before(1, 1) // window.dilation[1] if window.kernel[1] > 1 else 0
    if middle * window.dilation[1] != window.pad_before(1, 1):
        return None
    return np.ascontiguousarray(weights[:, middle].T)


def _depthwise_line(
    op: DepthwiseConv2D,
    source: Tensor,
    result: Tensor,
    place: Place,
    taps: Array,
    along: tuple[int, Window],
    part: Part | None,
) -> Step:
    rows, window = along
    channels, count = taps.shape
    stride, before, out_rows = window.stride[0], window.pad_before(rows, 0), window.output_size(rows, 0)
    if part is not None:
        rows, before, out_rows = rows - part.held, before - part.first * stride + part.held, part.rows
    together = 2
    head = min(max(-(-before // stride), 0), out_rows)
    fitting = min((rows + before - count) // stride + 1, out_rows)
    tail = head + max(fitting - head, 0) // together * together
    numbers = products(op, taps, op.bias, (source, result), activation_range(op.activation, result))
    fields: dict[str, Value] = {
        "rows": rows,
        "out_rows": out_rows,
        "channels": channels,
        "taps": count,
        "stride": stride,
        "before": before,
        "head": head,
        "tail": tail,
        "together": together,
        "input_zero": source.zero_point,
        "weights": Table("int8_t", taps.reshape(-1)),
        "biases": Table("int32_t", numbers.biases, 8),
        "out": numbers.out,
    }
    return Step(
        op.name,
        "tl_depthwise_line",
        "tl_depthwise.h",
        (place.source,),
        place.target,
        Fields(fields),
        None,
        Overlap(before * channels, exact=True),
    )


def _depthwise_any(op: DepthwiseConv2D, source: Tensor, result: Tensor, place: Place) -> Step:
    channels = op.weights.shape[2]
    limits = activation_range(op.activation, result)
    numbers = products(op, op.weights.reshape(-1, channels).T, op.bias, (source, result), limits)
    fields: dict[str, Value] = {
        **_geometry(op.window, source.shape, "depth"),
        "multiplier": op.multiplier,
        "dilation_rows": op.window.dilation[0],
        "dilation_columns": op.window.dilation[1],
        "weights": Table("int8_t", op.weights.reshape(-1)),
        "input_zero": source.zero_point,
        "biases": Table("int32_t", numbers.biases, 8),
        "out": numbers.out,
    }
    overlap = pixel_by_pixel(op.window, source.shape, channels)
    return Step(op.name, "tl_depthwise", "tl_depthwise.h", (place.source,), place.target, Fields(fields), None, overlap)


def _geometry(window: Window, shape: tuple[int, ...], channels: str) -> dict[str, Value]:
    _, rows, columns, depth = shape
    return {
        "rows": rows,
        "columns": columns,
        channels: depth,
        "out_rows": window.output_size(rows, 0),
        "out_columns": window.output_size(columns, 1),
        "kernel_rows": window.kernel[0],
        "kernel_columns": window.kernel[1],
        "stride_rows": window.stride[0],
        "stride_columns": window.stride[1],
        "pad_rows": window.pad_before(rows, 0),
        "pad_columns": window.pad_before(columns, 1),
    }


def lower_pool(graph: Graph, op: MaxPool2D | AveragePool2D, place: Place) -> Step:
    """A pooling that stands alone."""
    tensor = graph.tensors[op.input]
    low, high = activation_range(op.activation, graph.tensors[op.output])
    fields: dict[str, Value] = {
        **_geometry(op.window, tensor.shape, "channels"),
        "average": int(isinstance(op, AveragePool2D)),
        "low": low,
        "high": high,
    }
    overlap = pixel_by_pixel(op.window, tensor.shape, tensor.shape[3])
    return Step(op.name, "tl_pool", "tl_pool.h", (place.source,), place.target, Fields(fields), overlap=overlap)


def lower_mean(graph: Graph, op: Mean, place: Place) -> Step:
    """A mean over whole axes."""
    tensor, result = graph.tensors[op.input], graph.tensors[op.output]
    multiplier = mean_multiplier(tensor.scale / result.scale, op.reduced)
    fields: dict[str, Value] = {
        "outer": op.outer,
        "reduced": op.reduced,
        "inner": op.inner,
        "input_zero": tensor.zero_point,
        "out": requant((multiplier,), result.zero_point, (-128, 127), 255 * op.reduced, op.name),
    }
    return Step(op.name, "tl_mean", "tl_pool.h", (place.source,), place.target, Fields(fields), overlap=_IN_PLACE)


def lower_rescale(graph: Graph, op: Rescale, place: Place) -> Step:
    """A change of scale, with a clamp: a table of all 256 values."""
    tensor, result = graph.tensors[op.input], graph.tensors[op.output]
    table = np.array(rescale_table(tensor, result, op.activation))
    fields: dict[str, Value] = {"length": result.elements, "table": Table("int8_t", table)}
    return Step(
        op.name, "tl_lookup", "tl_elementwise.h", (place.source,), place.target, Fields(fields), overlap=_IN_PLACE
    )


def lower_add(graph: Graph, op: Add, sources: tuple[int, int], target: int) -> Step:
    """An addition, element by element."""
    result = graph.tensors[op.output]
    numbers = add_numbers(graph.tensors[op.input], graph.tensors[op.inputs[1]], result)
    low, high = activation_range(op.activation, result)
    fields: dict[str, Value] = {
        "length": result.elements,
        "first": numbers.first,
        "second": numbers.second,
        "offset": numbers.offset,
        "shift": numbers.right_shift,
        "zero": result.zero_point,
        "low": low,
        "high": high,
    }
    return Step(op.name, "tl_add", "tl_elementwise.h", sources, target, Fields(fields), overlap=_IN_PLACE)


def lower_softmax(graph: Graph, op: Softmax, place: Place) -> Step:
    """Probabilities along the last axis."""
    tensor = graph.tensors[op.input]
    classes = tensor.shape[-1]
    if classes > 256:
        raise EngineError(
            f"The layer '{op.name}' (SOFTMAX) has {classes} classes; the board takes up to 256.",
            hint="Train with fewer classes.",
        )
    numbers = softmax_numbers(tensor.scale, op.beta)
    fields: dict[str, Value] = {
        "rows": tensor.elements // classes,
        "classes": classes,
        "multiplier": numbers.multiplier,
        "left_shift": numbers.left_shift,
        "lowest": numbers.lowest,
    }
    return Step(
        op.name, "tl_softmax", "tl_softmax.h", (place.source,), place.target, Fields(fields), 4 * classes, _IN_PLACE
    )


def copy(name: str, place: Place, length: int) -> Step:
    """The same bytes in another place."""
    return Step(
        name,
        "tl_copy",
        "tl_elementwise.h",
        (place.source,),
        place.target,
        Fields({"length": length}),
        overlap=_IN_PLACE,
    )
