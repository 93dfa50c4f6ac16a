"""Takes that are ready to be divided."""

from __future__ import annotations

import numpy as np

from tinylab.boards.catalog import boards
from tinylab.data.recording import Recording
from tinylab.learning.plan import NetworkPlan
from tinylab.workflow.training.dataset import Prepared, prepare
from tinylab.workflow.training.window_plan import WindowPlan

LABELS = ("wave", "shake")


def prepared_takes(people: int, given_test: int = 0) -> Prepared:
    """Two takes of each label by each of so many people; the last ones come as somebody's test."""
    sensor, random = boards()[0].sensor, np.random.default_rng(5)
    takes: list[Recording] = []
    for person in range(people):
        for label in (*LABELS, *LABELS):
            made = Recording.of(
                random.integers(-900, 900, (60, 3)).astype(np.int16), label=label, subject=f"person {person}",
                rate_hz=50.0, g_per_count=sensor.g_per_count[4], range_g=4.0, rate_asked_hz=50.0, source="board",
                split=("test" if person >= people - given_test else "train") if given_test else "",
            )  # fmt: skip
            takes.append(made.with_changes(id=1 + len(takes)))
    return prepare(takes, LABELS, sensor, WindowPlan(1.0, 0.5), NetworkPlan("dense"))
