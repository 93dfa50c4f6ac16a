"""The four reference models, re-made and written as files: LiteRT's default interpreter gives the reference's bits."""

from __future__ import annotations

import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter

from tinylab.engine.build_models.reference_models import REFERENCE_MODELS
from tinylab.engine.build_models.to_tflite import to_tflite
from tinylab.engine.contract import reference
from tinylab.engine.read.tflite_file import load


@pytest.mark.parametrize("name", REFERENCE_MODELS)
def test_700_inputs_equal_litert(name) -> None:
    data = to_tflite(REFERENCE_MODELS[name]())
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
    np.testing.assert_array_equal(reference.run(graph, (windows,)), np.stack(expected))
    assert len(np.unique(expected)) > 10
