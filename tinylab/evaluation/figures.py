"""The figures of a run, one shape for the command line's JSON, the report and the benchmarks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tinylab.evaluation.baseline_rows import BaselineRow
from tinylab.evaluation.fold_figures import FoldFigures
from tinylab.evaluation.intervals import AccuracyInterval, too_few_text
from tinylab.evaluation.metrics import Metrics


@dataclass(frozen=True, slots=True)
class RunFigures:
    """What a run came to. Accuracy is on windows that the network never learned from."""

    run: int  # its number in the project
    family: str
    split: str  # how who learns and who stays unseen was decided
    sentence: str
    labels: tuple[str, ...]
    window_s: float
    rate_hz: int
    frame: str
    epochs: int
    best_epoch: int
    parameters: int
    tflite_bytes: int
    test_subjects: int
    float32: Metrics
    int8: Metrics
    litert_identical: int
    seconds: dict[str, float]
    test_takes: int = 0  # 0 where an older TinyLab did not note it
    intervals: Mapping[str, AccuracyInterval] = field(default_factory=dict)  # none of a run without evidence
    skipped: tuple[str, ...] = ()  # takes that were too short, in words
    notes: tuple[str, ...] = ()  # what was done to the takes before, in sentences
    cautions: tuple[str, ...] = ()  # why the figure may flatter, in sentences
    baselines: tuple[BaselineRow, ...] = ()  # on the same split, the simplest first
    untested: tuple[str, ...] = ()  # labels that were learned and not tested
    validation: Metrics | None = None  # on those who were held back from learning while it was chosen
    as_scikit_learn: int | None = None  # of what is no network: windows answered as scikit-learn does, not LiteRT
    name: str = ""  # given by the user
    opened: int = 0  # the how manieth look at these tested takes, over all runs; 0: closed, or by folds
    folds: FoldFigures | None = None  # where networks like it were judged by leaving people or recordings out
    since: tuple[str, ...] = field(default=())  # what has changed in the project since, in sentences

    def to_json(self) -> dict[str, Any]:
        """What `--json` prints. Its keys are relied on: add to them, rename none."""
        return {
            "run": self.run,
            "family": self.family,
            "split": self.split,
            "sentence": self.sentence,
            "labels": list(self.labels),
            "window_s": self.window_s,
            "rate_hz": self.rate_hz,
            "frame": self.frame,
            "epochs": self.epochs,
            "best_epoch": self.best_epoch,
            "parameters": self.parameters,
            "tflite_bytes": self.tflite_bytes,
            "test": {"windows": self.int8.windows, "subjects": self.test_subjects},
            "accuracy": {
                "majority": self.int8.majority,
                "float32": self.float32.accuracy,
                "int8": self.int8.accuracy,
            },
            **self._certainty_json(),
            "macro_f1": {"float32": self.float32.macro_f1, "int8": self.int8.macro_f1},
            "confusion": {
                "labels": list(self.labels),
                "float32": [list(row) for row in self.float32.confusion],
                "int8": [list(row) for row in self.int8.confusion],
            },
            "classes": {
                "float32": self.float32.to_json()["classes"],
                "int8": self.int8.to_json()["classes"],
            },
            **self._compared_json(),
            "seconds": self.seconds,
            **self._said_json(),
        }

    def _compared_json(self) -> dict[str, Any]:
        """What the int8 outputs were compared with: LiteRT, bit for bit, or the class that scikit-learn answers."""
        asked = self.int8.windows if self.as_scikit_learn is None else 0
        same = self.as_scikit_learn
        return {
            "litert": {"windows": asked, "identical": self.litert_identical},
            "scikit_learn": None if same is None else {"windows": self.int8.windows, "same_class": same},
        }

    def _said_json(self) -> dict[str, Any]:
        """What must be known beside the figures."""
        held_back = self.validation
        return {
            "validation": held_back and {"accuracy": held_back.accuracy, "windows": held_back.windows},
            "skipped": list(self.skipped),
            "notes": list(self.notes),
            "cautions": list(self.cautions),
            "baselines": [row.to_json() for row in self.baselines],
            "untested": list(self.untested),
            "name": self.name,
            "opened": self.opened,
            "folds": self.folds and self.folds.to_json(),
            "since": list(self.since),
        }

    def _certainty_json(self) -> dict[str, Any]:
        """How sure the accuracies are."""
        return {
            "accuracy_low": {name: interval.low for name, interval in self.intervals.items()},
            "accuracy_high": {name: interval.high for name, interval in self.intervals.items()},
            "interval": next((interval.counted for interval in self.intervals.values()), ""),
            "test_takes": self.test_takes,
            "too_few": bool(too_few_text(self.test_takes)),
        }
