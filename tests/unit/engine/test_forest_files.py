"""A forest in a file: what was written is read, what is computed can be followed by hand, damage is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from fakes.forests import forest_of, random_forest, two_trees

from tinylab.engine.build_models.to_tflite import to_tflite
from tinylab.engine.compiler import compile_graph
from tinylab.engine.contract import reference
from tinylab.engine.forest import NO_QUESTION, Forest
from tinylab.engine.graph import Graph
from tinylab.engine.graph_text import describe
from tinylab.engine.read.tflite_file import load
from tinylab.errors import EngineError

COLUMNS = ("features", "thresholds", "others", "roots", "votes")


def operator_of(graph: Graph) -> Forest:
    (operator,) = graph.operators
    assert isinstance(operator, Forest)
    return operator


def changed(graph: Graph, **columns: Any) -> bytes:
    """The file, with other numbers in some of its constants."""
    return to_tflite(replace(graph, operators=(replace(operator_of(graph), **columns),)))


def outputs(graph: Graph, *windows: tuple[int, int]) -> list[list[int]]:
    return reference.run(graph, (np.array(windows, np.int8),)).tolist()


@pytest.mark.parametrize("seed", range(8))
def test_what_was_written_is_read(seed: int) -> None:
    graph = random_forest(seed)
    again = load(to_tflite(graph))
    for name in COLUMNS:
        np.testing.assert_array_equal(getattr(operator_of(again), name), getattr(operator_of(graph), name))
    assert again.quantizations == graph.quantizations
    assert again.output_tensor.shape == graph.output_tensor.shape


def test_the_votes_can_be_followed_by_hand() -> None:
    """The second tree always votes 32 : 96. A share of 1/256 is a step from −128 on."""
    graph = two_trees()
    assert outputs(graph, (0, 10)) == [[160 - 128, 96 - 128]]  # up to the threshold: 128 : 0
    assert outputs(graph, (-5, 11)) == [[64 - 128, 192 - 128]]  # 32 : 96
    assert outputs(graph, (-4, 11)) == [[96 - 128, 160 - 128]]  # 64 : 64


def test_what_is_certain_stops_at_the_largest_step() -> None:
    graph = forest_of([[-1, 0, 0]], [0], np.array([[0, 128, 0]]), 2)
    assert outputs(graph, (0, 0)) == [[-128, 127, -128]]


def test_the_largest_output_is_what_the_votes_say_even_where_rounding_makes_them_equal() -> None:
    """Seven trees: 449 of 896 votes against 447 are both half of 256 steps, or nearly."""
    rows = np.array([[63, 65], [64, 64]])
    graph = forest_of([[-1, 0, 0], *[[-1, 0, 1]] * 6], list(range(7)), rows, 2)
    assert outputs(graph, (0, 0)) == [[127 - 128, 0]]
    equal = forest_of([[-1, 0, 1]], [0], rows, 2)
    assert outputs(equal, (0, 0)) == [[0, -1]]  # of equal ones the first, as numpy's argmax and scikit-learn have it


def test_it_is_described_and_its_constants_are_in_flash() -> None:
    graph = two_trees()
    assert list(describe(graph)) == ["Forest: 2 -> 2, 2 trees, 6 nodes  forest"]
    model = compile_graph(graph, ["a", "b"], 4)
    assert model.constants_bytes == 6 * 4 + 2 * 2 + 3 * 2
    assert model.streaming is None
    assert model.arena_bytes == 8  # the sums


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"features": np.array([2, -1, 0, -1, -1, -1], np.int16)}, "asks about a value that is not there"),
        ({"features": np.array([1, -2, 0, -1, -1, -1], np.int16)}, "asks about a value that is not there"),
        ({"others": np.array([0, 0, 4, 1, 2, 1], np.int16)}, "does not lead on within its tree"),  # a circle
        ({"others": np.array([1, 0, 4, 1, 2, 1], np.int16)}, "does not lead on within its tree"),
        ({"others": np.array([5, 0, 4, 1, 2, 1], np.int16)}, "does not lead on within its tree"),  # the other tree's
        ({"others": np.array([2, 0, 900, 1, 2, 1], np.int16)}, "does not lead on within its tree"),
        ({"features": np.array([1, -1, 0, -1, -1, 0], np.int16)}, "does not lead on within its tree"),  # no end
        ({"others": np.array([2, 3, 4, 1, 2, 1], np.int16)}, "has a leaf without votes"),
        ({"others": np.array([2, -1, 4, 1, 2, 1], np.int16)}, "has a leaf without votes"),
        ({"roots": np.array([1, 5], np.int16)}, "do not stand one after the other"),
        ({"roots": np.array([0, 0], np.int16)}, "do not stand one after the other"),
        ({"roots": np.array([0, 6], np.int16)}, "do not stand one after the other"),
        ({"votes": np.array([[128, 1], [32, 96], [64, 64]], np.uint8)}, "votes do not add up"),
        ({"votes": np.array([[0, 0], [32, 96], [64, 64]], np.uint8)}, "votes do not add up"),
        ({"votes": np.array([[128, 0, 0], [32, 96, 0], [64, 64, 0]], np.uint8)}, "sizes that do not fit together"),
        ({"thresholds": np.zeros(5, np.int8)}, "sizes that do not fit together"),
        ({"thresholds": np.zeros(6, np.int16)}, "sizes that do not fit together"),
    ],
)  # fmt: skip
def test_what_no_walk_should_meet_is_refused_in_words(columns: dict[str, Any], said: str) -> None:
    assert load(to_tflite(two_trees()))
    with pytest.raises(EngineError, match=said) as refused:
        load(changed(two_trees(), **columns))
    assert refused.value.hint


def test_numbers_changed_at_random_end_in_a_forest_that_computes_or_a_sentence() -> None:
    random, loaded = np.random.default_rng(11), 0
    for number in range(200):
        graph = random_forest(number % 40)
        name = COLUMNS[number % len(COLUMNS)]
        values = getattr(operator_of(graph), name).copy()
        limits = np.iinfo(values.dtype)
        places = random.integers(0, values.size, 1 + number % 3)
        near = values.flat[places] + random.integers(-3, 4, len(places))
        values.flat[places] = np.clip(near, limits.min, limits.max) if number % 2 else random.integers(
            limits.min, limits.max, len(places), values.dtype, endpoint=True
        )  # fmt: skip
        try:
            read = load(changed(graph, **{name: values}))
        except EngineError as error:
            assert error.message.endswith(".") and error.hint, error.message
            continue
        loaded += 1
        windows = random.integers(-128, 128, (20, read.input_tensor.elements), np.int8)
        answers = reference.run(read, (windows,))
        assert (answers.max(axis=1)[:, None] == answers).sum() == len(
            windows
        )  # one largest each, and it came to an end
        operator = operator_of(read)
        assert (operator.features >= NO_QUESTION).all()
    assert 20 < loaded < 150  # some changes are as good as what was there


def test_a_custom_operator_of_others_is_refused_by_its_name() -> None:
    data = to_tflite(two_trees()).replace(b"TinyLabForest", b"SomebodysWood")
    with pytest.raises(EngineError, match="SomebodysWood"):
        load(data)


def test_a_forest_without_all_of_its_constants_is_refused(kit: Any) -> None:
    tensors = [kit.Tensor("features", [1, 2]), kit.Tensor("classes", [1, 2], scale=1 / 256, zero=-128)]
    with pytest.raises(EngineError, match="lacks an input"):
        load(kit.write(tensors, [kit.Operator("TinyLabForest", [0], [1])], [0], [1]))
