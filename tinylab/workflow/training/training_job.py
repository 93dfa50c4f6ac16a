"""What a training job does in its thread: cut windows, let the worker train and quantize, test, gather the figures."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from tinylab.boards.catalog import Board
from tinylab.data.project import Project
from tinylab.data.recording import Header, Recording
from tinylab.data.run_store import Evidence, check_evidence_size
from tinylab.dsp.recipe import InputRecipe
from tinylab.errors import TinyLabError, TrainingError
from tinylab.evaluation.baseline_rows import BaselineRow, compare
from tinylab.evaluation.intervals import accuracy_interval
from tinylab.evaluation.metrics import measure
from tinylab.learning.menu import is_simple
from tinylab.learning.plan import NetworkPlan
from tinylab.text import tr
from tinylab.workers import messages
from tinylab.workers.client import WorkerClient
from tinylab.workflow.task import Task
from tinylab.workflow.training.dataset import Dataset, Side, make_dataset
from tinylab.workflow.training.learning_simply import LearnedSimply, learn_simply
from tinylab.workflow.training.quantizing import Quantized, quantized
from tinylab.workflow.training.runs import (
    FLOAT32,
    INT8,
    Member,
    TrainedRun,
    TrainSettings,
    Validation,
    evidence_of,
    with_intervals,
)
from tinylab.workflow.training.train_request import train_request


@dataclass(frozen=True, slots=True)
class Finished:
    """What a job of training brings back: the run as it stands in the project, and its evidence."""

    run: TrainedRun
    keras: bytes
    evidence: Evidence
    not_stored: TinyLabError | None = None  # why the project does not hold it; its number is then 0


@dataclass(frozen=True, slots=True)
class Listener:
    """Who hears, from the job's thread, how far it is."""

    prepared: Callable[[Dataset], None]
    epoch: Callable[[messages.Epoch], None]
    trained: Callable[[], None]
    unreadable: Callable[[list[str]], None]  # sentences about takes that were left out


class TrainingJob:
    """One run from the takes of a project to its figures. Touches nothing that belongs to another thread."""

    def __init__(
        self,
        project: Project,
        worker: WorkerClient,
        settings: TrainSettings,
        takes: Sequence[Header],
        labels: Sequence[str],
        board: Board,
    ) -> None:
        self._project, self._worker, self._settings = project, worker, settings
        self._takes, self._labels, self._board = takes, labels, board

    def run(self, job: Task[Finished], listener: Listener) -> Finished:
        """All of it; raises TrainingError or CancelledError."""
        settings = self._settings
        clock = _Clock()
        job.report(tr("cutting windows"))
        recordings = self._readable(listener)
        regions = self._project.all_regions()
        dataset = make_dataset(
            recordings, self._labels, self._board.sensor, settings.windows, settings.network, regions
        )
        check_evidence_size(dataset.test.windows)  # before the work, not after it
        pieces = self._project.all_pieces_texts()
        simple = is_simple(settings.network.family)
        if not simple:
            job.report(tr("the worker wakes up") if not self._worker.ready else "")
            self._worker.warm_up()
        listener.prepared(dataset)
        history: list[messages.Epoch] = []
        learned = (
            _learned_simply(job, dataset, settings.network)
            if simple
            else self._learned(job, dataset, history, listener.epoch)
        )
        clock.lap("train")
        listener.trained()
        finished = self._quantize(job, dataset, learned, history)
        clock.lap("quantize")
        members = _members(dataset, pieces)
        run = with_intervals(replace(finished.run, members=members, seconds=clock.laps), finished.evidence)
        return self._stored(replace(finished, run=run))

    def _learned(
        self,
        job: Task[Finished],
        dataset: Dataset,
        history: list[messages.Epoch],
        listener: Callable[[messages.Epoch], None],
    ) -> _Learned:
        """First a network that validation checks, then, unless the user wants that one, the one that all teach."""
        plan = self._settings.network
        checked: messages.Trained | None = None
        asked = np.concatenate([dataset.validation.windows, dataset.test.windows])
        kept_back = len(dataset.validation)
        if kept_back:
            recipe = dataset.recipe_of(dataset.train)
            request = train_request(dataset, plan, recipe, (dataset.train, dataset.validation), asked)
            checked = self._ask(job, request, history, listener, final=False)
        validation = None if checked is None else _answers_of(checked.probabilities[:kept_back], dataset)
        if checked is not None and (plan.keep == "best" or checked.stopped):
            trained = replace(checked, probabilities=checked.probabilities[kept_back:])
            return _Learned(trained, recipe, dataset.train, validation)
        everyone = dataset.everyone
        nobody = everyone.none()
        request = train_request(dataset, plan, dataset.recipe, (everyone, nobody), dataset.test.windows)
        trained = self._ask(job, request, history, listener, final=True)
        return _Learned(trained, dataset.recipe, everyone, validation)

    def _ask(
        self, job: Task[Finished], request: messages.Train, history: list[messages.Epoch],
        listener: Callable[[messages.Epoch], None], *, final: bool,
    ) -> messages.Trained:  # fmt: skip
        epochs = self._settings.network.epochs

        def hear(epoch: messages.Epoch) -> None:
            epoch = replace(epoch, final=final)
            history.append(epoch)
            said = tr("epoch {number} of {epochs}", number=epoch.number, epochs=epochs)
            job.report(tr("everyone teaches: {said}", said=said) if final else said, epoch.number / epochs)
            listener(epoch)

        return self._worker.ask(request, messages.Trained, on_epoch=hear, cancelled=job.cancelled)

    def _stored(self, finished: Finished) -> Finished:
        """Put the run into the project here, and not in the window's thread: its evidence may be many megabytes."""
        run = finished.run
        try:
            number = self._project.runs.add(
                run.settings.to_json(), run.outcome_json(), finished.keras, run.tflite, finished.evidence
            )
        except TinyLabError as error:
            return replace(finished, not_stored=error)
        return replace(finished, run=replace(run, number=number))

    def _readable(self, listener: Listener) -> list[Recording]:
        """The takes with their samples; one that cannot be read is left out and said."""
        found, bad = [], []
        for take in self._takes:
            try:
                found.append(self._project.recording(take.id))
            except TinyLabError as error:
                bad.append(error.message)
        if bad:
            listener.unreadable(bad)
        if bad and not found:
            raise TrainingError(tr("No take can be read."), hint=tr("Record or import something."))
        return found

    def _quantize(
        self, job: Task[Finished], dataset: Dataset, learned: _Learned, history: list[messages.Epoch]
    ) -> Finished:
        trained, recipe = learned.trained, learned.recipe
        int8, compared = self._int8(job, dataset, learned)
        labels, truth, majority = dataset.labels, dataset.test.classes, dataset.majority_class
        run = TrainedRun(
            number=0,
            settings=self._settings,
            recipe=recipe,
            frame=dataset.frame,
            labels=labels,
            sentence=dataset.split.sentence,
            split_kind=dataset.split.kind,
            test_subjects=dataset.test_subjects,
            history=tuple(history),
            best_epoch=trained.best_epoch,
            stopped=trained.stopped,
            parameters=trained.parameters,
            float32=measure(truth, trained.probabilities.argmax(axis=1), labels, majority),
            int8=measure(truth, int8.outputs.argmax(axis=1), labels, majority),
            **compared,
            keras_bytes=len(trained.keras),
            tflite=int8.tflite,
            members=(),
            seconds={},
            skipped=dataset.skipped,
            levels=dataset.levels,
            validation=learned.validation,
            notes=(*dataset.notes, *([learned.simply.sentence] if learned.simply else ())),
            cautions=dataset.cautions,
            baselines=_baselines(dataset, learned),
            untested=dataset.split.untested,
        )
        probabilities = {FLOAT32: trained.probabilities, INT8: int8.probabilities}
        return Finished(run, trained.keras, evidence_of(dataset, probabilities))

    def _int8(self, job: Task[Finished], dataset: Dataset, learned: _Learned) -> tuple[Quantized, dict[str, Any]]:
        """The int8 network, and on how many test windows it agrees with LiteRT, or where it is none, scikit-learn."""
        if learned.simply is not None:
            return learned.simply.int8, {"litert_identical": 0, "as_scikit_learn": learned.simply.as_scikit_learn}
        int8 = quantized(
            self._worker, learned.trained.keras, learned.recipe, learned.taught, dataset.test, job.cancelled
        )
        asked = messages.Run(int8.tflite, list(int8.inputs))
        litert = self._worker.ask(asked, messages.Answers, cancelled=job.cancelled)
        return int8, {"litert_identical": int((litert.outputs == int8.outputs).all(axis=1).sum())}


@dataclass(frozen=True, slots=True, eq=False)
class _Learned:
    """The network that is kept, what it sees of a window, whom it learned from, and what validation said."""

    trained: messages.Trained
    recipe: InputRecipe
    taught: Side
    validation: Validation | None
    simply: LearnedSimply | None = None  # where it is no network


def _learned_simply(job: Task[Finished], dataset: Dataset, plan: NetworkPlan) -> _Learned:
    job.report(tr("learning"))
    found = learn_simply(dataset, plan, job.cancelled)
    validation = None if found.validation is None else _answers_of(found.validation, dataset)
    return _Learned(found.trained, dataset.recipe, dataset.everyone, validation, found)


def _baselines(dataset: Dataset, learned: _Learned) -> tuple[BaselineRow, ...]:
    """What is simpler than a network, on the same windows and the same split."""
    taught, test = learned.taught, dataset.test
    people = {take.id: take.subject for take in dataset.takes}
    return compare(
        taught.windows, taught.classes, test.windows, test.classes, test.take_ids, people, dataset.labels,
        learned.recipe.g_per_count, learned.recipe.rate_hz,
    )  # fmt: skip


def _answers_of(probabilities: npt.NDArray[np.float32], dataset: Dataset) -> Validation:
    """What was answered to the windows that were held back while the network was chosen."""
    side = dataset.validation
    answers = probabilities.argmax(axis=1)
    people = {take.id: take.subject for take in dataset.takes}
    return Validation(
        measure(side.classes, answers, dataset.labels, dataset.majority_class),
        accuracy_interval(answers == side.classes, side.take_ids, people),
    )


def _members(dataset: Dataset, pieces: dict[int, str]) -> tuple[Member, ...]:
    split, takes = dataset.split, dataset.takes
    sides = (("train", split.train), ("validation", split.validation), ("test", split.test))
    return tuple(
        Member.of(takes[index], side, pieces.get(takes[index].id, "")) for side, members in sides for index in members
    )


class _Clock:
    """Seconds between laps."""

    def __init__(self) -> None:
        self._last = time.monotonic()
        self.laps: dict[str, float] = {}

    def lap(self, name: str) -> None:
        now = time.monotonic()
        self.laps[name], self._last = round(now - self._last, 3), now
