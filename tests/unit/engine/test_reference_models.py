"""The four reference models, re-made and written as files: LiteRT's default interpreter gives the reference's bits."""

from __future__ import annotations

import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter

from tinylab.engine import reference
from tinylab.engine.graph import Activation, Conv2D, DepthwiseConv2D, FullyConnected, Graph, MaxPool2D, Mean, Padding
from tinylab.engine.reference_models import REFERENCE_MODELS
from tinylab.engine.tflite_file import load

NAMES = {
    "FullyConnected": "FULLY_CONNECTED",
    "Conv2D": "CONV_2D",
    "DepthwiseConv2D": "DEPTHWISE_CONV_2D",
    "MaxPool2D": "MAX_POOL_2D",
    "Mean": "MEAN",
    "Reshape": "RESHAPE",
    "Softmax": "SOFTMAX",
}


def options(op) -> dict[str, int | float]:
    found: dict[str, int | float] = {}
    if isinstance(op, FullyConnected | Conv2D | DepthwiseConv2D):
        found["FusedActivationFunction"] = int(op.activation is Activation.RELU)
    if isinstance(op, Conv2D | DepthwiseConv2D | MaxPool2D):
        found["Padding"] = 0 if op.window.padding is Padding.SAME else 1
        found |= {"StrideH": op.window.stride[0], "StrideW": op.window.stride[1]}
    if isinstance(op, Conv2D | DepthwiseConv2D):
        found |= {"DilationHFactor": 1, "DilationWFactor": 1}
    if isinstance(op, DepthwiseConv2D):
        found["DepthMultiplier"] = 1
    if isinstance(op, MaxPool2D):
        found |= {"FilterHeight": op.window.kernel[0], "FilterWidth": op.window.kernel[1]}
    return found or ({"Beta": 1.0} if type(op).__name__ == "Softmax" else {})


def written(kit, graph: Graph) -> bytes:
    """The graph as a .tflite file."""
    tensors = [kit.Tensor(t.name, list(t.shape), scale=t.scale, zero=t.zero_point) for t in graph.tensors]
    operators = []

    def constant(name: str, values: np.ndarray, kind: int, scale=None, axis: int = 0) -> int:
        tensors.append(kit.Tensor(name, list(values.shape), kind, scale, data=values, axis=axis))
        return len(tensors) - 1

    for op in graph.operators:
        inputs = [op.input]
        if isinstance(op, FullyConnected | Conv2D | DepthwiseConv2D):
            depthwise = isinstance(op, DepthwiseConv2D)
            weights = op.weights[None] if depthwise else op.weights
            scales = op.weight_scales.astype(np.float32)
            inputs.append(constant("weights", weights, kit.INT8, scales.tolist(), 3 if depthwise else 0))
            inputs.append(constant("bias", op.bias, kit.INT32, (scales * graph.tensors[op.input].scale).tolist()))
        elif isinstance(op, Mean):
            inputs.append(constant("axes", np.array([1, 2], np.int32), kit.INT32))
        elif type(op).__name__ == "Reshape":
            inputs.append(constant("shape", np.array(graph.tensors[op.output].shape, np.int32), kit.INT32))
        operators.append(kit.Operator(NAMES[type(op).__name__], inputs, [op.output], options(op)))
    return kit.write(tensors, operators, [graph.input], [graph.output])


@pytest.mark.parametrize("name", REFERENCE_MODELS)
def test_700_inputs_equal_litert(name, kit) -> None:
    data = written(kit, REFERENCE_MODELS[name]())
    graph = load(data)
    windows = np.random.default_rng(700).integers(-128, 128, (700, graph.input_tensor.elements), np.int8)
    interpreter = Interpreter(model_content=data, num_threads=1)
    interpreter.allocate_tensors()
    source, result = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    expected = []
    for window in windows:
        interpreter.set_tensor(source["index"], window.reshape(source["shape"]))
        interpreter.invoke()
        expected.append(interpreter.get_tensor(result["index"]).reshape(-1))
    np.testing.assert_array_equal(reference.run(graph, windows), np.stack(expected))
    assert len(np.unique(expected)) > 10
