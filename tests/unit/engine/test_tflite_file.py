"""Reading .tflite files: what loads, what is refused, and with which message."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tinylab.engine import compiler
from tinylab.engine.contract import reference
from tinylab.engine.graph import Activation, Conv2D, FullyConnected, MaxPool2D, Reshape, Softmax
from tinylab.engine.graph_text import describe, macs
from tinylab.engine.read.tflite_file import load
from tinylab.errors import EngineError


def test_a_cnn_with_dynamic_batch_loads_without_its_shape_operators(kit) -> None:
    graph = load(kit.motion_model())
    kinds = [type(op) for op in graph.operators]
    assert kinds == [Reshape, Conv2D, MaxPool2D, Reshape, FullyConnected, Softmax]
    conv = graph.operators[1]
    assert conv.activation is Activation.RELU
    assert conv.window.kernel == (1, 5)
    assert graph.input_tensor.shape == (1, 32, 3)
    assert (graph.input_tensor.zero_point, graph.output_tensor.elements) == (-29, 3)
    assert macs(graph) == 28 * 4 * 15 + 56 * 3
    assert len(list(describe(graph))) == 6


def test_the_loaded_network_computes(kit) -> None:
    graph = load(kit.motion_model())
    windows = np.random.default_rng(0).integers(-128, 128, (50, 32, 3), np.int8)
    outputs = reference.run(graph, (windows,))
    np.testing.assert_array_equal(outputs, reference.run(graph, (windows.reshape(50, -1),)))
    assert outputs.shape == (50, 3)
    assert len(np.unique(outputs)) > 20
    assert abs((outputs.astype(int) + 128).sum(axis=1) - 256).max() <= 3
    assert compiler.compile_graph(graph, ["a", "b", "c"]).inputs == 96


def test_float_ends_are_left_out(kit) -> None:
    tensors = [
        *kit.tensors(),
        kit.Tensor("float input", [1, 32, 3], kit.FLOAT32, None),
        kit.Tensor("float output", [1, 3], kit.FLOAT32, None),
    ]
    operators = [
        kit.Operator("QUANTIZE", [18], [0]),
        *kit.operators(),
        kit.Operator("DEQUANTIZE", [16], [19]),
    ]
    graph = load(kit.write(tensors, operators, [18], [19]))
    assert graph.input_tensor.name == "input"
    assert graph.output_tensor.name == "probabilities"


def test_an_unknown_operator_is_named_with_its_layer_and_what_to_use_instead(kit) -> None:
    tensors = kit.tensors()
    tensors[5] = replace(tensors[5], name="model/gate/Elu;model/more")
    operators = [kit.Operator("ELU", [2], [5]), *kit.operators()[2:]]
    with pytest.raises(EngineError, match=r"'model/gate/Elu'.*ELU") as raised:
        load(kit.write(tensors, operators, [0], [16]))
    assert "ReLU" in raised.value.hint


def test_a_float_model_is_reported_to_quantize(kit) -> None:
    tensors = [replace(t, kind=kit.FLOAT32, scale=None) if t.kind == kit.INT8 else t for t in kit.tensors()]
    with pytest.raises(EngineError, match="float32") as raised:
        load(kit.write(tensors, kit.operators(), [0], [16]))
    assert "Quantize" in raised.value.hint


@pytest.mark.parametrize("data", [b"", b"no", b"x" * 1000, bytes(64), b"\x1c\0\0\0TFL3" + bytes(100)])
def test_other_files_are_refused(data) -> None:
    with pytest.raises(EngineError) as raised:
        load(data)
    assert raised.value.hint


def test_every_cut_off_file_is_refused_or_whole(kit) -> None:
    data = kit.motion_model()
    for length in range(0, len(data) - 1, 13):
        _load_or_refuse(data[:length])


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(st.tuples(st.integers(0, 1 << 16), st.integers(0, 255)), min_size=1, max_size=6))
def test_damaged_files_raise_engine_errors_only(kit, changes) -> None:
    data = bytearray(kit.motion_model())
    for at, value in changes:
        data[at % len(data)] = value
    _load_or_refuse(bytes(data))


def test_huge_shapes_are_refused_before_memory_is_asked_for(kit) -> None:
    tensors = kit.tensors()
    tensors[0] = replace(tensors[0], shape=[1, 1 << 30, 1 << 30])
    with pytest.raises(EngineError):
        load(kit.write(tensors, kit.operators(), [0], [16]))


def test_shapes_that_contradict_each_other_are_refused(kit) -> None:
    tensors = kit.tensors()
    tensors[5] = replace(tensors[5], shape=[1, 1, 27, 4])
    with pytest.raises(EngineError, match="sizes"):
        load(kit.write(tensors, kit.operators(), [0], [16]))


@pytest.mark.parametrize(
    ("inputs", "told"), [([0, 2], "1×32×3 and 1×1×32×3"), ([0, 0], "2 inputs"), ([0, 2, 5], "3 inputs")]
)
def test_inputs_that_are_no_window_and_its_features_are_refused(kit, inputs, told) -> None:
    with pytest.raises(EngineError, match=told) as raised:
        load(kit.write(kit.tensors(), kit.operators(), inputs, [16]))
    assert "features" in raised.value.hint


def _load_or_refuse(data: bytes) -> None:
    try:
        graph = load(data)
        compiler.compile_graph(graph, ["?"] * graph.output_tensor.elements)
        reference.run(graph, [np.zeros((1, tensor.elements), np.int8) for tensor in graph.input_tensors])
    except EngineError as error:
        assert error.message.endswith((".", "”"))
        assert error.hint
