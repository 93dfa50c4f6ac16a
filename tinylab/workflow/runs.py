"""A trained network with all that is known of it, and its way into the project file and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np

from tinylab.data.project import Run
from tinylab.data.recording import Recording
from tinylab.dsp.recipe import InputRecipe
from tinylab.evaluation.metrics import Metrics
from tinylab.learning.plan import NetworkPlan
from tinylab.workers import messages
from tinylab.workflow.dataset import Side, WindowPlan, remake_side


@dataclass(frozen=True, slots=True)
class TrainSettings:
    """Everything the page Train lets one choose."""

    network: NetworkPlan = field(default_factory=NetworkPlan)
    windows: WindowPlan = field(default_factory=WindowPlan)

    def to_json(self) -> dict[str, Any]:
        """Plain values for the project file."""
        return {"network": asdict(self.network), "windows": asdict(self.windows)}

    @classmethod
    def from_json(cls, plain: dict[str, Any]) -> TrainSettings:
        """The settings that `to_json` was called on."""
        return cls(NetworkPlan(**plain["network"]), WindowPlan(**plain["windows"]))


@dataclass(frozen=True, slots=True, eq=False)
class TrainedRun:
    """A network with all that is known of it."""

    number: int  # in the project, from 1
    settings: TrainSettings
    recipe: InputRecipe
    labels: tuple[str, ...]
    sentence: str  # who learned, who checked, who stayed unseen
    split_kind: str
    test_subjects: int
    history: tuple[messages.Epoch, ...]
    best_epoch: int
    stopped: bool
    parameters: int
    float32: Metrics
    int8: Metrics
    litert_identical: int  # test windows on which LiteRT's default interpreter gives the reference's very bits
    keras: bytes
    tflite: bytes
    test_ids: tuple[int, ...]  # recordings in the project
    test: Side
    answers: tuple[int, ...]  # the int8 network's class for each test window
    seconds: dict[str, float]

    def outcome_json(self) -> dict[str, Any]:
        """What is stored of it, beside settings and networks."""
        return {
            "recipe": self.recipe.to_json(),
            "labels": list(self.labels),
            "sentence": self.sentence,
            "split_kind": self.split_kind,
            "test_subjects": self.test_subjects,
            "history": [[e.number, e.loss, e.accuracy, e.validation_loss, e.validation_accuracy] for e in self.history],
            "best_epoch": self.best_epoch,
            "stopped": self.stopped,
            "parameters": self.parameters,
            "float32": self.float32.to_json(),
            "int8": self.int8.to_json(),
            "litert_identical": self.litert_identical,
            "test_ids": list(self.test_ids),
            "answers": list(self.answers),
            "seconds": self.seconds,
        }


def restore(stored: Run, recordings: dict[int, Recording]) -> TrainedRun:
    """A stored run; its test windows are cut anew from those of its recordings that are still there."""
    outcome = stored.outcome
    recipe, labels = InputRecipe.from_json(outcome["recipe"]), tuple(outcome["labels"])
    ids = tuple(outcome["test_ids"])
    chosen = [recordings[i] for i in ids if i in recordings and recordings[i].label in labels]
    return TrainedRun(
        number=stored.id,
        settings=TrainSettings.from_json(stored.settings),
        recipe=recipe,
        labels=labels,
        sentence=outcome["sentence"],
        split_kind=outcome["split_kind"],
        test_subjects=outcome["test_subjects"],
        history=tuple(messages.Epoch(*row) for row in outcome["history"]),
        best_epoch=outcome["best_epoch"],
        stopped=outcome["stopped"],
        parameters=outcome["parameters"],
        float32=Metrics.from_json(outcome["float32"]),
        int8=Metrics.from_json(outcome["int8"]),
        litert_identical=outcome["litert_identical"],
        keras=stored.keras,
        tflite=stored.tflite,
        test_ids=ids,
        test=by_id(remake_side(chosen, labels, recipe), chosen),
        answers=tuple(outcome["answers"]),
        seconds=outcome["seconds"],
    )


def by_id(side: Side, recordings: Sequence[Recording]) -> Side:
    """The same windows, with the project's ids of their recordings in place of indices."""
    ids = np.asarray([r.id for r in recordings], dtype=np.int64)
    return replace(side, recordings=ids[side.recordings])
