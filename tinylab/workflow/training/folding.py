"""Folds: as many networks as folds, each asked about those that it has not learned from."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from tinylab.boards.catalog import Board
from tinylab.data.project import Project
from tinylab.data.recording import Header, Recording
from tinylab.data.run_store import Evidence
from tinylab.errors import DataError
from tinylab.evaluation.baseline_rows import BaselineRow, Part, compare_parts
from tinylab.evaluation.fold_figures import FoldFigures
from tinylab.evaluation.folds import Fold, Folds, FoldsBy
from tinylab.evaluation.intervals import accuracy_interval
from tinylab.evaluation.metrics import measure
from tinylab.evaluation.splits import Split
from tinylab.learning.menu import is_simple
from tinylab.learning.plan import NetworkPlan
from tinylab.workers import messages
from tinylab.workers.client import WorkerClient
from tinylab.workflow.project.document import Document
from tinylab.workflow.training.dataset import Dataset, Prepared, prepare
from tinylab.workflow.training.folded_test import FoldedTest, mean_history
from tinylab.workflow.training.judging import divide
from tinylab.workflow.training.learning_simply import learn_simply
from tinylab.workflow.training.quantizing import Quantized, quantized
from tinylab.workflow.training.runs import FLOAT32, INT8, TrainSettings
from tinylab.workflow.training.sides import Side
from tinylab.workflow.training.train_request import train_request

Cancelled = Callable[[], bool]
Report = Callable[[int, int, messages.Epoch | None], None]


def ask_by_folds(
    prepared: Prepared,
    worker: WorkerClient,
    network: NetworkPlan,
    folds: Folds,
    report: Report,
    cancelled: Cancelled = lambda: False,
    *,
    baselines: bool = True,
) -> FoldedTest:
    """Train and ask a network for each fold; `report` hears the fold from 1, how many there are, and each epoch.

    `baselines`: whether what is simpler than a network is judged by the same folds.
    """
    began = time.monotonic()
    datasets = [_dataset(prepared, fold) for fold in folds.folds]
    largest = max(len(dataset.train) for dataset in datasets)
    found: list[_Answers] = []
    for number, dataset in enumerate(datasets, 1):
        report(number, len(datasets), None)
        worker.renew()

        def hear(epoch: messages.Epoch, number: int = number) -> None:
            report(number, len(datasets), epoch)

        found.append(_asked(worker, network, dataset, largest, prepared.taught, hear, cancelled))
    rows = _baselines(prepared, found) if baselines else ()
    return _together(prepared, folds, found, rows, began)


def _dataset(prepared: Prepared, fold: Fold) -> Dataset:
    taught = frozenset[str]().union(*(prepared.items[index].labels for index in fold.train))
    every = frozenset[str]().union(*(item.labels for item in prepared.items))
    split = Split("fold", fold.train, (), fold.test, "", left_out=tuple(sorted(every - taught)))
    return prepared.divided(split)


@dataclass(frozen=True, slots=True, eq=False)
class _Answers:
    """What one fold's network answered, with class numbers of the whole project."""

    dataset: Dataset
    taught: npt.NDArray[np.int64]  # class of each window that it learned from
    truth: npt.NDArray[np.int64]
    probabilities: Mapping[str, npt.NDArray[np.float32]]  # variant → (windows, classes)
    history: tuple[messages.Epoch, ...]


def _asked(
    worker: WorkerClient, network: NetworkPlan, dataset: Dataset, largest: int, labels: tuple[str, ...],
    hear: Callable[[messages.Epoch], None], cancelled: Cancelled,
) -> _Answers:  # fmt: skip
    history: list[messages.Epoch] = []

    def both(epoch: messages.Epoch) -> None:
        history.append(epoch)
        hear(epoch)

    place = np.array([labels.index(label) for label in dataset.labels], np.int64)
    if is_simple(network.family):
        simply = learn_simply(dataset, network, cancelled, validate=False)
        return _answers(dataset, place, simply.trained, simply.asked(dataset.test)[0], len(labels))
    # The fold's test is looked at after each epoch, to draw it; nothing is chosen by it.
    network = replace(network, keep="last")
    request = train_request(dataset, network, dataset.recipe, (dataset.train, dataset.test), dataset.test.windows)
    trained = worker.ask(replace(request, largest=largest), messages.Trained, on_epoch=both, cancelled=cancelled)
    int8 = quantized(worker, trained.keras, dataset.recipe, dataset.train, dataset.test, cancelled)
    return _answers(dataset, place, trained, int8, len(labels), tuple(history))


def _answers(
    dataset: Dataset, place: npt.NDArray[np.int64], trained: messages.Trained, int8: Quantized, labels: int,
    history: tuple[messages.Epoch, ...] = (),
) -> _Answers:  # fmt: skip
    """With class numbers of the whole project; `place`: which of its labels each of the fold's is."""
    spread = {}
    for variant, answers in ((FLOAT32, trained.probabilities), (INT8, int8.probabilities)):
        spread[variant] = np.zeros((len(answers), labels), np.float32)
        spread[variant][:, place] = answers
    return _Answers(dataset, place[dataset.train.classes], place[dataset.test.classes], spread, history)


def _together(
    prepared: Prepared, folds: Folds, found: list[_Answers], baselines: tuple[BaselineRow, ...], began: float
) -> FoldedTest:
    evidence = _evidence(found)
    truth, take_ids = evidence.truth, evidence.take_ids
    majority = int(np.bincount(truth).argmax())
    right = evidence.answers(INT8) == truth
    people = {take.id: take.subject for take in prepared.takes}
    who = np.array([people[int(take_id)] for take_id in take_ids])
    ends = np.cumsum([len(each.truth) for each in found])
    figures = FoldFigures(
        by=folds.by,
        names=tuple(", ".join(fold.people) or str(number) for number, fold in enumerate(folds.folds, 1)),
        accuracies=tuple(float(part.mean()) for part in np.split(right, ends[:-1])),
        people={name: float(right[who == name].mean()) for name in sorted(set(who)) if name},
    )
    return FoldedTest(
        figures=figures,
        labels=prepared.taught,
        evidence=evidence,
        metrics={name: measure(truth, evidence.answers(name), prepared.taught, majority) for name in (FLOAT32, INT8)},
        interval=accuracy_interval(right, take_ids, people),
        untested=folds.untested,
        history=mean_history([each.history for each in found]),
        baselines=baselines,
        cautions=max((each.dataset.cautions for each in found), key=len),
        seconds=time.monotonic() - began,
    )


def _evidence(found: list[_Answers]) -> Evidence:
    sides: list[Side] = [each.dataset.test for each in found]
    return Evidence(
        np.concatenate([side.take_ids for side in sides]),
        np.concatenate([side.starts for side in sides]),
        np.concatenate([each.truth for each in found]),
        np.concatenate([side.windows for side in sides]),
        {name: np.concatenate([each.probabilities[name] for each in found]) for name in (FLOAT32, INT8)},
    )


def _baselines(prepared: Prepared, found: list[_Answers]) -> tuple[BaselineRow, ...]:
    """What is simpler than a network, learning from the same folds and asked about the same windows."""
    people = {take.id: take.subject for take in prepared.takes}
    parts = [
        Part(each.dataset.train.windows, each.taught, each.dataset.test.windows, each.truth, each.dataset.test.take_ids)
        for each in found
    ]
    return compare_parts(parts, people, prepared.taught, prepared.base.g_per_count, prepared.base.rate_hz)


def readable(project: Project, takes: Sequence[Header]) -> list[Recording]:
    """The takes with their samples; those that cannot be read are left out: the project's own problems say so."""
    found = []
    for take in takes:
        with contextlib.suppress(DataError):
            found.append(project.recording(take.id))
    return found


def fold_project(
    document: Document,
    worker: WorkerClient,
    board: Board,
    settings: TrainSettings,
    by: FoldsBy,
    count: int | None,
    report: Report,
    seeds: int = 1,
) -> list[FoldedTest]:
    """Folds over a project's takes, which stays as it is, by networks of so many seeds.

    Takes that cannot be read are left out, and those that the takes themselves hold back for a test stay out.
    """
    project = document.open_project()
    recordings = readable(project, document.takes)
    windows = replace(settings.windows, split="auto")
    prepared = prepare(recordings, document.labels, board.sensor, windows, settings.network, project.all_regions())
    folds = divide(prepared, replace(settings, windows=windows, judged=by, folds=count)).folds
    assert folds is not None, "judged by folds"
    if not is_simple(settings.network.family):
        worker.warm_up()
    first = settings.network.seed
    return [
        ask_by_folds(prepared, worker, replace(settings.network, seed=seed), folds, report, baselines=seed == first)
        for seed in range(first, first + seeds)
    ]
