"""A training run from windows to an int8 network with its figures."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from enum import Enum, auto
from typing import Final

import numpy as np
import numpy.typing as npt

from tinylab.boards.catalog import default_board
from tinylab.data.recording import Recording
from tinylab.engine.contract import reference
from tinylab.engine.read.tflite_file import load
from tinylab.errors import CancelledError, TinyLabError
from tinylab.evaluation.metrics import measure
from tinylab.events import Event
from tinylab.workers import messages
from tinylab.workers.client import WorkerClient
from tinylab.workflow.dataset import Dataset, make_dataset
from tinylab.workflow.inbox import Inbox
from tinylab.workflow.jobs import Job, Jobs
from tinylab.workflow.library import Library
from tinylab.workflow.notices import Notices, Tone
from tinylab.workflow.runs import TrainedRun, TrainSettings, by_id, restore
from tinylab.workflow.state_table import StateTable


class RunState(Enum):
    """Where the run stands."""

    IDLE = auto()
    PREPARING = auto()
    TRAINING = auto()
    QUANTIZING = auto()
    DONE = auto()
    FAILED = auto()


class RunEvent(Enum):
    """What can happen to it."""

    TRAIN = auto()
    PREPARED = auto()
    TRAINED = auto()
    FINISH = auto()
    FAIL = auto()
    CANCEL = auto()
    SHOW = auto()  # a stored run is shown


Int8 = npt.NDArray[np.int8]
_S, _E = RunState, RunEvent
_BUSY = (_S.PREPARING, _S.TRAINING, _S.QUANTIZING)
_RESTING = (_S.IDLE, _S.DONE, _S.FAILED)
_TABLE: Final = {
    **{(state, _E.TRAIN): _S.PREPARING for state in _RESTING},
    **{(state, _E.SHOW): _S.DONE for state in _RESTING},
    **{(state, _E.FAIL): _S.FAILED for state in _BUSY},
    **{(state, _E.CANCEL): _S.IDLE for state in (*_BUSY, _S.DONE, _S.FAILED)},
    (_S.PREPARING, _E.PREPARED): _S.TRAINING,
    (_S.TRAINING, _E.TRAINED): _S.QUANTIZING,
    (_S.QUANTIZING, _E.FINISH): _S.DONE,
}


class Training:
    """The page Train's state: the settings, the run that goes on, and the runs so far."""

    def __init__(self, inbox: Inbox, jobs: Jobs, library: Library, worker: WorkerClient, notices: Notices) -> None:
        self.table: StateTable[RunState, RunEvent] = StateTable(_TABLE, RunState.IDLE)
        self.changed: Event[None] = Event()
        self.settings = TrainSettings()
        self.history: list[messages.Epoch] = []
        self.sentence = ""
        self.reason = ""  # why the last run failed
        self.runs: list[TrainedRun] = []
        self._current: TrainedRun | None = None
        self._jobs, self._library, self._worker, self._notices, self._post = jobs, library, worker, notices, inbox.post
        self._job: Job | None = None
        self.table.changed.subscribe(lambda _: self.changed.emit(None))

    @property
    def state(self) -> RunState:
        """Where the run stands."""
        return self.table.state

    @property
    def busy(self) -> bool:
        """Whether a run goes on."""
        return self.state in _BUSY

    @property
    def current(self) -> TrainedRun | None:
        """The run that Evaluate and Deploy speak of."""
        return self._current

    def why_not(self) -> str:
        """Why nothing can be trained now, in words; empty where it can."""
        labels = self._library.labels
        counts = self._library.takes_by_label
        if not self._library.recordings:
            return "Record or import something first."
        if len([label for label in labels if counts[label]]) < 2:
            return "Record a second label; with one there is nothing to tell apart."
        return ""

    def choose(self, run: TrainedRun) -> None:
        """Make a run the current one."""
        self._current = run
        self.history, self.sentence = list(run.history), run.sentence
        self.table.fire(RunEvent.SHOW)
        self.changed.emit(None)

    def set_settings(self, settings: TrainSettings) -> None:
        """Change what the next run will be."""
        self.settings = settings
        self.changed.emit(None)

    def train(self) -> None:
        """Start a run with the settings; does nothing while one goes on."""
        if self.busy or not self.table.fire(RunEvent.TRAIN):
            return
        self.history, self.reason, self.sentence = [], "", ""
        recordings, labels, settings = self._library.recordings, self._library.labels, self.settings
        number = max((run.number for run in self.runs), default=0) + 1
        self._job = self._jobs.start(
            "Training",
            lambda job: self._work(job, number, recordings, labels, settings),
            self._finished,
            self._failed,
        )

    def stop(self) -> None:
        """End the training that runs; the best weights so far are kept."""
        if self.state is RunState.TRAINING:
            self._worker.stop_training()

    def _work(
        self, job: Job, number: int, recordings: Sequence[Recording], labels: Sequence[str], settings: TrainSettings
    ) -> TrainedRun:
        clock = _Clock()
        job.report("cutting windows")
        dataset = make_dataset(recordings, labels, default_board().sensor, settings.windows, settings.network)
        job.report("the worker wakes up" if not self._worker.ready else "")
        self._worker.warm_up()
        self._post(lambda: self._prepared(dataset))
        history: list[messages.Epoch] = []

        def hear(epoch: messages.Epoch) -> None:
            history.append(epoch)
            job.report(f"epoch {epoch.number} of {settings.network.epochs}", epoch.number / settings.network.epochs)
            self._post(lambda: self._epoch(epoch))

        trained = self._worker.ask(
            _request(dataset, settings), messages.Trained, on_epoch=hear, cancelled=job.cancelled
        )
        clock.lap("train")
        self._post(lambda: self._trained(job))
        run = self._quantize(job, number, recordings, settings, dataset, trained, history)
        clock.lap("quantize")
        return replace(run, seconds=clock.laps)

    def _quantize(
        self,
        job: Job,
        number: int,
        recordings: Sequence[Recording],
        settings: TrainSettings,
        dataset: Dataset,
        trained: messages.Trained,
        history: list[messages.Epoch],
    ) -> TrainedRun:
        calibration = messages.Quantize(trained.keras, dataset.float_inputs(dataset.train))
        quantized = self._worker.ask(calibration, messages.Quantized, cancelled=job.cancelled)
        inputs, outputs = _by_reference(quantized.tflite, dataset)
        litert = self._worker.ask(messages.Run(quantized.tflite, inputs), messages.Answers, cancelled=job.cancelled)
        answers, labels = outputs.argmax(axis=1), dataset.labels
        truth, majority = dataset.test.classes, dataset.majority_class
        return TrainedRun(
            number=number,
            settings=settings,
            recipe=dataset.recipe,
            labels=labels,
            sentence=dataset.split.sentence,
            split_kind=dataset.split.kind,
            test_subjects=len({recordings[i].subject for i in dataset.split.test if recordings[i].subject}),
            history=tuple(history),
            best_epoch=trained.best_epoch,
            stopped=trained.stopped,
            parameters=trained.parameters,
            float32=measure(truth, trained.test_probabilities.argmax(axis=1), labels, majority),
            int8=measure(truth, answers, labels, majority),
            litert_identical=int((litert.outputs == outputs).all(axis=1).sum()),
            keras=trained.keras,
            tflite=quantized.tflite,
            test_ids=tuple(recordings[i].id for i in dataset.split.test),
            test=by_id(dataset.test, recordings),
            answers=tuple(int(answer) for answer in answers),
            seconds={},
        )

    def _prepared(self, dataset: Dataset) -> None:
        self.sentence = dataset.split.sentence
        self.table.fire(RunEvent.PREPARED)
        if dataset.skipped:
            count = len(dataset.skipped)
            self._notices.show(
                Tone.CAUTION,
                f"{count} {'recording is' if count == 1 else 'recordings are'} shorter than one window and"
                f" {'was' if count == 1 else 'were'} left out.",
                f"Among them {dataset.skipped[0]}. Take a shorter window to use them.",
            )

    def _epoch(self, epoch: messages.Epoch) -> None:
        self.history.append(epoch)
        self.changed.emit(None)

    def _trained(self, job: Job) -> None:
        job.report("quantizing")
        self.table.fire(RunEvent.TRAINED)

    def _finished(self, run: TrainedRun) -> None:
        self.runs.append(run)
        self._current = run
        if self._library.project is not None:
            try:
                self._library.project.add_run(run.settings.to_json(), run.outcome_json(), run.keras, run.tflite)
            except TinyLabError as error:
                self._notices.error(error)
        self.table.fire(RunEvent.FINISH)
        self._notices.show(
            Tone.GOOD,
            f"Trained: {run.int8.accuracy:.1%} of {run.int8.windows} unseen windows right, as int8.",
            f"Always saying the most frequent class would reach {run.int8.majority:.1%}.",
        )

    def _failed(self, error: TinyLabError) -> None:
        if isinstance(error, CancelledError):
            self.table.fire(RunEvent.CANCEL)
            return
        self.reason = str(error)
        self.table.fire(RunEvent.FAIL)
        self._notices.error(error)

    def attach(self) -> None:
        """Show the runs of the project that was just opened."""
        self.runs, self._current, self.history, self.sentence, self.reason = [], None, [], "", ""
        project = self._library.project
        recordings = {r.id: r for r in self._library.recordings}
        for stored in project.runs() if project else ():
            self.runs.append(restore(stored, recordings))
        if self.runs:
            self.choose(self.runs[-1])
        else:
            self.table.fire(RunEvent.CANCEL)
            self.changed.emit(None)


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


def _by_reference(tflite: bytes, dataset: Dataset) -> tuple[Int8, Int8]:
    """The int8 inputs of the test windows, and what the contract says the network makes of them."""
    graph = load(tflite)
    source = graph.tensors[graph.input]
    inputs = dataset.recipe.int8_inputs(dataset.test.windows, source.scale, source.zero_point)
    return inputs, reference.run(graph, inputs)


class _Clock:
    """Seconds between laps."""

    def __init__(self) -> None:
        self._last = time.monotonic()
        self.laps: dict[str, float] = {}

    def lap(self, name: str) -> None:
        now = time.monotonic()
        self.laps[name], self._last = round(now - self._last, 3), now
