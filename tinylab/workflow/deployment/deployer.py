"""Check, build, try, flash, prove: five steps from a trained network to a board that is known to compute it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tinylab.boards.discovery import BoardPort
from tinylab.boards.ranges import recorded_range
from tinylab.data.run_store import Evidence
from tinylab.deploy.decision import Decision
from tinylab.deploy.firmware import Deployable
from tinylab.deploy.measuring import Measuring, measuring
from tinylab.deploy.proof import Proof, prove
from tinylab.dsp.count_conversion import CountConversion
from tinylab.errors import BoardError, CancelledError, DeployError, TinyLabError
from tinylab.events import Event
from tinylab.temporary import TemporaryFolder
from tinylab.text import tr
from tinylab.workflow.board.connection import Connection
from tinylab.workflow.board.opened_board import Linked, Sampling
from tinylab.workflow.deployment.deploy_job import DeployJob, DeployStep, Listener, test_windows
from tinylab.workflow.deployment.deploy_settings import DeploySettings
from tinylab.workflow.deployment.deploy_states import (
    AFTER,
    BUSY,
    FRESH,
    TABLE,
    DeployEvent,
    DeployState,
    DeployStepState,
    DeployStepStatus,
)
from tinylab.workflow.deployment.deployed import Deployed
from tinylab.workflow.inbox import Inbox
from tinylab.workflow.notices import Notices, Tone, Topic
from tinylab.workflow.project.document import Document
from tinylab.workflow.project.target import TargetBoard
from tinylab.workflow.state_table import StateTable
from tinylab.workflow.task import Task, Tasks
from tinylab.workflow.training.trainer import Trainer


class Deployer:
    """The page Deploy's state."""

    def __init__(
        self,
        inbox: Inbox,
        tasks: Tasks,
        connection: Connection,
        trainer: Trainer,
        target: TargetBoard,
        notices: Notices,
        document: Document,
    ) -> None:
        self.table: StateTable[DeployState, DeployEvent] = StateTable(TABLE, DeployState.IDLE)
        self.changed: Event[None] = Event()
        self.steps: dict[DeployStep, DeployStepStatus] = dict(FRESH)
        self.parity: list[bool] = []  # one entry for each window that came back in the running proof
        self.parity_of = 0
        self.result: Deployed | None = None
        self.reason = ""  # why the last deployment failed
        self.settings = DeploySettings(document)
        self._document = document
        self._post, self._tasks, self._notices = inbox.post, tasks, notices
        self._connection, self._trainer, self._target, self._inbox = connection, trainer, target, inbox
        self._task: Task[Deployed] | None = None
        self._work_dir: TemporaryFolder | None = None
        self.table.changed.subscribe(lambda _: self.changed.emit(None))
        self.settings.changed.subscribe(self.changed.emit)

    @property
    def state(self) -> DeployState:
        """Where the deployment stands."""
        return self.table.state

    @property
    def busy(self) -> bool:
        """Whether one goes on."""
        return self.state in BUSY

    @property
    def proven(self) -> bool:
        """Whether the board in reach was proven to compute the current run."""
        result = self.result
        return bool(result and result.run is self._trainer.current and result.proof and result.proof.proven)

    def why_not(self) -> str:
        """Why nothing can be flashed now, in words; empty where it can."""
        if self._trainer.current is None:
            return tr("Train a network first.")
        return "" if self._connection.wanted is not None else tr("Connect a board first.")

    @property
    def decision(self) -> Decision:
        """When the board commits itself to a class."""
        return self.settings.decision

    def set_decision(self, decision: Decision) -> None:
        """Change when the board commits itself; the next image has it, and a board that can takes it at once."""
        self.settings.set_decision(decision)

    @property
    def ranges(self) -> tuple[int, ...]:
        """Ranges in g that the target board can measure with."""
        return tuple(sorted(self._target.board.sensor.g_per_count))

    def measuring(self) -> Measuring | None:
        """What the board measures with once the current run is flashed; None without a run."""
        run = self._trainer.current
        if run is None:
            return None
        levels = run.levels
        if not levels.peak_g:  # an older TinyLab stored none
            learned = {member.take_id for member in run.members}
            levels = replace(levels, recorded_g=recorded_range([t for t in self._document.takes if t.id in learned]))
        return measuring(run.recipe, levels, self._target.board.sensor, self.settings.range_g)

    def flash(self) -> Task[Deployed]:
        """Go through all five steps; the task's result is what was found out."""
        return self._start(to_board=True)

    def build(self) -> Task[Deployed]:
        """Only check, build and try: sizes and cycles without touching the board."""
        return self._start(to_board=False)

    def _start(self, *, to_board: bool) -> Task[Deployed]:
        if self._task is not None and self._task.running:
            return self._task
        run, plan = self._trainer.current, self.measuring()
        if run is None or plan is None:
            return self._tasks.failed(
                tr("Deploying"), DeployError(tr("There is no network to deploy."), hint=tr("Train one first."))
            )
        port = None
        if to_board:
            port = self._connection.release()
            if port is None:
                error = BoardError(tr("No board is connected."), hint=tr("Connect one on the page Board."))
                self._notices.error(error, about=Topic.DEPLOYMENT)
                return self._tasks.failed(tr("Deploying"), error)
        self.reason, self.steps, self.parity = "", dict(FRESH), []
        self.result = Deployed(run, self._target.board, plan)
        self.table.fire(DeployEvent.START)
        self._notices.settled(Topic.DEPLOYMENT)
        title = tr("Deploying to {board}", board=port.name) if port else tr("Building")
        task: Task[Deployed] = Task(title, self._inbox)
        self._task = task
        self._run(title, self.result, self._trainer.evidence, port, task)
        return task

    def _run(
        self, title: str, result: Deployed, evidence: Evidence | None, port: BoardPort | None, task: Task[Deployed]
    ) -> None:
        work = DeployJob(result, evidence, self.decision, self._fresh_dir(), self._listener())
        job: Task[Linked | None] = self._tasks.start(title, lambda job: work.run(job, port))

        def done(linked: Linked | None) -> None:
            self._done(linked)
            task.finish(result)

        def failed(error: TinyLabError) -> None:
            self._failed(error)
            task.fail(error)

        job.then(done, failed)

    def _fresh_dir(self) -> Path:
        if self._work_dir is None:
            self._work_dir = TemporaryFolder("build")
        folder = self._work_dir.path / f"build {time.monotonic_ns()}"
        folder.mkdir()
        return folder

    def _listener(self) -> Listener:
        """What the job says from its thread, carried into this one."""

        def mark(step: DeployStep, state: DeployStepState, text: str = "") -> None:
            self._post(lambda: self._mark(step, state, text))

        return Listener(
            began=lambda step: mark(step, DeployStepState.RUNNING),
            ended=lambda step, text: mark(step, DeployStepState.DONE, text),
            failed=lambda step, text: mark(step, DeployStepState.FAILED, text),
            skipped=lambda step: mark(step, DeployStepState.SKIPPED, tr("not asked for")),
            window=lambda done, of, same: self._post(lambda: self._parity_window(done, of, same)),
        )

    # --- back in the owning thread ----------------------------------------------------------------------

    def _mark(self, step: DeployStep, state: DeployStepState, text: str) -> None:
        self.steps[step] = DeployStepStatus(state, text)
        if state is DeployStepState.DONE and step in AFTER:
            self.table.fire(AFTER[step])
        self.changed.emit(None)

    def _parity_window(self, done: int, of: int, same: bool) -> None:
        self.parity = [*self.parity[: done - 1], same]
        self.parity_of = of
        self.changed.emit(None)

    def _done(self, linked: Linked | None) -> None:
        self.table.fire(DeployEvent.FINISH)
        if linked is not None and self.result is not None:
            plan = self.result.measuring
            self._connection.sampling = Sampling(plan.rate_hz, plan.range_g)
            self._connection.adopt(linked)
            self._notices.show(
                Tone.GOOD,
                tr("Proven: the board computes what the PC computes."),
                self.steps[DeployStep.PROVE].text,
                self._notices.go(tr("Watch it decide"), "Live"),
                about=Topic.DEPLOYMENT,
            )
        self.changed.emit(None)

    def _failed(self, error: TinyLabError) -> None:
        cancelled = isinstance(error, CancelledError)
        self.reason = "" if cancelled else str(error)
        self.table.fire(DeployEvent.CANCEL if cancelled else DeployEvent.FAIL)
        self._connection.give_up()
        if self.reason:
            self._notices.error(error, about=Topic.DEPLOYMENT)
        self.changed.emit(None)

    def prove_again(
        self, indices: npt.NDArray[np.int64], report: Callable[[str], None] = lambda _: None
    ) -> Task[Proof]:
        """Send chosen test windows of the current run to the board that is connected.

        The task fails, and a notice says so, where the board does not run the current network.
        """
        run, linked, evidence = self._trainer.current, self._connection.linked, self._trainer.evidence
        if run is None or linked is None:
            error = DeployError(tr("There is no board or no network to prove."), hint=self.why_not())
            self._notices.error(error)
            return self._tasks.failed(tr("Classifying on the board"), error)

        g_per_count = linked.board.sensor.g_per_count.get(linked.identity.hello.model_range_g, run.recipe.g_per_count)

        def work(job: Task[Proof]) -> Proof:
            conversion = CountConversion.between(run.recipe, linked.identity.hello.model_range_g, g_per_count)
            deployable = Deployable.from_tflite(run.tflite, run.recipe, run.labels, conversion=conversion)
            if linked.identity.hello.model_hash != deployable.model_hash:
                raise DeployError(tr("The board does not run this network."), hint=tr("Flash it first."))

            def hear(number: int, of: int, _same: bool) -> None:
                job.report(tr("window {number} of {of}", number=number, of=of), number / of)
                if number % 64 == 0:
                    report(tr("  {number} of {of}", number=number, of=of))

            return prove(linked.link, deployable, test_windows(evidence)[indices], hear, job.cancelled)

        task = self._tasks.start(tr("Classifying on the board"), work)
        return task.then(failed=self._notices.show_error)

    def save_as(self, folder: Path) -> list[Path]:
        """Write what was built into a folder: the image, the network and the C. Raises OSError."""
        assert self.result is not None
        return self.result.save_as(folder)

    def save_and_say(self, folder: Path) -> None:
        """The same with a notice either way."""
        try:
            written = self.save_as(folder)
        except OSError as error:
            self._notices.show(
                Tone.ERROR,
                tr("{folder} could not be written: {strerror}.", folder=folder, strerror=error.strerror),
                tr("Choose another folder."),
            )
            return
        self._notices.show(Tone.GOOD, tr("{count} files written.", count=len(written)), str(folder))

    def forget_project(self) -> None:
        """Another project was opened: nothing of this one is deployed."""
        self.steps, self.parity, self.result, self.reason = dict(FRESH), [], None, ""
        self.table.fire(DeployEvent.FORGET)
        self.changed.emit(None)

    def close(self) -> None:
        """Remove the build's folder."""
        if self._work_dir is not None:
            self._work_dir.remove()
