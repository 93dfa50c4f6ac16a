"""Constants added or multiplied, joining, padding and curves become kernel calls."""

from __future__ import annotations

import numpy as np

from tinylab.engine.arithmetic import activation_range, add_numbers, curve_table, mul_numbers
from tinylab.engine.graph import AddConstant, Concatenate, Curve, Graph, MulConstant, Pad
from tinylab.engine.program import Fields, Overlap, Place, Step, Table, Value

_HEADER = "tl_joins.h"


def lower_add_constant(graph: Graph, op: AddConstant, place: Place) -> Step:
    """An addition whose second input is known: it becomes part of the offsets."""
    result = graph.tensors[op.output]
    numbers = add_numbers(graph.tensors[op.input], op.constant, result)
    low, high = activation_range(op.activation, result)
    offsets = op.values.astype(np.int64) * numbers.second + numbers.offset
    fields: dict[str, Value] = {
        "length": result.elements,
        "period": op.values.size,
        "first": numbers.first,
        "offsets": Table("int32_t", offsets, 8),
        "shift": numbers.right_shift,
        "zero": result.zero_point,
        "low": low,
        "high": high,
    }
    return Step(op.name, "tl_add_constant", _HEADER, (place.source,), place.target, Fields(fields), overlap=Overlap(0))


def lower_mul_constant(graph: Graph, op: MulConstant, place: Place) -> Step:
    """A multiplication by constants."""
    source, result = graph.tensors[op.input], graph.tensors[op.output]
    numbers = mul_numbers(source, op.constant, result)
    low, high = activation_range(op.activation, result)
    fields: dict[str, Value] = {
        "length": result.elements,
        "period": op.values.size,
        "input_zero": source.zero_point,
        "constant_zero": op.constant.zero_point,
        "constants": Table("int8_t", op.values),
        "multiplier": numbers.value,
        "shift": numbers.shift,
        "zero": result.zero_point,
        "low": low,
        "high": high,
    }
    return Step(op.name, "tl_mul_constant", _HEADER, (place.source,), place.target, Fields(fields), overlap=Overlap(0))


def lower_concatenate(graph: Graph, op: Concatenate) -> list[Step]:
    """Each input is copied to its place."""
    width, at, steps = graph.tensors[op.output].elements // op.outer, 0, []
    for tensor in op.inputs:
        part = graph.tensors[tensor].elements // op.outer
        fields = _place_fields((op.outer, 1, part), (width, part), at, (0, 0))
        steps.append(Step(op.name, "tl_place", _HEADER, (graph.root(tensor),), op.output, fields))
        at += part
    return steps


def lower_pad(graph: Graph, op: Pad, place: Place) -> Step:
    """Zeros everywhere, then the input in their middle."""
    result = graph.tensors[op.output]
    columns, channels = (op.inner[a] + sum(op.around[a]) for a in (1, 2))
    at = (op.around[0][0] * columns + op.around[1][0]) * channels + op.around[2][0]
    fields = _place_fields(op.inner, (columns * channels, channels), at, (result.elements, result.zero_point))
    return Step(op.name, "tl_place", _HEADER, (place.source,), place.target, fields)


def _place_fields(sizes: tuple[int, int, int], strides: tuple[int, int], at: int, fill: tuple[int, int]) -> Fields:
    names = ("outer", "inner", "width", "outer_stride", "inner_stride", "at", "fill", "value")
    return Fields(dict(zip(names, (*sizes, *strides, at, *fill), strict=True)))


def lower_curve(graph: Graph, op: Curve, place: Place) -> Step:
    """A function of one value: a table of all 256."""
    result = graph.tensors[op.output]
    table = np.array(curve_table(op.function, graph.tensors[op.input], result))
    fields: dict[str, Value] = {"length": result.elements, "table": Table("int8_t", table)}
    return Step(
        op.name, "tl_lookup", "tl_elementwise.h", (place.source,), place.target, Fields(fields), overlap=Overlap(0)
    )
