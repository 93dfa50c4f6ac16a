"""What a training job does in its thread: cut windows, let the worker train and quantize, test, gather the figures."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from tinylab.boards.catalog import Board
from tinylab.data.project import Project
from tinylab.data.recording import Header, Recording
from tinylab.data.run_store import Evidence, check_evidence_size
from tinylab.engine.contract import reference
from tinylab.engine.read.tflite_file import load
from tinylab.errors import TinyLabError, TrainingError
from tinylab.evaluation.metrics import measure
from tinylab.text import tr
from tinylab.workers import messages
from tinylab.workers.client import WorkerClient
from tinylab.workflow.task import Task
from tinylab.workflow.training.dataset import Dataset, make_dataset
from tinylab.workflow.training.runs import FLOAT32, INT8, Member, TrainedRun, TrainSettings, evidence_of, with_intervals

Int8 = npt.NDArray[np.int8]


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
        job.report(tr("the worker wakes up") if not self._worker.ready else "")
        self._worker.warm_up()
        listener.prepared(dataset)
        history: list[messages.Epoch] = []

        def hear(epoch: messages.Epoch) -> None:
            history.append(epoch)
            job.report(
                tr("epoch {number} of {epochs}", number=epoch.number, epochs=settings.network.epochs),
                epoch.number / settings.network.epochs,
            )
            listener.epoch(epoch)

        trained = self._worker.ask(
            _request(dataset, settings), messages.Trained, on_epoch=hear, cancelled=job.cancelled
        )
        clock.lap("train")
        listener.trained()
        finished = self._quantize(job, dataset, trained, history)
        clock.lap("quantize")
        members = _members(dataset, pieces)
        run = with_intervals(replace(finished.run, members=members, seconds=clock.laps), finished.evidence)
        return self._stored(replace(finished, run=run))

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
        self,
        job: Task[Finished],
        dataset: Dataset,
        trained: messages.Trained,
        history: list[messages.Epoch],
    ) -> Finished:
        calibration = messages.Quantize(trained.keras, dataset.float_inputs(dataset.train))
        quantized = self._worker.ask(calibration, messages.Quantized, cancelled=job.cancelled)
        inputs, outputs = _by_reference(quantized.tflite, dataset)
        litert = self._worker.ask(messages.Run(quantized.tflite, inputs), messages.Answers, cancelled=job.cancelled)
        labels, truth, majority = dataset.labels, dataset.test.classes, dataset.majority_class
        run = TrainedRun(
            number=0,
            settings=self._settings,
            recipe=dataset.recipe,
            frame=dataset.frame,
            labels=labels,
            sentence=dataset.split.sentence,
            split_kind=dataset.split.kind,
            test_subjects=dataset.test_subjects,
            history=tuple(history),
            best_epoch=trained.best_epoch,
            stopped=trained.stopped,
            parameters=trained.parameters,
            float32=measure(truth, trained.test_probabilities.argmax(axis=1), labels, majority),
            int8=measure(truth, outputs.argmax(axis=1), labels, majority),
            litert_identical=int((litert.outputs == outputs).all(axis=1).sum()),
            keras_bytes=len(trained.keras),
            tflite=quantized.tflite,
            members=(),
            seconds={},
            skipped=dataset.skipped,
            levels=dataset.levels,
        )
        probabilities = {FLOAT32: trained.test_probabilities, INT8: _dequantized(quantized.tflite, outputs)}
        return Finished(run, trained.keras, evidence_of(dataset, probabilities))


def _members(dataset: Dataset, pieces: dict[int, str]) -> tuple[Member, ...]:
    split, takes = dataset.split, dataset.takes
    sides = (("train", split.train), ("validation", split.validation), ("test", split.test))
    return tuple(
        Member.of(takes[index], side, pieces.get(takes[index].id, "")) for side, members in sides for index in members
    )


def _request(dataset: Dataset, settings: TrainSettings) -> messages.Train:
    return messages.Train(
        plan=settings.network.to_json(),
        classes=len(dataset.labels),
        train_inputs=dataset.float_inputs(dataset.train),
        train_classes=dataset.train.classes,
        validation_inputs=dataset.float_inputs(dataset.validation),
        validation_classes=dataset.validation.classes,
        test_inputs=dataset.float_inputs(dataset.test),
    )


def _dequantized(tflite: bytes, outputs: Int8) -> npt.NDArray[np.float32]:
    """Probabilities of the int8 network, shape (windows, classes)."""
    graph = load(tflite)
    sink = graph.tensors[graph.output]
    scaled: npt.NDArray[np.float32] = ((outputs.astype(np.float32) - sink.zero_point) * sink.scale).astype(np.float32)
    return scaled


def _by_reference(tflite: bytes, dataset: Dataset) -> tuple[Int8, Int8]:
    """The int8 inputs of the test windows, and what the contract says the network makes of them."""
    graph = load(tflite)
    inputs = dataset.recipe.int8_inputs(dataset.test.windows, graph.quantizations)
    return inputs[0], reference.run(graph, inputs)


class _Clock:
    """Seconds between laps."""

    def __init__(self) -> None:
        self._last = time.monotonic()
        self.laps: dict[str, float] = {}

    def lap(self, name: str) -> None:
        now = time.monotonic()
        self.laps[name], self._last = round(now - self._last, 3), now
