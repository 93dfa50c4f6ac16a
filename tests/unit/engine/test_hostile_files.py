"""Files made to harm: an error with a sentence, in seconds and little memory, whatever is in them."""

from __future__ import annotations

import time
import tracemalloc

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tinylab.engine import compiler
from tinylab.engine.read.tflite_file import load
from tinylab.errors import EngineError


def compile_or_refuse(data: bytes) -> None:
    try:
        graph = load(data)
        compiler.compile_graph(graph, ["?"] * graph.output_tensor.elements, 4)
    except EngineError as error:
        assert error.message.endswith((".", "”"))
        assert error.hint


def many_layers(kit, count: int) -> bytes:
    tensors = [kit.Tensor(f"t{i}", [1, 8]) for i in range(count + 1)]
    return kit.write(tensors, [kit.Operator("RELU", [i], [i + 1]) for i in range(count)], [0], [count])


def test_hundreds_of_layers_compile_in_seconds_and_thousands_are_refused(kit) -> None:
    start = time.monotonic()
    compile_or_refuse(many_layers(kit, 480))
    assert time.monotonic() - start < 30
    with pytest.raises(EngineError, match="up to 500"):
        load(many_layers(kit, 5000))


def test_huge_tensors_are_refused_in_little_memory(kit) -> None:
    tensors = [kit.Tensor("input", [1, 4000, 4000]), kit.Tensor("output", [1, 4000, 4000])]
    data = kit.write(tensors, [kit.Operator("TANH", [0], [1])], [0], [1])
    tracemalloc.start()
    try:
        with pytest.raises(EngineError, match="more values than any board"):
            load(data)
        assert tracemalloc.get_traced_memory()[1] < 1 << 24
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("pads", [[-1, 0], [1 << 30, 0], [0, -5]])
def test_impossible_padding_is_refused(pads, kit) -> None:
    table = kit.Tensor("pads", [2, 2], kit.INT32, None, data=np.array([[0, 0], pads], np.int32))
    tensors = [kit.Tensor("input", [1, 8]), table, kit.Tensor("output", [1, 8])]
    with pytest.raises(EngineError, match="sizes"):
        load(kit.write(tensors, [kit.Operator("PAD", [0, 1], [2])], [0], [2]))


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    words=st.lists(
        st.tuples(
            st.integers(0, 1 << 16), st.sampled_from([0, 1, 0x7FFFFFFF, 0xFFFFFFFF, 0x80000000, 1 << 20, 1 << 24])
        ),
        min_size=1,
        max_size=4,
    )
)
def test_words_replaced_by_extreme_numbers_raise_engine_errors_only(kit, words) -> None:
    data = bytearray(kit.motion_model())
    for position, value in words:
        at = position % (len(data) // 4) * 4
        data[at : at + 4] = value.to_bytes(4, "little")
    compile_or_refuse(bytes(data))
