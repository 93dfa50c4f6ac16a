"""The contract: TFLite's integer arithmetic with every product rounded once, half up, in plain numpy.

What the generated C must equal in every bit; what each operator computes stands in `operators`. Rounding once is what
LiteRT's default interpreter gives; its reference kernels and TFLite Micro round twice and differ in a few outputs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from tinylab.engine.contract.integers import Int64Array
from tinylab.engine.contract.operators import CONTRACT
from tinylab.engine.graph import Graph, Int8Array, Tensor
from tinylab.errors import EngineError
from tinylab.text import tr

_BATCH = 256  # windows at a time, so that thousands of them need little memory


def run(graph: Graph, inputs: Sequence[npt.ArrayLike]) -> Int8Array:
    """Every output of the network.

    `inputs` has an array for each of the network's inputs, in their order: int8 of shape (windows, *input shape without
    batch) or (windows, elements). The result is int8 of shape (windows, output elements). Raises `EngineError` when
    their number, or a shape or type, does not fit.
    """
    tensors = graph.input_tensors
    if len(inputs) != len(tensors):
        raise EngineError(
            tr("The network has {count} inputs, not {given}.", count=len(tensors), given=len(inputs)),
            hint=tr("Give an array of windows for each of them."),
        )
    rows = [_rows(tensor, np.asarray(values)) for tensor, values in zip(tensors, inputs, strict=True)]
    windows = len(rows[0])
    if any(len(one) != windows for one in rows):
        raise EngineError(
            tr("The network's inputs hold different numbers of windows."),
            hint=tr("Give an array of windows for each of them."),
        )
    batches = [_run(graph, [one[i : i + _BATCH] for one in rows]) for i in range(0, windows, _BATCH)]
    return np.concatenate([*batches, np.zeros((0, graph.output_tensor.elements), np.int8)])


def _rows(tensor: Tensor, values: npt.NDArray[Any]) -> Int8Array:
    """The values of one input, shape (windows, elements)."""
    elements = tensor.elements
    if values.dtype != np.int8 or values.ndim < 1 or values[:1].size not in (0, elements):
        raise EngineError(
            tr(
                "The network takes int8 windows of {elements} values, not {dtype} of shape {shape}.",
                elements=elements,
                dtype=values.dtype,
                shape=values.shape,
            ),
            hint=tr("Quantize the windows with the network's input scale and zero point first."),
        )
    return values.reshape(len(values), elements)


def _run(graph: Graph, inputs: Sequence[Int8Array]) -> Int8Array:
    windows = len(inputs[0])
    values: dict[int, Int64Array] = {i: v.astype(np.int64) for i, v in zip(graph.inputs, inputs, strict=True)}
    for operator in graph.operators:
        sources = [values[graph.root(i)].reshape(-1, *graph.tensors[i].shape[1:]) for i in operator.inputs]
        result = graph.tensors[operator.output]
        outputs = CONTRACT[type(operator)](graph, operator, *sources)
        values[operator.output] = outputs.reshape(windows, *result.shape[1:])
    return values[graph.root(graph.output)].reshape(windows, -1).astype(np.int8)
