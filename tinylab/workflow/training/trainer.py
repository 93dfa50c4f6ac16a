"""A training run from windows to an int8 network with its figures."""

from __future__ import annotations

import math
from dataclasses import replace

from tinylab.data.run_store import Evidence
from tinylab.errors import CancelledError, TinyLabError
from tinylab.events import Event
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
from tinylab.workflow.training.next_run import SETTING, stored_settings, suited
from tinylab.workflow.training.not_stored import free_number, make_way
from tinylab.workflow.training.old_evidence import remake_evidence
from tinylab.workflow.training.pace import Pace
from tinylab.workflow.training.result_notice import say_skipped, say_trained, say_unreadable
from tinylab.workflow.training.run_states import BUSY, TABLE, RunEvent, RunState
from tinylab.workflow.training.runs import TrainedRun, TrainSettings
from tinylab.workflow.training.since import Since, changes_since
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
        self.runs: list[TrainedRun] = []
        self.not_stored: dict[int, TinyLabError] = {}  # runs that could not be written into the project, and why
        self._current: TrainedRun | None = None
        self._since: Since | None = None  # None: to be found out
        self._evidence: tuple[int, Evidence | None] = (0, None)  # of the run with that number
        self._tasks, self._document, self._worker = tasks, document, worker
        self._target, self._notices, self._post, self._inbox = target, notices, inbox.post, inbox
        self._task: Task[TrainedRun] | None = None
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
    def current(self) -> TrainedRun | None:
        """The run that Evaluate and Deploy speak of."""
        return self._current

    @property
    def evidence(self) -> Evidence | None:
        """The test windows of the current run and what was answered then; None where it has none that can be read."""
        run = self._current
        if run is None:
            return None
        if self._evidence[0] != run.number:
            self._evidence = (run.number, self._read_evidence(run))
        return self._evidence[1]

    def _read_evidence(self, run: TrainedRun) -> Evidence | None:
        try:
            project = self._document.open_project()
            found = project.runs.evidence(run.number)
            return found if found is not None else remake_evidence(project, run)
        except TinyLabError as error:
            self._notices.error(error)
            return None

    def since(self) -> Since:
        """What has changed in the project since the current run."""
        if self._since is None:
            self._since = self._compare()
        return self._since

    def _compare(self) -> Since:
        run, project = self._current, self._document.project
        if run is None or project is None:
            return Since(())
        takes = {take.id: take for take, _ in self._document.parts}
        try:
            return changes_since(run, takes, project.all_pieces_texts(), self.settings)
        except TinyLabError:
            return Since(())  # what cannot be read is said where it is read

    def why_not(self) -> str:
        """Why nothing can be trained now, in words; empty where it can."""
        if not self._document.takes:
            return tr("Record or import something first.")
        if len({part.label for _, part in self._document.parts}) < 2:
            return tr("Record a second label; with one there is nothing to tell apart.")
        return ""

    def choose(self, run: TrainedRun) -> None:
        """Make a run the current one."""
        self._current, self._since = run, None
        self.history, self.sentence = list(run.history), run.sentence
        self.table.fire(RunEvent.SHOW)
        self.changed.emit(None)

    def delete(self, run: TrainedRun) -> bool:
        """Remove a run with its evidence for good; a notice says why where that fails."""
        if self.busy:
            self._notices.show(Tone.CAUTION, tr("A run goes on."), tr("Wait for its end."))
            return False
        try:
            if run.number not in self.not_stored:
                self._document.open_project().runs.remove(run.number)
        except TinyLabError as error:
            self._notices.error(error, about=Topic.EDIT)
            return False
        self.runs = [each for each in self.runs if each is not run]
        if run is self._current:
            self._current, self._since, self.history, self.sentence = None, None, [], ""
            if self.runs:
                self.choose(self.runs[-1])
        self._document.runs_changed(run.number)
        self.changed.emit(None)
        return True

    def set_settings(self, settings: TrainSettings) -> None:
        """Change what the next run will be; a setting of the project, so it can be undone."""
        if settings == self.settings:
            return
        before, self.settings, self._since = self.settings, settings, None
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
        self.history, self.reason, self.sentence = [], "", ""
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
            project = self._document.open_project()
            project.journal.end_joining()
            work = TrainingJob(project, self._worker, chosen, takes, labels, board)
        except TinyLabError as error:
            failed(error)
            return task
        job = self._tasks.start(tr("Training"), lambda job: work.run(job, self._listener(job)))
        job.then(done, failed)
        return task

    def _listener(self, job: Task[Finished]) -> Listener:
        """What the job says from its thread, carried into this one."""
        return Listener(
            prepared=lambda dataset: self._post(lambda: self._prepared(dataset)),
            epoch=lambda epoch: self._post(lambda: self._epoch(epoch)),
            trained=lambda: self._post(lambda: self._trained(job)),
            unreadable=lambda bad: self._post(lambda: say_unreadable(self._notices, bad)),
        )

    def stop(self) -> None:
        """End the training that runs; what it has learned so far is kept."""
        if self.state is RunState.TRAINING:
            self._end_pause()
            self._worker.stop_training()

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
        last, all_epochs = self.history[-1], self.settings.network.epochs
        twice = not last.final and self.settings.network.keep == "last" and not math.isnan(last.validation_loss)
        return self._pace.left_s(all_epochs - last.number + (all_epochs if twice else 0), self._inbox.now())

    # --- back in the owning thread ----------------------------------------------------------------------

    def _prepared(self, dataset: Dataset) -> None:
        self.sentence = dataset.split.sentence
        self.table.fire(RunEvent.PREPARED)
        if dataset.skipped:
            say_skipped(self._notices, dataset.skipped)

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
        run = finished.run
        if finished.not_stored is not None:
            # It is not in the file, but what was trained is not thrown away while the window is open.
            self._notices.error(finished.not_stored)
            run = replace(run, number=free_number(self.runs))
            self.not_stored[run.number] = finished.not_stored
        else:
            self.runs = make_way(run.number, self.runs, self.not_stored)
        self.runs.append(run)
        self._current, self._since, self._evidence = run, None, (run.number, finished.evidence)
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
        cancelled = isinstance(error, CancelledError)
        if self._current is not None and (cancelled or not self.history):  # there is nothing of it to show
            self.history, self.sentence = list(self._current.history), self._current.sentence
        if cancelled:
            self.table.fire(RunEvent.CANCEL)
            return
        self.reason = str(error)
        self.table.fire(RunEvent.FAIL)
        self._notices.error(error, about=Topic.TRAINING)

    def _document_changed(self, change: Change) -> None:
        """Undo of a setting brings the settings back; any change may make the current run stale."""
        self._since = None
        if change.kind is ChangeKind.SETTINGS:
            self.settings = stored_settings(self._document)
        elif change.kind is ChangeKind.TAKES:
            self.settings = suited(self.settings, self._document)
        if change.kind is not ChangeKind.PROJECT:
            self.changed.emit(None)

    def attach(self, runs: list[TrainedRun]) -> None:
        """Show the runs of the project that was just opened."""
        self.runs, self._current, self.history, self.sentence, self.reason = runs, None, [], "", ""
        self._evidence, self.not_stored, self._since = (0, None), {}, None
        self.settings = stored_settings(self._document)
        if self.runs:
            self.choose(self.runs[-1])
        else:
            self.table.fire(RunEvent.CANCEL)
            self.changed.emit(None)
