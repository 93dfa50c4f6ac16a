"""Networks with two inputs: reference, C on this computer, C on the emulated board and LiteRT give the same bits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter
from network_blocks import describe
from network_builder import Seeded, inputs_of
from random_networks import random_hybrid
from test_streaming import compiled, signal_and_windows
from trials import FULL

from tinylab.deploy.measure import Probe
from tinylab.engine.build_models.motion_models import hybrid, motion_cnn
from tinylab.engine.build_models.to_tflite import to_tflite
from tinylab.engine.contract import reference
from tinylab.engine.graph import Conv2D, Graph, PooledConv2D, Tensor
from tinylab.engine.lower.streaming import stream
from tinylab.engine.passes.pipeline import optimize, passes
from tinylab.engine.read.tflite_file import load
from tinylab.errors import EngineError
from tinylab.learning.compress import litert

COMPILED = 24 if FULL else 4  # the suite has the whole image too: tests/firmware/core/test_inputs_on_board.py
NETWORKS = [random_hybrid(Seeded(seed)) for seed in range(500, 524)]


def assert_equal(run: Callable, number: int) -> None:
    network = NETWORKS[number]
    inputs = inputs_of(network, 6)
    assert np.array_equal(run(number, *inputs), reference.run(network, inputs)), describe(network)


def test_no_pass_changes_a_bit() -> None:
    moved = 0
    for network in NETWORKS:
        inputs = inputs_of(network, 6)
        expected = reference.run(network, inputs)
        for title, after in passes(network):
            np.testing.assert_array_equal(reference.run(after, inputs), expected, f"{title}\n{describe(network)}")
        moved += network.operators[0].inputs[0] != network.input
    assert moved > 3, "some have the layers of their features in front"


@pytest.mark.parametrize("clang", [False, True] if FULL else [False])
def test_the_c_equals_the_reference_on_the_host(clang: bool, compile_for_host) -> None:
    run = compile_for_host(NETWORKS[:COMPILED], clang)
    for number in range(COMPILED):
        assert_equal(run, number)


def test_the_c_equals_the_reference_on_the_board(compile_for_board) -> None:
    run = compile_for_board(NETWORKS[:COMPILED], flags=["-O2"])
    assert COMPILED > 0
    for number in range(COMPILED):
        assert_equal(run, number)


def test_litert_gives_the_same_however_the_file_lists_the_inputs() -> None:
    network = hybrid(24, 4, 11, 4, 3, hidden=5)
    inputs = inputs_of(network, 40)
    expected = reference.run(network, inputs)
    files = [to_tflite(network), to_tflite(replace(network, inputs=network.inputs[::-1]))]
    orders = [[len(d["shape"]) for d in Interpreter(model_content=file).get_input_details()] for file in files]
    assert orders == [[4, 2], [2, 4]]
    for file in files:
        read = load(file)
        assert [tensor.shape for tensor in read.input_tensors] == [(1, 24, 1, 4), (1, 11)]
        np.testing.assert_array_equal(reference.run(read, inputs), expected)
        np.testing.assert_array_equal(litert.run(file, inputs), expected)
    assert len(np.unique(expected)) > 20


def features_first(graph: Graph) -> Graph:
    """The same network; what follows from the second input alone stands in front."""
    known = {graph.inputs[1]}
    for op in graph.operators:
        known |= {op.output} if known.issuperset(op.inputs) else set()
    return replace(graph, operators=tuple(sorted(graph.operators, key=lambda op: op.output not in known)))


def test_layers_of_the_features_in_front_hinder_neither_fusing_nor_streaming() -> None:
    usual = hybrid(48, 4, 9, 4, 3, hidden=5, seed=8)
    graph = features_first(usual)
    assert graph.operators[0].inputs == (graph.inputs[1],)
    kinds = [type(op) for op in optimize(graph).operators]
    assert kinds[:3] == [PooledConv2D, PooledConv2D, Conv2D]
    assert sorted(map(str, kinds)) == sorted(str(type(op)) for op in optimize(usual).operators)
    streaming = stream(optimize(graph), 8)
    assert streaming is not None
    assert streaming.layers == 3


@pytest.mark.skipif(not FULL, reason="tests/unit/deploy/test_hybrid_cost.py streams with features made on the board")
def test_streaming_takes_new_samples_and_the_features_of_the_window(tmp_path: Path) -> None:
    graph = features_first(hybrid(48, 4, 9, 4, 3, hidden=5, seed=8))
    model = compiled(graph, 8)
    assert model.streaming is not None
    calls = model.streaming.calls + 9
    samples, windows = signal_and_windows(graph, 8, calls)
    features = np.random.default_rng(4).integers(-128, 128, (calls, 9), np.int8)
    pushing = Probe(model.files, "tl_model_push", model.outputs, tmp_path)
    runs = [pushing.run(*given) for given in zip(samples, features, strict=True)]
    first = model.streaming.calls - 1
    assert [run.result & 0xFF for run in runs] == [0] * first + [1] * (calls - first)
    expected = reference.run(graph, (windows, features))
    np.testing.assert_array_equal([run.output for run in runs[first:]], expected[first:])
    assert len(np.unique(expected)) > 8


def test_an_input_that_no_layer_reads_is_refused() -> None:
    alone = motion_cnn(24, 4, 4, 3)
    tensors = (*alone.tensors, Tensor("features", (1, 5), 0.1, 0))
    unread = replace(alone, tensors=tensors, inputs=(0, len(alone.tensors)))
    with pytest.raises(EngineError, match="No layer reads the input 'features'"):
        load(to_tflite(unread))


def test_inputs_that_do_not_fit_are_refused() -> None:
    network = hybrid(24, 4, 11, 4, 3)
    window, features = inputs_of(network, 2)
    for inputs in ((window,), (features, window), (window, features[:1]), (window, features.astype(np.int16))):
        with pytest.raises(EngineError) as raised:
            reference.run(network, inputs)
        assert raised.value.hint
    assert len(optimize(network).inputs) == 2
