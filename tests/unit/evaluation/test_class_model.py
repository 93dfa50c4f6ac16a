"""Leaving a take out of the model is the same as learning without it."""

from __future__ import annotations

import numpy as np
import pytest
from made_takes import project
from sklearn.covariance import ledoit_wolf_shrinkage

from tinylab.evaluation.take_checks.class_model import ClassModel, ledoit_wolf


def test_a_take_that_is_left_out_has_taught_nothing() -> None:
    parts = project()
    model = ClassModel(parts)
    spread = model.without(3)
    windows = {label: [] for label in model.labels}
    for part in parts:
        if part.take_id != 3:
            windows[part.label].append(model.scaled(part.content.numbers))
    for mean, label in zip(spread.means, model.labels, strict=True):
        assert mean == pytest.approx(np.concatenate(windows[label]).mean(axis=0), abs=1e-9)
    assert not np.allclose(spread.means, model.whole.means)


def test_a_label_of_one_take_lies_nowhere_without_it() -> None:
    parts = project(("shake", "wave"), each=4)
    lonely = parts[:4] + parts[4:5]
    spread = ClassModel(lonely).without(5)
    assert np.isnan(spread.means[1]).all() and np.isnan(spread.distances(spread.means[0])[1])
    assert spread.logarithms(np.zeros((2, spread.means.shape[1]))).tolist() == [0.0, -np.inf]


def test_logarithms_are_of_probabilities() -> None:
    model = ClassModel(project())
    one = model.whole.logarithms(model.scaled(project()[0].content.numbers[:1]))
    assert np.exp(one).sum() == pytest.approx(1.0, abs=1e-3)
    assert model.labels[int(one.argmax())] == "shake"


def test_the_shrinkage_is_ledoit_and_wolfs() -> None:
    random = np.random.default_rng(1)
    points = random.normal(0, 1, (40, 12)) @ random.normal(0, 1, (12, 12))
    points -= points.mean(axis=0)
    assert ledoit_wolf(points) == pytest.approx(ledoit_wolf_shrinkage(points, assume_centered=True))
    assert ledoit_wolf(np.zeros((5, 3))) == 1.0
