"""A training run from windows to an int8 network with its figures."""

from __future__ import annotations

from collections.abc import Mapping

from tinylab.data.run_store import Evidence
from tinylab.errors import CancelledError, TinyLabError
from tinylab.events import Event
from tinylab.learning.own_source import FAMILY
from tinylab.text import tr
from tinylab.workers import messages
from tinylab.workers.client import WorkerClient
from tinylab.workflow.inbox import Inbox
from tinylab.workflow.notices import Notices, Tone, Topic
from tinylab.workflow.project.change import Change, ChangeKind
from tinylab.workflow.project.document import Document
from tinylab.workflow.project.target import TargetBoard
from tinylab.workflow.state_table import StateTable
from tinylab.workflow.task import Task, Tasks
from tinylab.workflow.training.dataset import Dataset
from tinylab.workflow.training.kept_runs import KeptRuns
from tinylab.workflow.training.next_run import SETTING, stored_settings, suited, why_not_trained
from tinylab.workflow.training.pace import Pace, epochs_ahead
from tinylab.workflow.training.result_notice import say_skipped, say_trained, say_unreadable
from tinylab.workflow.training.run_states import BUSY, TABLE, RunEvent, RunState
from tinylab.workflow.training.runs import TrainedRun, TrainSettings
from tinylab.workflow.training.since import Since
from tinylab.workflow.training.training_job import Finished, Listener, TrainingJob


class Trainer:
    """The page Train's state: the settings, the run that goes on, and the runs so far."""

    def __init__(
        self,
        inbox: Inbox,
        tasks: Tasks,
        document: Document,
        worker: WorkerClient,
        target: TargetBoard,
        notices: Notices,
    ) -> None:
        self.table: StateTable[RunState, RunEvent] = StateTable(TABLE, RunState.IDLE)
        self.changed: Event[None] = Event()
        self.heard: Event[messages.Epoch] = Event()  # an epoch of the run that goes on has ended
        self.settings = TrainSettings()
        self.history: list[messages.Epoch] = []
        self.sentence = ""
        self.reason = ""  # why the last run failed
        self.paused = False
        self.fold = (0, 0)  # the fold that trains now, from 1, and how many there are; (0, 0): none
        self.kept = KeptRuns(document, notices)
        self.own_sources = worker.own_sources  # files of the user's own that may run
        self._tasks, self._document, self._worker = tasks, document, worker
        self._target, self._notices, self._post, self._inbox = target, notices, inbox.post, inbox
        self._task: Task[TrainedRun] | None = None
        self._job: Task[Finished] | None = None
        self._pace = Pace()
        self.table.changed.subscribe(lambda _: self.changed.emit(None))
        document.changed.subscribe(self._document_changed)

    @property
    def state(self) -> RunState:
        """Where the run stands."""
        return self.table.state

    @property
    def busy(self) -> bool:
        """Whether a run goes on."""
        return self.state in BUSY

    @property
    def runs(self) -> list[TrainedRun]:
        """All runs of the project, oldest first."""
        return self.kept.all

    @property
    def not_stored(self) -> Mapping[int, TinyLabError]:
        """Runs that could not be written into the project, and why."""
        return self.kept.not_stored

    @property
    def current(self) -> TrainedRun | None:
        """The run that Evaluate and Deploy speak of."""
        return self.kept.current

    @property
    def evidence(self) -> Evidence | None:
        """The test windows of the current run and what was answered then; None where it has none that can be read."""
        return self.kept.evidence

    def since(self) -> Since:
        """What has changed in the project since the current run."""
        return self.kept.since(self.settings)

    def why_not(self) -> str:
        """Why nothing can be trained now, in words; empty where it can."""
        return why_not_trained(self._document)

    def choose(self, run: TrainedRun) -> None:
        """Make a run the current one."""
        self.kept.choose(run)
        self.history, self.sentence = list(run.history), run.sentence
        self.table.fire(RunEvent.SHOW)
        self.changed.emit(None)

    def open_test(self) -> None:
        """Show the test of the current run from now on."""
        if self.current is not None:
            self.kept.open_test(self.current)
            self.changed.emit(None)

    def rename(self, run: TrainedRun, name: str) -> None:
        """Give a run a name; an empty one takes it away."""
        self.kept.rename(run, name)
        self.changed.emit(None)

    def delete(self, run: TrainedRun) -> bool:
        """Remove a run with its evidence for good; a notice says why where that fails."""
        if self.busy:
            self._notices.show(Tone.CAUTION, tr("A run goes on."), tr("Wait for its end."))
            return False
        was_shown = run is self.current
        if not self.kept.remove(run):
            return False
        if was_shown:
            self.history, self.sentence = [], ""
            if self.current is not None:
                self.choose(self.current)
        self._document.runs_changed(run.number)
        self.changed.emit(None)
        return True

    def set_settings(self, settings: TrainSettings) -> None:
        """Change what the next run will be; a setting of the project, so it can be undone."""
        if settings == self.settings:
            return
        before, self.settings = self.settings, settings
        self.kept.changed()
        if self._document.project is not None and not self._document.read_only:
            stored = self._document.set_setting(SETTING, settings.to_json(), tr("training settings"), joins=True)
            self.settings = settings if stored else before  # so that it is shown as it is, and can be done again
        self.changed.emit(None)

    def train(self, settings: TrainSettings | None = None) -> Task[TrainedRun]:
        """Start a run; the task's result is the stored run. While one goes on, its task is returned."""
        if self._task is not None and self._task.running:
            return self._task
        if settings is not None:
            self.set_settings(settings)
        self.table.fire(RunEvent.TRAIN)
        self._notices.settled(Topic.TRAINING)
        self.history, self.reason, self.sentence, self.fold = [], "", "", (0, 0)
        self._pace.forget()
        takes, labels = self._document.takes, self._document.labels
        board, chosen = self._target.board, settings or self.settings
        self._task = task = Task[TrainedRun](tr("Training"), self._inbox)

        def done(finished: Finished) -> None:
            self._finished(finished, task)

        def failed(error: TinyLabError) -> None:
            self._failed(error)
            task.fail(error)

        try:
            self.own_sources.check(chosen.network.family, chosen.network.own)
            project = self._document.open_project()
            project.journal.end_joining()
            work = TrainingJob(project, self._worker, chosen, takes, labels, board)
        except TinyLabError as error:
            failed(error)
            return task
        job = self._tasks.start(tr("Training"), lambda job: work.run(job, self._listener(job)))
        self._job = job
        job.then(done, failed)
        return task

    def _listener(self, job: Task[Finished]) -> Listener:
        """What the job says from its thread, carried into this one."""
        return Listener(
            prepared=lambda dataset: self._post(lambda: self._prepared(dataset)),
            fold=lambda number, count: self._post(lambda: self._fold(number, count)),
            epoch=lambda epoch: self._post(lambda: self._epoch(epoch)),
            trained=lambda: self._post(lambda: self._trained(job)),
            unreadable=lambda bad: self._post(lambda: say_unreadable(self._notices, bad)),
        )

    def stop(self) -> None:
        """End the training that runs; what it has learned is kept, but nothing of folds that are not complete."""
        if self.state is not RunState.TRAINING:
            return
        self._end_pause()
        # Before its first epoch a user's own code runs, which may never come back.
        builds_own = self.settings.network.family == FAMILY and not self.history
        if (self.in_folds or builds_own) and self._job is not None:
            self._job.cancel()
        else:
            self._worker.stop_training()

    @property
    def in_folds(self) -> bool:
        """Whether the run that goes on is still being judged by folds."""
        return self.busy and self.fold[0] > 0

    def _end_pause(self) -> None:
        """No training waits any more; otherwise the next one would."""
        if self.paused:
            self.paused = False
            self._worker.pause_training(False)

    def pause(self) -> None:
        """Wait after the epoch that runs, or go on."""
        if self.state is RunState.TRAINING:
            self.paused = not self.paused
            self._worker.pause_training(self.paused)
            self._pace.forget()
            self.changed.emit(None)

    @property
    def left_s(self) -> float | None:
        """Seconds until the training ends, as it goes now; None where that cannot be told."""
        if self.state is not RunState.TRAINING or self.paused or not self.history:
            return None
        ahead = epochs_ahead(self.history[-1], self.settings.network, *self.fold)
        return self._pace.left_s(ahead, self._inbox.now())

    # --- back in the owning thread ----------------------------------------------------------------------

    def _prepared(self, dataset: Dataset) -> None:
        self.sentence = dataset.split.sentence
        self.table.fire(RunEvent.PREPARED)
        if dataset.skipped:
            say_skipped(self._notices, dataset.skipped)

    def _fold(self, number: int, count: int) -> None:
        """Another training begins, whose curves begin anew; number 0: after the folds all teach."""
        self.fold = (number, count)
        self.history = []
        self.changed.emit(None)

    def _epoch(self, epoch: messages.Epoch) -> None:
        self.history.append(epoch)
        self._pace.heard(epoch.number, self._inbox.now())
        self.heard.emit(epoch)
        self.changed.emit(None)

    def _trained(self, job: Task[Finished]) -> None:
        job.report(tr("quantizing"))
        self._end_pause()
        self.table.fire(RunEvent.TRAINED)

    def _finished(self, finished: Finished, task: Task[TrainedRun]) -> None:
        if finished.not_stored is not None:
            self._notices.error(finished.not_stored)
        run = self.kept.add(finished.run, finished.evidence, finished.not_stored)
        self.history, self.sentence = list(run.history), run.sentence  # of folds their mean, not the last one's
        self.table.fire(RunEvent.FINISH)
        self._document.runs_changed(run.number)
        say_trained(self._notices, run, self._notices.go(tr("Evaluate"), "Evaluate"))
        if run.skipped:
            say_skipped(self._notices, run.skipped)
        if self._worker.tired:
            self._tasks.start(tr("The training worker is started anew"), lambda _: self._worker.renew())
        task.finish(run)

    def _failed(self, error: TinyLabError) -> None:
        self._end_pause()
        cancelled, shown = isinstance(error, CancelledError), self.current
        if shown is not None and (cancelled or not self.history):  # there is nothing of it to show
            self.history, self.sentence = list(shown.history), shown.sentence
        if cancelled:
            self.table.fire(RunEvent.CANCEL)
            return
        self.reason = str(error)
        self.table.fire(RunEvent.FAIL)
        self._notices.error(error, about=Topic.TRAINING)

    def _document_changed(self, change: Change) -> None:
        """Undo of a setting brings the settings back; any change may make the current run stale."""
        self.kept.changed()
        if change.kind is ChangeKind.SETTINGS:
            self.settings = stored_settings(self._document)
        elif change.kind is ChangeKind.TAKES:
            self.settings = suited(self.settings, self._document)
        if change.kind is not ChangeKind.PROJECT:
            self.changed.emit(None)

    def attach(self, runs: list[TrainedRun]) -> None:
        """Show the runs of the project that was just opened."""
        self.kept.attach(runs)
        self.history, self.sentence, self.reason = [], "", ""
        self.settings = stored_settings(self._document)
        if self.runs:
            self.choose(self.runs[-1])
        else:
            self.table.fire(RunEvent.CANCEL)
            self.changed.emit(None)
