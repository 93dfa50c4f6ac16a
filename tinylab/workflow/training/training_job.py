"""What a training job does in its thread: cut windows, let the worker train and quantize, test, gather the figures."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from tinylab.boards.catalog import Board
from tinylab.data.project import Project
from tinylab.data.recording import Header, Recording
from tinylab.data.run_store import Evidence, check_evidence_size
from tinylab.errors import TinyLabError, TrainingError
from tinylab.evaluation.folds import Folds
from tinylab.learning.menu import is_simple
from tinylab.text import tr
from tinylab.workers import messages
from tinylab.workers.client import WorkerClient
from tinylab.workflow.task import Task
from tinylab.workflow.training.dataset import Dataset, Prepared, prepare
from tinylab.workflow.training.folded_test import FoldedTest
from tinylab.workflow.training.folding import ask_by_folds
from tinylab.workflow.training.judging import divide
from tinylab.workflow.training.learning_simply import learn_simply
from tinylab.workflow.training.quantizing import Quantized, quantized
from tinylab.workflow.training.run_file import outcome_json
from tinylab.workflow.training.run_making import (
    Learned,
    answers_of,
    judged_by_folds,
    judged_by_test,
    made_run,
    said_by_folds,
    side_of,
)
from tinylab.workflow.training.runs import BY_FOLDS, Member, TrainedRun, TrainSettings, Validation, with_intervals
from tinylab.workflow.training.sides import Side
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
    fold: Callable[[int, int], None]  # a fold begins: its number from 1, and how many there are; 0: all teach now
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
        prepared = prepare(recordings, self._labels, self._board.sensor, settings.windows, settings.network, regions)
        division = divide(prepared, settings)
        dataset = division.dataset
        tested = dataset.everyone if division.tested_by_folds else dataset.test
        check_evidence_size(tested.windows)  # before the work, not after it
        pieces = self._project.all_pieces_texts()
        if not is_simple(settings.network.family):
            job.report(tr("the worker wakes up") if not self._worker.ready else "")
            self._worker.warm_up()
        listener.prepared(dataset)
        history: list[messages.Epoch] = []
        folded = self._folded(job, prepared, division.folds, listener)
        learned = self._learned(job, dataset, history, listener.epoch, folded)
        clock.lap("train")
        listener.trained()
        finished = self._quantize(job, dataset, learned, history)
        clock.lap("quantize")
        members = _members(dataset, pieces)
        run = with_intervals(replace(finished.run, members=members, seconds=clock.laps), finished.evidence)
        return self._stored(replace(finished, run=run))

    def _folded(
        self, job: Task[Finished], prepared: Prepared, folds: Folds | None, listener: Listener
    ) -> FoldedTest | None:
        """What networks like the one that is kept are worth on those whom they did not learn from."""
        if folds is None:
            return None
        epochs = self._settings.network.epochs

        def hear(number: int, count: int, epoch: messages.Epoch | None) -> None:
            if epoch is None:
                listener.fold(number, count)
                return
            listener.epoch(epoch)
            said = tr("fold {number} of {count}, epoch {n}", number=number, count=count, n=epoch.number)
            job.report(said, (number - 1 + epoch.number / epochs) / (count + 1))

        found = ask_by_folds(prepared, self._worker, self._settings.network, folds, hear, job.cancelled)
        listener.fold(0, len(folds.folds))
        return found

    def _learned(
        self,
        job: Task[Finished],
        dataset: Dataset,
        history: list[messages.Epoch],
        listener: Callable[[messages.Epoch], None],
        folded: FoldedTest | None,
    ) -> Learned:
        """First a network that validation checks, then, unless the user wants that one, the one that all teach.

        Where folds have judged, nobody else has to be held back.
        """
        plan = self._settings.network
        if is_simple(plan.family):
            return self._learned_simply(job, dataset, folded)
        if folded is not None:
            history += folded.history
            learned = self._taught_by_all(job, dataset, history, listener, said_by_folds(folded))
            return replace(learned, folded=folded)
        checked: messages.Trained | None = None
        asked = np.concatenate([dataset.validation.windows, dataset.test.windows])
        kept_back = len(dataset.validation)
        if kept_back:
            recipe = dataset.recipe_of(dataset.train)
            request = train_request(dataset, plan, recipe, (dataset.train, dataset.validation), asked)
            checked = self._ask(job, request, history, listener, final=False)
        validation = None if checked is None else answers_of(checked.probabilities[:kept_back], dataset)
        if checked is not None and (plan.keep == "best" or checked.stopped):
            trained = replace(checked, probabilities=checked.probabilities[kept_back:])
            return Learned(trained, recipe, dataset.train, validation)
        return self._taught_by_all(job, dataset, history, listener, validation)

    def _learned_simply(self, job: Task[Finished], dataset: Dataset, folded: FoldedTest | None) -> Learned:
        """The same for what is no network."""
        job.report(tr("learning"))
        found = learn_simply(dataset, self._settings.network, job.cancelled, validate=folded is None)
        validation = None if found.validation is None else answers_of(found.validation, dataset)
        if folded is not None:
            validation = said_by_folds(folded)
        return Learned(found.trained, found.recipe, dataset.everyone, validation, folded, found)

    def _taught_by_all(
        self, job: Task[Finished], dataset: Dataset, history: list[messages.Epoch],
        listener: Callable[[messages.Epoch], None], validation: Validation | None,
    ) -> Learned:  # fmt: skip
        plan = replace(self._settings.network, keep="last")
        everyone = dataset.everyone
        nobody = everyone.none()
        request = train_request(dataset, plan, dataset.recipe, (everyone, nobody), dataset.test.windows)
        trained = self._ask(job, request, history, listener, final=True)
        return Learned(trained, dataset.recipe, everyone, validation)

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
                run.settings.to_json(), outcome_json(run), finished.keras, run.tflite, finished.evidence
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
        self, job: Task[Finished], dataset: Dataset, learned: Learned, history: list[messages.Epoch]
    ) -> Finished:
        by_folds = learned.folded if dataset.split.kind == BY_FOLDS else None
        tested = dataset.test if by_folds is None else side_of(by_folds.evidence)
        int8, same = self._int8(job, learned, tested)
        test = judged_by_test(dataset, learned, int8) if by_folds is None else judged_by_folds(dataset, by_folds)
        run = made_run(self._settings, dataset, learned, test, int8, same, history)
        return Finished(run, learned.trained.keras, test.evidence)

    def _int8(self, job: Task[Finished], learned: Learned, tested: Side) -> tuple[Quantized, int]:
        """The int8 network's answers, and on how many windows LiteRT agrees, or scikit-learn where it is no network."""
        if learned.simply is not None:
            return learned.simply.asked(tested)
        int8 = quantized(self._worker, learned.trained.keras, learned.recipe, learned.taught, tested, job.cancelled)
        asked = messages.Run(int8.tflite, list(int8.inputs))
        litert = self._worker.ask(asked, messages.Answers, cancelled=job.cancelled)
        return int8, int((litert.outputs == int8.outputs).all(axis=1).sum())


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
