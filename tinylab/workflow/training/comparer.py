"""The window's comparison of networks: a press starts it, another stops it, and what it found becomes the setting."""

from __future__ import annotations

from collections.abc import Sequence

from tinylab.boards.catalog import Board
from tinylab.data.recording import Header
from tinylab.errors import CancelledError, TinyLabError
from tinylab.events import Event
from tinylab.text import tr
from tinylab.workers.client import WorkerClient
from tinylab.workflow.notices import Notices, Tone, Topic
from tinylab.workflow.project.change import Change, ChangeKind
from tinylab.workflow.project.document import Document
from tinylab.workflow.project.target import TargetBoard
from tinylab.workflow.task import Task, Tasks
from tinylab.workflow.training.comparing import (
    SEEDS,
    Comparison,
    Report,
    Subject,
    compare_networks,
    folds_within,
    taken,
)
from tinylab.workflow.training.dataset import prepare
from tinylab.workflow.training.folding import readable
from tinylab.workflow.training.runs import TrainSettings
from tinylab.workflow.training.trainer import Trainer


class Comparer:
    """Belongs to the owning thread."""

    def __init__(
        self, tasks: Tasks, document: Document, trainer: Trainer, worker: WorkerClient, target: TargetBoard,
        notices: Notices,
    ) -> None:  # fmt: skip
        self.changed: Event[None] = Event()
        self.found: Comparison | None = None  # the last one of this project
        self.subject: Subject = "families"  # of the one that goes on, or of the last
        self._task: Task[Comparison] | None = None
        self._tasks, self._document, self._trainer = tasks, document, trainer
        self._worker, self._target, self._notices = worker, target, notices
        document.changed.subscribe(self._document_changed)

    @property
    def busy(self) -> bool:
        """Whether one goes on."""
        return self._task is not None and self._task.running

    @property
    def said(self) -> str:
        """What is going on, in words; empty where nothing is."""
        return self._task.detail if self._task is not None and self._task.running else ""

    def compare(self, subject: Subject, seeds: int | None = None) -> Task[Comparison]:
        """Compare networks; what is better becomes the setting. While a comparison goes on, its task is returned."""
        if self._task is not None and self._task.running:
            return self._task
        self.subject = subject
        document, settings = self._document, self._trainer.settings
        takes, labels, board = document.takes, document.labels, self._target.board
        count = SEEDS[subject] if seeds is None else seeds

        def work(job: Task[Comparison]) -> Comparison:
            return compare_takes(document, takes, labels, board, settings, self._worker, subject, count, job)

        self._task = self._tasks.start(tr("Comparing"), work)
        self._task.then(lambda found: self._done(found, settings), self._failed)
        self.changed.emit(None)
        return self._task

    def stop(self) -> None:
        """End it; nothing is taken."""
        if self._task is not None:
            self._task.cancel()

    def _done(self, found: Comparison, asked: TrainSettings) -> None:
        self.found = found
        if self._trainer.settings == asked:  # whoever has chosen something since meant it
            self._trainer.set_settings(taken(found, asked))
        self._notices.show(Tone.GOOD, tr("Compared."), found.sentence, about=Topic.TRAINING)
        self.changed.emit(None)

    def _failed(self, error: TinyLabError) -> None:
        if not isinstance(error, CancelledError):
            self._notices.error(error, about=Topic.TRAINING)
        self.changed.emit(None)

    def _document_changed(self, change: Change) -> None:
        if change.kind is ChangeKind.PROJECT:
            self.stop()
            self.found = None
            self.changed.emit(None)


def compare_takes(
    document: Document, takes: Sequence[Header], labels: Sequence[str], board: Board, settings: TrainSettings,
    worker: WorkerClient, subject: Subject, seeds: int, job: Task[Comparison],
) -> Comparison:  # fmt: skip
    """Read the takes and compare, in a job's thread; takes that cannot be read are left out."""
    project = document.open_project()
    recordings = readable(project, takes)
    prepared = prepare(recordings, labels, board.sensor, settings.windows, settings.network, project.all_regions())
    folds = folds_within(prepared, settings)
    worker.warm_up()
    report: Report = job.report
    return compare_networks(subject, prepared, folds, worker, settings.network, seeds, report, job.cancelled)
