"""The contract: TFLite's integer arithmetic with every product rounded once, half up, in plain numpy.

What the generated C must equal in every bit; what each operator computes stands in `operators`. Rounding once is what
LiteRT's default interpreter gives; its reference kernels and TFLite Micro round twice and differ in a few outputs.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tinylab.engine.contract.integers import Int64Array
from tinylab.engine.contract.operators import CONTRACT
from tinylab.engine.graph import Graph, Int8Array
from tinylab.errors import EngineError
from tinylab.text import tr

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
            tr(
                "The network takes int8 windows of {elements} values, not {dtype} of shape {shape}.",
                elements=elements,
                dtype=values.dtype,
                shape=values.shape,
            ),
            hint=tr("Quantize the windows with the network's input scale and zero point first."),
        )
    rows = values.reshape(len(values), elements)
    batches = [_run(graph, rows[i : i + _BATCH].reshape(-1, *shape)) for i in range(0, len(rows), _BATCH)]
    return np.concatenate([*batches, np.zeros((0, graph.output_tensor.elements), np.int8)])


def _run(graph: Graph, inputs: Int8Array) -> Int8Array:
    values: dict[int, Int64Array] = {graph.input: inputs.astype(np.int64)}
    for operator in graph.operators:
        sources = [values[graph.root(i)].reshape(-1, *graph.tensors[i].shape[1:]) for i in operator.inputs]
        result = graph.tensors[operator.output]
        outputs = CONTRACT[type(operator)](graph, operator, *sources)
        values[operator.output] = outputs.reshape(len(inputs), *result.shape[1:])
    return values[graph.root(graph.output)].reshape(len(inputs), -1).astype(np.int8)
