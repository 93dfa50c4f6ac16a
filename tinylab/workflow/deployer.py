"""Check, build, try, flash, prove: five steps from a trained network to a board that is known to compute it."""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path
from typing import Final, TypeVar

import numpy as np
import numpy.typing as npt

from tinylab.boards.catalog import Board, default_board
from tinylab.boards.discovery import TRIAL_NAME, BoardPort, virtual_port
from tinylab.boards.flash.drive import flash_drive
from tinylab.deploy.decision_cost import DecisionCosts, choose_inference
from tinylab.deploy.firmware import Build, Decision, Deployable, build_firmware
from tinylab.deploy.proof import PARITY_WINDOWS, Proof, prove, spread
from tinylab.errors import BoardError, CancelledError, DeployError, LinkError, TinyLabError
from tinylab.events import Event
from tinylab.virtualboard.service.client import start_virtual_board
from tinylab.workflow.connection import Connection, Linked, Sampling, begin_stream, open_board
from tinylab.workflow.inbox import Inbox
from tinylab.workflow.jobs import Job, Jobs
from tinylab.workflow.notices import Notices, Tone
from tinylab.workflow.runs import TrainedRun
from tinylab.workflow.trainer import Training

T = TypeVar("T")
_COME_BACK_S = 20.0  # a board is back after flashing within this time
_LOOK_AGAIN_S = 0.1


class DeployStep(Enum):
    """The five steps, in order."""

    CHECK = "Check"
    BUILD = "Build"
    TRY = "Try"
    FLASH = "Flash"
    PROVE = "Prove"


class DeployStepState(Enum):
    """Where one step stands."""

    WAITING = auto()
    RUNNING = auto()
    DONE = auto()
    SKIPPED = auto()
    FAILED = auto()


@dataclass(frozen=True, slots=True)
class DeployStepStatus:
    """A step's state and a few text about it."""

    state: DeployStepState = DeployStepState.WAITING
    text: str = ""


_FRESH: Final = dict.fromkeys(DeployStep, DeployStepStatus())


@dataclass(slots=True)
class Deployed:
    """What a deployment found out so far. Filled by the job, read by the screen after each step."""

    run: TrainedRun
    board: Board
    deployable: Deployable | None = None
    decision_costs: DecisionCosts | None = None
    build: Build | None = None
    tried: Proof | None = None
    proof: Proof | None = None
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def best_proof(self) -> Proof | None:
        """The proof on the board, or else the one on the virtual board it was tried on."""
        return self.proof or self.tried

    @property
    def milliseconds(self) -> float | None:
        """Time for one decision as the board measured it."""
        proof = self.best_proof
        return self.board.milliseconds(proof.features_cycles + proof.network_cycles) if proof else None


class Deployment:
    """The page Deploy's state."""

    def __init__(self, inbox: Inbox, jobs: Jobs, connection: Connection, training: Training, notices: Notices) -> None:
        self.changed: Event[None] = Event()
        self.decision = Decision()
        self.steps: dict[DeployStep, DeployStepStatus] = dict(_FRESH)
        self.parity: list[bool] = []  # one entry for each window that came back in the running proof
        self.parity_of = 0
        self.result: Deployed | None = None
        self.reason = ""
        self.busy = False
        self._post, self._jobs, self._notices = inbox.post, jobs, notices
        self._connection, self._training = connection, training
        self._work_dir: tempfile.TemporaryDirectory[str] | None = None

    @property
    def proven(self) -> bool:
        """Whether the board in reach was proven to compute the current run."""
        result = self.result
        return bool(result and result.run is self._training.current and result.proof and result.proof.proven)

    def why_not(self) -> str:
        """Why nothing can be flashed now, in words; empty where it can."""
        if self._training.current is None:
            return "Train a network first."
        return "" if self._connection.wanted is not None else "Connect a board first."

    def set_decision(self, decision: Decision) -> None:
        """Change when the board commits itself; takes effect with the next image."""
        self.decision = decision
        self.changed.emit(None)

    def flash(self) -> None:
        """Go through all five steps."""
        self._start(to_board=True)

    def build(self) -> None:
        """Only check, build and try: sizes and cycles without touching the board."""
        self._start(to_board=False)

    def _start(self, *, to_board: bool) -> None:
        run = self._training.current
        if self.busy or run is None:
            return
        port = None
        if to_board:
            port = self._connection.release()
            if port is None:
                self._notices.error(BoardError("No board is connected.", hint="Connect one on the page Board."))
                return
        self.busy, self.reason = True, ""
        self.steps, self.parity = dict(_FRESH), []
        self.result = Deployed(run, default_board())
        self.changed.emit(None)
        result, decision = self.result, self.decision
        title = f"Deploying to {port.name}" if port else "Building"
        self._jobs.start(title, lambda job: self._work(job, result, decision, port), self._done, self._failed)

    # --- in the job's thread ----------------------------------------------------------------------------

    def _work(self, job: Job, result: Deployed, decision: Decision, port: BoardPort | None) -> Linked | None:
        self._step(job, DeployStep.CHECK, result, lambda: self._check(result, decision))
        self._step(job, DeployStep.BUILD, result, lambda: self._build(job, result))
        self._step(job, DeployStep.TRY, result, lambda: self._try(job, result))
        if port is None:
            for step in (DeployStep.FLASH, DeployStep.PROVE):
                self._mark(step, DeployStepState.SKIPPED, "not asked for")
            return None
        linked: list[Linked] = []
        try:
            self._step(job, DeployStep.FLASH, result, lambda: self._flash(job, result, port, linked))
            self._step(job, DeployStep.PROVE, result, lambda: self._prove(job, result, linked[0]))
            recipe = result.run.recipe
            return begin_stream(linked[0], Sampling(recipe.rate_hz, recipe.range_g))
        except BaseException:
            for each in linked:
                each.link.close()
            raise

    def _step(self, job: Job, step: DeployStep, result: Deployed, work: Callable[[], str]) -> None:
        if job.cancelled():
            raise CancelledError("Cancelled.")
        job.report(step.value.lower())
        self._mark(step, DeployStepState.RUNNING, "")
        began = time.monotonic()
        try:
            text = work()
        except TinyLabError as error:
            self._mark(step, DeployStepState.FAILED, error.message)
            raise
        result.seconds[step.value.lower()] = round(time.monotonic() - began, 3)
        self._mark(step, DeployStepState.DONE, text)

    def _mark(self, step: DeployStep, state: DeployStepState, text: str) -> None:
        def put() -> None:
            self.steps[step] = DeployStepStatus(state, text)
            self.changed.emit(None)

        self._post(put)

    def _check(self, result: Deployed, decision: Decision) -> str:
        run, sensor = result.run, result.board.sensor
        if run.recipe.rate_hz not in sensor.rates_hz or run.recipe.range_g not in sensor.g_per_count:
            raise DeployError(
                f"The network wants {run.recipe.rate_hz} Hz and ±{run.recipe.range_g} g; {sensor.name} cannot do that.",
                hint="Train again with a rate and range of this board.",
            )
        result.deployable = Deployable.from_tflite(run.tflite, run.recipe, run.labels, decision)
        return f"{run.recipe.rate_hz} Hz and ±{run.recipe.range_g} g fit {sensor.name}"

    def _build(self, job: Job, result: Deployed) -> str:
        assert result.deployable is not None
        result.deployable, result.decision_costs = choose_inference(result.deployable)
        build = build_firmware(result.board, self._fresh_dir(), result.deployable, job.cancelled)
        result.build = build
        streaming = ", streaming" if result.decision_costs.streams else ""
        return f"{build.image.flash_bytes / 1000:.1f} kB flash, {build.image.ram_bytes / 1000:.1f} kB RAM{streaming}"

    def _fresh_dir(self) -> Path:
        if self._work_dir is None:
            self._work_dir = tempfile.TemporaryDirectory(prefix="tinylab-build-", ignore_cleanup_errors=True)
        folder = Path(self._work_dir.name) / f"build {time.monotonic_ns()}"
        folder.mkdir()
        return folder

    def _try(self, job: Job, result: Deployed) -> str:
        """Run the very image on a virtual board of its own before the real one is touched."""
        assert result.deployable is not None and result.build is not None
        windows = _parity_windows(result.run)
        process = start_virtual_board(f"{TRIAL_NAME} {os.getpid()}", result.build.image.hex, fast=True)
        try:
            linked = open_board(virtual_port(process.board), job.cancelled)
            try:
                result.tried = prove(linked.link, result.deployable, windows, cancelled=job.cancelled)
            finally:
                linked.link.close()
        finally:
            process.close()
        _insist(result.tried, "virtual board")
        return f"virtual board, {result.tried.identical} of {result.tried.windows}"

    def _flash(self, job: Job, result: Deployed, port: BoardPort, linked: list[Linked]) -> str:
        assert result.build is not None
        if port.drive is None:
            raise BoardError(
                f"{port.name} shows no drive to copy the image to.",
                hint="A micro:bit mounts as MICROBIT; mount it, or plug the board out and in.",
            )
        flash_drive(port.drive, result.build.image.hex, lambda share: job.report("flash", share), job.cancelled)
        linked.append(_await_build(port, result.build.build_id, job))
        return f"build {result.build.build_id[:8]}, verified"

    def _prove(self, job: Job, result: Deployed, linked: Linked) -> str:
        assert result.deployable is not None
        windows = _parity_windows(result.run)

        def hear(done: int, of: int, same: bool) -> None:
            job.report(f"prove, window {done} of {of}", done / of)
            self._post(lambda: self._parity_window(done, of, same))

        result.proof = prove(linked.link, result.deployable, windows, hear, job.cancelled)
        _insist(result.proof, linked.port.name)
        return f"{result.proof.identical} of {result.proof.windows} windows identical"

    # --- back in the owning thread ----------------------------------------------------------------------

    def _parity_window(self, done: int, of: int, same: bool) -> None:
        self.parity = [*self.parity[: done - 1], same]
        self.parity_of = of
        self.changed.emit(None)

    def _done(self, linked: Linked | None) -> None:
        self.busy = False
        if linked is not None and self.result is not None:
            recipe = self.result.run.recipe
            self._connection.sampling = Sampling(recipe.rate_hz, recipe.range_g)
            self._connection.adopt(linked)
            self._notices.show(
                Tone.GOOD,
                "Proven: the board computes what the PC computes.",
                self.steps[DeployStep.PROVE].text + "; watch it decide on the page Live.",
            )
        self.changed.emit(None)

    def _failed(self, error: TinyLabError) -> None:
        self.busy = False
        self.reason = "" if isinstance(error, CancelledError) else str(error)
        self._connection.give_up()
        if self.reason:
            self._notices.error(error)
        self.changed.emit(None)

    def prove_again(
        self,
        indices: npt.NDArray[np.int64],
        done: Callable[[Proof], None],
        tell: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Send chosen test windows of the current run to the board that is connected; `done` gets what came back.

        Tells a notice where the board does not run the current network.
        """
        run, linked = self._training.current, self._connection.linked
        if run is None or linked is None:
            self._notices.show(Tone.ERROR, "There is no board or no network to prove.", self.why_not())
            return

        def work(job: Job) -> Proof:
            deployable = Deployable.from_tflite(run.tflite, run.recipe, run.labels, self.decision)
            if linked.identity.hello.model_hash != deployable.model_hash:
                raise DeployError("The board does not run this network.", hint="Flash it first.")

            def hear(number: int, of: int, _same: bool) -> None:
                job.report(f"window {number} of {of}", number / of)
                if number % 64 == 0:
                    tell(f"  {number} of {of}")

            return prove(linked.link, deployable, run.test.windows[indices], hear, job.cancelled)

        self._jobs.start("Classifying on the board", work, done, self._notices.show_error)

    def save_as(self, folder: Path) -> list[Path]:
        """Write what was built into a folder: the image, the network and the C."""
        assert self.result is not None and self.result.build is not None and self.result.deployable is not None
        folder.mkdir(parents=True, exist_ok=True)
        written = []
        for name, content in {
            "firmware.hex": self.result.build.image.hex.read_bytes(),
            "model.tflite": self.result.run.tflite,
            **{path.name: path.read_bytes() for path in self.result.build.sources},
        }.items():
            (folder / name).write_bytes(content)
            written.append(folder / name)
        return written

    def attach(self) -> None:
        """Another project was opened: nothing of this one is deployed."""
        self.steps, self.parity, self.result, self.reason = dict(_FRESH), [], None, ""
        self.changed.emit(None)

    def close(self) -> None:
        """Remove the build's folder."""
        if self._work_dir is not None:
            with contextlib.suppress(OSError):
                self._work_dir.cleanup()


def _parity_windows(run: TrainedRun) -> npt.NDArray[np.int16]:
    if not len(run.test):
        raise DeployError(
            "The recordings this network was tested on are gone, so nothing can be proven with it.",
            hint="Bring them back (undo), or train again.",
        )
    return run.test.windows[spread(run.test.windows, PARITY_WINDOWS)]


def _insist(proof: Proof, where: str) -> None:
    if not proof.proven:
        raise DeployError(
            f"On the {where} {proof.windows - proof.identical} of {proof.windows} windows came back different.",
            hint="This is an error of TinyLab: please report it with the project.",
        )


def _await_build(port: BoardPort, build_id: str, job: Job) -> Linked:
    """Wait until the board is back and says the id of the image just built."""
    deadline = time.monotonic() + _COME_BACK_S
    seen = ""
    while time.monotonic() < deadline:
        try:
            linked = open_board(port, job.cancelled, tries=2)
        except (LinkError, BoardError):
            seen = ""
            job.pause(_LOOK_AGAIN_S)
            continue
        if linked.identity.build_id == build_id:
            return linked
        seen = linked.identity.build_id
        linked.link.close()
        job.pause(_LOOK_AGAIN_S)
    what = f"it still runs build {seen[:8]}" if seen else "it does not answer"
    raise DeployError(
        f"The board was flashed, but after {_COME_BACK_S:.0f} s {what}.",
        hint="Press its reset button, then flash again.",
    )
