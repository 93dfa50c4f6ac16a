"""What networks answered together, each asked about those that it had not learned from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinylab.data.run_store import Evidence
from tinylab.evaluation.baseline_rows import BaselineRow
from tinylab.evaluation.fold_figures import FoldFigures
from tinylab.evaluation.intervals import AccuracyInterval
from tinylab.evaluation.metrics import Metrics
from tinylab.text import percent, tr
from tinylab.workers import messages
from tinylab.workflow.training.runs import FLOAT32, INT8


@dataclass(frozen=True, slots=True, eq=False)
class FoldedTest:
    """What all folds together answered; each window was asked of a network that had not learned from its fold."""

    figures: FoldFigures
    labels: tuple[str, ...]
    evidence: Evidence  # of all tested windows; probabilities of labels that a fold had not learned are 0
    metrics: Mapping[str, Metrics]  # float32 and int8
    interval: AccuracyInterval | None  # of the int8 networks
    untested: tuple[str, ...]  # labels
    history: tuple[messages.Epoch, ...]  # the mean over the folds
    baselines: tuple[BaselineRow, ...]  # by the same folds, the simplest first
    cautions: tuple[str, ...]  # why the figure may flatter, in sentences
    seconds: float

    @property
    def accuracies(self) -> tuple[float, ...]:
        """Of each fold's int8 network."""
        return self.figures.accuracies

    @property
    def sentence(self) -> str:
        """The figure, and how far people or folds are apart."""
        return tr(
            "{share} of {windows} windows ({interval}). {how}",
            share=percent(self.metrics[INT8].accuracy),
            windows=self.metrics[INT8].windows,
            interval=self.interval or "–",
            how=self.figures.sentence,
        )

    def to_json(self) -> dict[str, Any]:
        """What `--json` prints."""
        interval = self.interval
        return {
            **self.figures.to_json(),
            "windows": self.metrics[INT8].windows,
            "accuracy": {
                "majority": self.metrics[INT8].majority,
                "float32": self.metrics[FLOAT32].accuracy,
                "int8": self.metrics[INT8].accuracy,
            },
            "macro_f1": {name: metrics.macro_f1 for name, metrics in self.metrics.items()},
            "accuracy_low": interval and interval.low,
            "accuracy_high": interval and interval.high,
            "confusion": {
                "labels": list(self.labels),
                **{name: [list(row) for row in metrics.confusion] for name, metrics in self.metrics.items()},
            },
            "baselines": [row.to_json() for row in self.baselines],
            "cautions": list(self.cautions),
            "untested": list(self.untested),
            "seconds": round(self.seconds, 2),
        }


def mean_history(histories: Sequence[Sequence[messages.Epoch]]) -> tuple[messages.Epoch, ...]:
    """Loss and accuracy of each epoch, the mean over the folds."""
    found = []
    for epochs in zip(*histories, strict=False):
        figures = np.array(
            [(each.loss, each.accuracy, each.validation_loss, each.validation_accuracy) for each in epochs]
        )
        loss, accuracy, validation_loss, validation_accuracy = map(float, figures.mean(axis=0))
        found.append(messages.Epoch(epochs[0].number, loss, accuracy, validation_loss, validation_accuracy))
    return tuple(found)
