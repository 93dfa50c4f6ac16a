"""Figures of a network, compared with what a pencil gives."""

from __future__ import annotations

import json

import numpy as np
import pytest

from tinylab.evaluation.metrics import Metrics, measure

TRUTH = np.array([0, 0, 0, 0, 1, 1, 1, 2], np.int64)
ANSWERS = np.array([0, 0, 1, 2, 1, 1, 0, 0], np.int64)


def test_figures_by_hand() -> None:
    found = measure(TRUTH, ANSWERS, ["a", "b", "c"], majority_class=0)
    assert found.windows == 8
    assert found.accuracy == 0.5
    assert found.majority == 0.5
    assert found.confusion == ((2, 1, 1), (1, 2, 0), (1, 0, 0))
    first, second, third = found.classes
    assert (first.precision, first.recall, first.support) == (0.5, 0.5, 4)
    assert (second.precision, second.recall, second.f1) == pytest.approx((2 / 3, 2 / 3, 2 / 3))
    assert (third.precision, third.recall, third.f1, third.support) == (0.0, 0.0, 0.0, 1)
    assert found.macro_f1 == pytest.approx((0.5 + 2 / 3 + 0) / 3)


def test_rows_are_the_truth_and_columns_the_answers() -> None:
    found = measure(np.array([0, 0, 1]), np.array([1, 0, 1]), ["a", "b"], majority_class=0)
    assert found.confusion == ((1, 1), (0, 1))


def test_a_class_that_neither_occurs_nor_is_answered_does_not_count() -> None:
    found = measure(np.array([0, 1]), np.array([0, 1]), ["a", "b", "never"], majority_class=2)
    assert (found.accuracy, found.macro_f1, found.majority) == (1.0, 1.0, 0.0)
    assert found.classes[2].support == 0


def test_figures_survive_the_project_file() -> None:
    found = measure(TRUTH, ANSWERS, ["a\n", "🦾", "%"], majority_class=1)
    assert Metrics.from_json(json.loads(json.dumps(found.to_json()))) == found
