"""The benchmark of learning on two small made sets: every figure is there, and means what it says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tinylab.bench.learn import set_figures, smoothed_accuracy
from tinylab.data.recording import Recording
from tinylab.learning.plan import NetworkPlan
from tinylab.workers.client import WorkerClient

PLAN = NetworkPlan("dense", width=8, epochs=12, learning_rate=0.01)


def made(people: int, *, tells: bool) -> list[Recording]:
    """Two labels of each of some people, three takes each; where `tells` is false both labels move alike."""
    random, found = np.random.default_rng(3), []
    time = np.arange(150) / 50
    for person in range(people):
        for number, label in enumerate(("slow", "quick")):
            for _ in range(3):
                hz = 1.0 + 3.0 * number * tells
                swing = 800 * np.sin(2 * np.pi * hz * time + random.uniform(0, 6))[:, None] * [1.0, 0.3, 0.1]
                counts = (swing + random.normal(0, 60, (150, 3))).astype(np.int16)
                found.append(
                    Recording.of(
                        counts, label=label, subject=f"p{person}", rate_hz=50.0, g_per_count=0.001, range_g=2.0
                    )
                )
    return found


@pytest.fixture(scope="module")
def clear(worker: WorkerClient) -> dict[str, Any]:
    return set_figures("made", made(3, tells=True), "subject", PLAN, 1, worker)


def test_what_can_be_told_apart_is_told_apart_for_people_never_seen(clear: dict[str, Any]) -> None:
    assert {"name", "protocol", "int8_mean", "int8_worst_fold", "spread", "seconds"} <= set(clear)
    assert clear["int8_mean"] > 0.95
    assert clear["int8_worst_fold"] <= clear["int8_mean"]
    assert clear["protocol"] == "3 folds by subject, 1 seeds"
    assert abs(clear["float32_mean"] - clear["int8_mean"]) < 0.05
    assert clear["untested"] == []


def test_what_cannot_be_told_apart_is_not(worker: WorkerClient) -> None:
    figures = set_figures("made", made(3, tells=False), "subject", PLAN, 1, worker)
    assert 0.25 < figures["int8_mean"] < 0.75
    assert figures["spread"] == 0.0


class Answered:
    """What a folded test keeps, as far as smoothing reads it."""

    def __init__(self, values: list[float], truth: int) -> None:
        self.evidence = self
        self.take_ids = np.zeros(len(values), np.int64)
        self.starts = np.arange(len(values))[::-1]  # not in the order of time
        self.truth = np.full(len(values), truth)
        self.probabilities = {"int8": np.array([[1 - v, v] for v in values], np.float32)}


def test_smoothing_averages_three_decisions_of_a_take_in_the_order_of_time() -> None:
    # In time: 0.9, 0.2, 0.2, 0.9, 0.9 → means of up to three: 0.9, 0.55, 0.43, 0.43, 0.67
    assert smoothed_accuracy(Answered([0.9, 0.9, 0.2, 0.2, 0.9], 1)) == pytest.approx(3 / 5)  # type: ignore[arg-type]
