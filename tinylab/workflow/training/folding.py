"""Folds: as many networks as folds, each asked about those that it has not learned from."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from tinylab.boards.catalog import Board
from tinylab.data.run_store import Evidence
from tinylab.errors import DataError
from tinylab.evaluation.folds import Fold, Folds, FoldsBy, make_folds
from tinylab.evaluation.intervals import AccuracyInterval, accuracy_interval
from tinylab.evaluation.metrics import Metrics, measure
from tinylab.evaluation.splits import Split
from tinylab.learning.menu import is_simple
from tinylab.learning.plan import NetworkPlan
from tinylab.text import percent, tr
from tinylab.workers import messages
from tinylab.workers.client import WorkerClient
from tinylab.workflow.project.document import Document
from tinylab.workflow.training.dataset import Dataset, Prepared, prepare
from tinylab.workflow.training.learning_simply import learn_simply
from tinylab.workflow.training.quantizing import Quantized, quantized
from tinylab.workflow.training.runs import FLOAT32, INT8, TrainSettings
from tinylab.workflow.training.train_request import train_request

Cancelled = Callable[[], bool]


@dataclass(frozen=True, slots=True, eq=False)
class FoldedTest:
    """What all folds together answered; each window was asked of a network that had not learned from its fold."""

    by: FoldsBy
    labels: tuple[str, ...]
    evidence: Evidence  # of all tested windows; probabilities of labels that a fold had not learned are 0
    metrics: Mapping[str, Metrics]  # float32 and int8
    interval: AccuracyInterval | None  # of the int8 networks
    accuracies: tuple[float, ...]  # of each fold's int8 network
    names: tuple[str, ...]  # of each fold: who was tested, or its number
    people: Mapping[str, float]  # who → accuracy of the int8 networks
    untested: tuple[str, ...]  # labels
    seconds: float

    @property
    def spread(self) -> float:
        """Standard deviation of the folds' accuracies."""
        return float(np.std(self.accuracies, ddof=1)) if len(self.accuracies) > 1 else 0.0

    @property
    def sentence(self) -> str:
        """The figure, and how far people or folds are apart."""
        worst = int(np.argmin(self.accuracies))
        how = (
            tr("Estimated by leaving people out") if self.by == "subject" else tr("Estimated by leaving recordings out")
        )
        return tr(
            "{how}: {share} of {windows} windows ({interval}); the weakest of {folds} folds, {name}, has {least}.",
            how=how,
            share=percent(self.metrics[INT8].accuracy),
            windows=self.metrics[INT8].windows,
            interval=self.interval or "–",
            folds=len(self.accuracies),
            name=self.names[worst],
            least=percent(self.accuracies[worst]),
        )

    def to_json(self) -> dict[str, Any]:
        """What `--json` prints."""
        interval = self.interval
        return {
            "by": self.by,
            "folds": [
                {"name": name, "accuracy": accuracy} for name, accuracy in zip(self.names, self.accuracies, strict=True)
            ],
            "people": dict(self.people),
            "windows": self.metrics[INT8].windows,
            "accuracy": {
                "majority": self.metrics[INT8].majority,
                "float32": self.metrics[FLOAT32].accuracy,
                "int8": self.metrics[INT8].accuracy,
            },
            "macro_f1": {name: metrics.macro_f1 for name, metrics in self.metrics.items()},
            "accuracy_low": interval and interval.low,
            "accuracy_high": interval and interval.high,
            "worst": min(self.accuracies),
            "spread": self.spread,
            "confusion": {
                "labels": list(self.labels),
                **{name: [list(row) for row in metrics.confusion] for name, metrics in self.metrics.items()},
            },
            "untested": list(self.untested),
            "seconds": round(self.seconds, 2),
        }


def ask_by_folds(
    prepared: Prepared,
    worker: WorkerClient,
    network: NetworkPlan,
    folds: Folds,
    report: Callable[[int, int, messages.Epoch | None], None],
    cancelled: Cancelled = lambda: False,
) -> FoldedTest:
    """Train and ask a network for each fold; `report` hears the fold from 1, how many there are, and each epoch."""
    began = time.monotonic()
    datasets = [_dataset(prepared, fold) for fold in folds.folds]
    largest = max(len(dataset.train) for dataset in datasets)
    found: list[_Answers] = []
    for number, dataset in enumerate(datasets, 1):
        report(number, len(datasets), None)
        worker.renew()

        def hear(epoch: messages.Epoch, number: int = number) -> None:
            report(number, len(datasets), epoch)

        found.append(_asked(worker, network, dataset, largest, prepared.labels, hear, cancelled))
    return _together(prepared, folds, found, time.monotonic() - began)


def _dataset(prepared: Prepared, fold: Fold) -> Dataset:
    taught = frozenset[str]().union(*(prepared.items[index].labels for index in fold.train))
    every = frozenset[str]().union(*(item.labels for item in prepared.items))
    split = Split("fold", fold.train, (), fold.test, "", left_out=tuple(sorted(every - taught)))
    return prepared.divided(split)


@dataclass(frozen=True, slots=True, eq=False)
class _Answers:
    """What one fold's network answered, with class numbers of the whole project."""

    dataset: Dataset
    truth: npt.NDArray[np.int64]
    probabilities: Mapping[str, npt.NDArray[np.float32]]  # variant → (windows, classes)


def _asked(
    worker: WorkerClient, network: NetworkPlan, dataset: Dataset, largest: int, labels: tuple[str, ...],
    hear: Callable[[messages.Epoch], None], cancelled: Cancelled,
) -> _Answers:  # fmt: skip
    int8: Quantized
    if is_simple(network.family):
        simply = learn_simply(dataset, network, cancelled)
        trained, int8 = simply.trained, simply.int8
    else:
        nobody = dataset.train.none()
        request = train_request(dataset, network, dataset.recipe, (dataset.train, nobody), dataset.test.windows)
        trained = worker.ask(replace(request, largest=largest), messages.Trained, on_epoch=hear, cancelled=cancelled)
        int8 = quantized(worker, trained.keras, dataset.recipe, dataset.train, dataset.test, cancelled)
    place = [labels.index(label) for label in dataset.labels]
    spread = {}
    for variant, answers in ((FLOAT32, trained.probabilities), (INT8, int8.probabilities)):
        spread[variant] = np.zeros((len(answers), len(labels)), np.float32)
        spread[variant][:, place] = answers
    return _Answers(dataset, np.array(place, np.int64)[dataset.test.classes], spread)


def _together(prepared: Prepared, folds: Folds, found: list[_Answers], seconds: float) -> FoldedTest:
    sides = [each.dataset.test for each in found]
    truth = np.concatenate([each.truth for each in found])
    probabilities = {name: np.concatenate([each.probabilities[name] for each in found]) for name in (FLOAT32, INT8)}
    take_ids = np.concatenate([side.take_ids for side in sides])
    evidence = Evidence(
        take_ids, np.concatenate([side.starts for side in sides]), truth,
        np.concatenate([side.windows for side in sides]), probabilities,
    )  # fmt: skip
    majority = int(np.bincount(truth).argmax())
    answers = {name: values.argmax(axis=1) for name, values in probabilities.items()}
    right = answers[INT8] == truth
    people = {take.id: take.subject for take in prepared.takes}
    who = np.array([people[int(take_id)] for take_id in take_ids])
    ends = np.cumsum([len(each.truth) for each in found])
    accuracies = tuple(float(part.mean()) for part in np.split(right, ends[:-1]))
    names = tuple(", ".join(fold.people) or str(number) for number, fold in enumerate(folds.folds, 1))
    return FoldedTest(
        by=folds.by,
        labels=prepared.labels,
        evidence=evidence,
        metrics={name: measure(truth, each, prepared.labels, majority) for name, each in answers.items()},
        interval=accuracy_interval(right, take_ids, people),
        accuracies=accuracies,
        names=names,
        people={name: float(right[who == name].mean()) for name in sorted(set(who)) if name},
        untested=folds.untested,
        seconds=seconds,
    )


def fold_project(
    document: Document,
    worker: WorkerClient,
    board: Board,
    settings: TrainSettings,
    by: FoldsBy,
    count: int | None,
    report: Callable[[int, int, messages.Epoch | None], None],
) -> FoldedTest:
    """Folds over a project's takes, which stays as it is; takes that cannot be read are left out."""
    project = document.open_project()
    recordings = []
    for take in document.takes:
        with contextlib.suppress(DataError):  # the project's own problems say so
            recordings.append(project.recording(take.id))
    prepared = prepare(
        recordings, document.labels, board.sensor, settings.windows, settings.network, project.all_regions()
    )
    folds = make_folds(prepared.items, by, count, settings.windows.seed)
    if not is_simple(settings.network.family):
        worker.warm_up()
    return ask_by_folds(prepared, worker, settings.network, folds, report)
