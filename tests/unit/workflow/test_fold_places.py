"""A fold whose network has not learned every label still answers in the project's numbers."""

from __future__ import annotations

import numpy as np

from tinylab.boards.catalog import boards
from tinylab.data.recording import Recording
from tinylab.evaluation.folds import make_folds
from tinylab.learning.plan import NetworkPlan
from tinylab.workers.client import WorkerClient
from tinylab.workflow.training.dataset import prepare
from tinylab.workflow.training.folding import ask_by_folds
from tinylab.workflow.training.window_plan import WindowPlan

LABELS = ("alone", "slow", "quick")  # the first of them is one person's


def test_what_a_fold_has_not_learned_moves_no_other_label() -> None:
    sensor, random, time = boards()[0].sensor, np.random.default_rng(5), np.arange(100) / 50
    takes: list[Recording] = []
    for person in range(3):
        for number, label in enumerate(LABELS):
            for _ in range(2 if number or person == 0 else 0):
                swing = 300 * (1 + 2 * number) * np.sin(2 * np.pi * (1 + 3 * number) * time + random.uniform(0, 6))
                counts = (swing[:, None] * [1.0, 0.5, 0.2]).astype(np.int16)
                made = Recording.of(
                    counts, label=label, subject=f"person {person}", rate_hz=50.0,
                    g_per_count=sensor.g_per_count[4], range_g=4.0, rate_asked_hz=50.0, source="board",
                )  # fmt: skip
                takes.append(made.with_changes(id=1 + len(takes)))
    plan = NetworkPlan("centroid")
    prepared = prepare(takes, LABELS, sensor, WindowPlan(1.0, 0.5), plan)
    folds = make_folds(prepared.items, "subject")
    found = ask_by_folds(prepared, WorkerClient(), plan, folds, lambda *_: None, baselines=False)
    assert found.labels == LABELS and found.untested == ("alone",)
    assert set(found.evidence.truth.tolist()) == {1, 2}
    assert found.metrics["int8"].accuracy == found.metrics["float32"].accuracy == 1.0
