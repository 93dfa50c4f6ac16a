"""Models that are no networks: the int8 network answers as scikit-learn does, whom it is given, and LiteRT agrees."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tinylab.dsp.recipe import InputRecipe
from tinylab.engine.build_models.to_tflite import to_tflite
from tinylab.engine.contract import reference
from tinylab.engine.forest import NO_QUESTION, WHOLE_VOTE, Forest
from tinylab.engine.graph import FullyConnected, Graph
from tinylab.engine.read.tflite_file import load
from tinylab.errors import TrainingError
from tinylab.evaluation.baseline import CLIP, Scale, Task, names_of
from tinylab.evaluation.baseline_rows import baselines
from tinylab.learning.compress import litert
from tinylab.learning.menu import baseline_of, families, family_module, family_of, is_simple, stride_of
from tinylab.learning.plan import NetworkPlan
from tinylab.learning.simple import votes
from tinylab.learning.simple.linear import softmax, softness
from tinylab.learning.simple.model import seen
from tinylab.learning.simple.votes import whole_votes

SIMPLE = ("rule", "tree", "forest", "logistic", "centroid")
TREES = SIMPLE[:3]
LABELS = ("walking", "running", "resting")
Numbers = np.ndarray[Any, np.dtype[np.float64]]


def made(seed: int, labels: int = 3, each: int = 60) -> tuple[Numbers, np.ndarray]:
    """Integers of all features, whose spreads differ by thousands; classes overlap, and some features never change."""
    random = np.random.default_rng(seed)
    classes = np.repeat(np.arange(labels), each)
    spread = 10.0 ** random.uniform(-1, 3, len(names_of()))
    middle = random.normal(0, 1, (labels, len(spread)))
    numbers = np.rint((middle[classes] + random.normal(0, 2.5, (len(classes), len(spread)))) * spread + 50)
    numbers[:, 7] = 12
    return numbers, classes.astype(np.int64)


def recipe_of(numbers: Numbers) -> InputRecipe:
    """The board's scaling of these numbers."""
    scale = Scale.of(numbers)
    offsets, gains = tuple(map(int, scale.mean)), tuple(map(float, 1 / scale.deviation))
    return InputRecipe("features", 50, 4, 1 / 1024, 100, 25, offsets, gains, CLIP, ("statistics", "spectrum"))


def task_of(labels: int = 3) -> Task:
    return Task(LABELS[:labels], names_of(), 1 / 1024, 50, 100)


def learned(family: str, seed: int = 1, labels: int = 3) -> tuple[Any, Graph, InputRecipe]:
    """The model, its int8 network as it is read from its file, and the recipe."""
    numbers, classes = made(seed, labels)
    model, recipe = family_module(family).learn(numbers, classes, task_of(labels)), recipe_of(numbers)
    return model, load(to_tflite(model.graph(recipe))), recipe


def steps_of(recipe: InputRecipe, numbers: Numbers, graph: Graph) -> np.ndarray:
    """What the board makes of integer features."""
    scales = recipe.scales(graph.input_tensor.scale)
    return np.stack([scale.apply(numbers[:, i], 0) for i, scale in enumerate(scales)], axis=1)


def test_the_families_that_are_no_networks_are_baselines_that_a_board_can_hold() -> None:
    assert {name for name in families() if is_simple(name)} == set(SIMPLE)
    assert {baseline_of(name) for name in SIMPLE} <= set(baselines())
    assert [family_of(baseline_of(name)) for name in SIMPLE] == list(SIMPLE)
    assert (baseline_of("hybrid"), family_of(""), family_of("random_forest")) == ("", "", "")
    assert stride_of(NetworkPlan("tree"), 13, 100) == 13


@pytest.mark.parametrize("family", TREES)
@pytest.mark.parametrize("labels", [2, 3])
def test_trees_answer_as_scikit_learn_does_whatever_they_are_given(family: str, labels: int) -> None:
    """Any int8 inputs at all: those of its own windows, and 2,000 that no movement gives. Not one may differ."""
    model, graph, recipe = learned(family, labels, labels)
    random = np.random.default_rng(2)
    anything = random.integers(-128, 128, (2000, len(names_of()))).astype(np.int8)
    steps = np.concatenate([steps_of(recipe, made(labels, labels)[0], graph), anything])
    outputs = reference.run(graph, (steps,))
    expected = model.probabilities(seen(recipe, steps, graph.quantizations[0]))
    assert outputs.argmax(axis=1).tolist() == expected.argmax(axis=1).tolist()
    assert np.abs((outputs.astype(np.float64) + 128) / 256 - expected).max() <= 1.5 / 256  # half a step, and the tie
    assert len(np.unique(outputs.argmax(axis=1))) == labels


@pytest.mark.parametrize("labels", [2, 3])
@pytest.mark.parametrize("family", SIMPLE)
def test_the_model_is_the_baseline_that_stands_beside_a_network(family: str, labels: int) -> None:
    numbers, classes = made(4, labels)
    numbers[:, 20:] = 5
    asked = numbers + np.random.default_rng(1).normal(0, 30, numbers.shape).round()
    model = family_module(family).learn(numbers, classes, task_of(labels))
    fitted = baselines()[baseline_of(family)].fit(numbers, classes, task_of(labels))
    same = (model.probabilities(asked).argmax(axis=1) == fitted.predict(asked)).mean()
    assert same == 1.0 or (family == "forest" and same > 0.98)  # its leaves are rounded to whole votes
    assert model.words == fitted.words
    assert model.parameters > 2


@pytest.mark.parametrize("family", ["logistic", "centroid"])
@pytest.mark.parametrize("labels", [2, 3])
def test_weighted_sums_run_in_litert_and_answer_as_in_floats(family: str, labels: int) -> None:
    model, graph, recipe = learned(family, 3, labels)
    numbers, _ = made(6, labels)
    steps = steps_of(recipe, numbers, graph)
    outputs = reference.run(graph, (steps,))
    np.testing.assert_array_equal(litert.run(to_tflite(graph), (steps,)), outputs)
    expected = model.probabilities(seen(recipe, steps, graph.quantizations[0]))
    assert (outputs.argmax(axis=1) == expected.argmax(axis=1)).mean() > 0.97
    assert np.abs((outputs.astype(np.float64) + 128) / 256 - expected).mean() < 0.006
    assert isinstance(graph.operators[0], FullyConnected)


@pytest.mark.parametrize("family", SIMPLE)
def test_a_label_that_was_not_there_is_never_answered(family: str) -> None:
    """As for the model that validation checks: a label may have been recorded by those who are held back alone."""
    numbers, classes = made(7)
    there = classes != 1
    model = family_module(family).learn(numbers[there], classes[there], task_of())
    answers = model.probabilities(numbers)
    assert answers.shape == (len(numbers), 3)
    assert answers[:, 1].max() < 1e-6
    np.testing.assert_allclose(answers.sum(axis=1), 1, atol=1e-5)


def test_questions_that_int8_values_all_answer_alike_are_left_out() -> None:
    """A value beyond the clip is the largest step: a threshold beyond it never parts anything on the board."""
    numbers, classes = np.zeros((120, len(names_of()))), np.repeat(np.arange(3), [100, 10, 10])
    numbers[:, 0] = np.where(classes == 1, 1000, np.where(classes == 2, 3000, 0))
    model, recipe = family_module("tree").learn(numbers, classes, task_of()), recipe_of(numbers)
    assert np.count_nonzero(model.trees[0].tree_.feature >= 0) == 2
    narrow = InputRecipe(**{**recipe.to_json(), "clip": 0.5, "features": recipe.features})  # 1,000 is beyond it
    (forest,) = model.graph(narrow).operators
    assert isinstance(forest, Forest)
    assert (forest.features != NO_QUESTION).sum() == 1
    assert forest.votes.tolist() == [[128, 0, 0], [0, 128, 0]]  # what lies between the two stays the answer beyond


def test_more_nodes_than_a_board_can_number_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(votes, "_MOST_NODES", 20)
    with pytest.raises(TrainingError, match=r"have \d+ nodes; the board takes up to 20"):
        learned("forest")


def test_votes_are_whole_add_up_and_keep_what_was_largest() -> None:
    random = np.random.default_rng(9)
    counts = random.integers(0, 300, (500, 4)).astype(np.float64)
    counts[0] = [131, 133, 0, 0]  # a hair apart: rounding alone would make them equal
    shares = counts / counts.sum(axis=1, keepdims=True)
    rounded = whole_votes(shares)
    assert (rounded.sum(axis=1) == WHOLE_VOTE).all()
    assert (rounded >= 0).all()
    assert (rounded.argmax(axis=1) == shares.argmax(axis=1)).all()
    assert np.abs(rounded - shares * WHOLE_VOTE).max() < 2
    assert whole_votes(np.array([[1.0, 0.0]])).tolist() == [[128, 0]]


def test_how_sure_sums_are_is_measured_and_does_not_change_what_is_largest() -> None:
    random = np.random.default_rng(3)
    classes = random.integers(0, 3, 4000)
    sums = random.normal(0, 1, (4000, 3)) + np.eye(3)[classes] * 1.5
    soft = softness(sums * 40, classes)
    assert soft in {16.0, 32.0, 64.0}
    sure = softmax(sums * 40 / soft)
    assert sure.max(axis=1).mean() == pytest.approx((sums.argmax(axis=1) == classes).mean(), abs=0.1)
    assert (sure.argmax(axis=1) == sums.argmax(axis=1)).all()
