"""What a deployment does in its thread: check, build, try, flash and prove, step by step."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tinylab.boards.discovery import TRIAL_NAME, BoardPort, virtual_port
from tinylab.boards.flash.drive import flash_drive
from tinylab.data.run_store import Evidence
from tinylab.deploy.decision import Decision
from tinylab.deploy.decision_cost import choose_inference
from tinylab.deploy.firmware import Deployable, build_firmware
from tinylab.deploy.proof import PARITY_WINDOWS, Proof, prove, spread
from tinylab.errors import BoardError, CancelledError, DeployError, LinkError, TinyLabError
from tinylab.link.asking import HANDSHAKE_S, Deadline
from tinylab.text import tr
from tinylab.virtualboard.service.client import start_virtual_board
from tinylab.workflow.board.opened_board import Linked, Sampling, begin_stream, open_board
from tinylab.workflow.deployment.deployed import Deployed
from tinylab.workflow.task import Task

COME_BACK_S = 20.0  # a board is back after flashing within this time
_LOOK_AGAIN_S = 0.1
_ANSWER_S = 1.0  # for one attempt to shake hands meanwhile


class DeployStep(Enum):
    """The five steps, in order."""

    CHECK = "check"
    BUILD = "build"
    TRY = "try"
    FLASH = "flash"
    PROVE = "prove"

    @property
    def title(self) -> str:
        """The step's name in the user's language."""
        return _TITLES[self]


_TITLES = {
    DeployStep.CHECK: tr("Check"),
    DeployStep.BUILD: tr("Build"),
    DeployStep.TRY: tr("Try"),
    DeployStep.FLASH: tr("Flash"),
    DeployStep.PROVE: tr("Prove"),
}


@dataclass(frozen=True, slots=True)
class Listener:
    """Who hears, from the job's thread, how far it is."""

    began: Callable[[DeployStep], None]
    ended: Callable[[DeployStep, str], None]  # with a few words about what came of it
    failed: Callable[[DeployStep, str], None]
    skipped: Callable[[DeployStep], None]
    window: Callable[[int, int, bool], None]  # a window came back: how many, of how many, whether it is identical


class DeployJob:
    """One deployment. Touches nothing that belongs to another thread but the figures it fills in."""

    def __init__(
        self, result: Deployed, evidence: Evidence | None, decision: Decision, folder: Path, listener: Listener
    ) -> None:
        self._result, self._evidence, self._decision = result, evidence, decision
        self._folder, self._listener = folder, listener

    def run(self, job: Task[Linked | None], port: BoardPort | None) -> Linked | None:
        """All steps; without a port the last two are skipped. Raises the error of the step that failed."""
        self._step(job, DeployStep.CHECK, self._check)
        self._step(job, DeployStep.BUILD, lambda: self._build(job))
        self._step(job, DeployStep.TRY, lambda: self._try(job))
        if port is None:
            for step in (DeployStep.FLASH, DeployStep.PROVE):
                self._listener.skipped(step)
            return None
        linked: list[Linked] = []
        try:
            self._step(job, DeployStep.FLASH, lambda: self._flash(job, port, linked))
            self._step(job, DeployStep.PROVE, lambda: self._prove(job, linked[0]))
            measuring = self._result.measuring
            return begin_stream(linked[0], Sampling(measuring.rate_hz, measuring.range_g))
        except BaseException:
            for each in linked:
                each.link.close()
            raise

    def _step(self, job: Task[Linked | None], step: DeployStep, work: Callable[[], str]) -> None:
        if job.cancelled():
            raise CancelledError(tr("Cancelled."))
        job.report(step.title)
        self._listener.began(step)
        began = time.monotonic()
        try:
            text = work()
        except TinyLabError as error:
            self._listener.failed(step, error.message)
            raise
        self._result.seconds[step.value] = round(time.monotonic() - began, 3)
        self._listener.ended(step, text)

    def _check(self) -> str:
        result = self._result
        run, sensor, measuring = result.run, result.board.sensor, result.measuring
        if measuring.rate_hz not in sensor.rates_hz:
            raise DeployError(
                tr(
                    "The network wants {rate_hz} Hz; {name} cannot do that.",
                    rate_hz=measuring.rate_hz,
                    name=sensor.name,
                ),
                hint=tr("Train again with a rate of this board."),
            )
        result.deployable = Deployable.from_tflite(
            run.tflite, run.recipe, run.labels, self._decision, measuring.conversion
        )
        return tr(
            "{rate_hz} Hz and ±{range_g} g fit {name}",
            rate_hz=measuring.rate_hz,
            range_g=measuring.range_g,
            name=sensor.name,
        )

    def _build(self, job: Task[Linked | None]) -> str:
        result = self._result
        assert result.deployable is not None
        result.deployable, result.decision_costs = choose_inference(result.deployable)
        build = build_firmware(result.board, self._folder, result.deployable, job.cancelled)
        result.build = build
        way = ", streaming" if result.decision_costs.streams else ""
        return tr(
            "{flash_bytes:.1f} kB flash, {ram_bytes:.1f} kB RAM{way}",
            flash_bytes=build.image.flash_bytes / 1000,
            ram_bytes=build.image.ram_bytes / 1000,
            way=way,
        )

    def _try(self, job: Task[Linked | None]) -> str:
        """Run the very image on a virtual board of its own before the real one is touched."""
        result = self._result
        assert result.deployable is not None and result.build is not None
        windows = self._parity_windows()
        process = start_virtual_board(f"{TRIAL_NAME} {os.getpid()}", result.build.image.hex, fast=True)
        try:
            linked = open_board(virtual_port(process.board), Deadline(HANDSHAKE_S, job.cancelled))
            try:
                result.tried = prove(linked.link, result.deployable, windows, cancelled=job.cancelled)
            finally:
                linked.link.close()
        finally:
            process.close()
        _insist(result.tried, "virtual board")
        return tr(
            "virtual board, {identical} of {windows}", identical=result.tried.identical, windows=result.tried.windows
        )

    def _flash(self, job: Task[Linked | None], port: BoardPort, linked: list[Linked]) -> str:
        build = self._result.build
        assert build is not None
        if port.drive is None:
            raise BoardError(
                tr("{name} shows no drive to copy the image to.", name=port.name),
                hint=tr("A micro:bit mounts as MICROBIT; mount it, or unplug the board and plug it in again."),
            )
        flash_drive(port.drive, build.image.hex, lambda share: job.report(tr("flash"), share), job.cancelled)
        linked.append(_await_build(port, build.build_id, job))
        return tr("build {build_id}, verified", build_id=build.build_id[:8])

    def _prove(self, job: Task[Linked | None], linked: Linked) -> str:
        result = self._result
        assert result.deployable is not None

        def hear(done: int, of: int, same: bool) -> None:
            job.report(tr("prove, window {done} of {of}", done=done, of=of), done / of)
            self._listener.window(done, of, same)

        result.proof = prove(linked.link, result.deployable, self._parity_windows(), hear, job.cancelled)
        _insist(result.proof, linked.port.name)
        return tr(
            "{identical} of {windows} windows identical", identical=result.proof.identical, windows=result.proof.windows
        )

    def _parity_windows(self) -> npt.NDArray[np.int16]:
        windows = test_windows(self._evidence)
        return windows[spread(windows, PARITY_WINDOWS)]


def test_windows(evidence: Evidence | None) -> npt.NDArray[np.int16]:
    """The windows a run was tested on; raises DeployError where it has none."""
    if evidence is None or not len(evidence):
        raise DeployError(
            tr("This run kept no test windows, so nothing can be proven with it."), hint=tr("Train again.")
        )
    return evidence.windows


def _insist(proof: Proof, where: str) -> None:
    if not proof.proven:
        raise DeployError(
            tr(
                "On the {where} {windows} of {all} windows came back different.",
                where=where,
                windows=proof.windows - proof.identical,
                all=proof.windows,
            ),
            hint=tr("This is an error of TinyLab: please report it with the project."),
        )


def _await_build(port: BoardPort, build_id: str, job: Task[Linked | None]) -> Linked:
    """Wait until the board is back and says the id of the image just built."""
    deadline = time.monotonic() + COME_BACK_S
    seen = ""
    while time.monotonic() < deadline:
        try:
            linked = open_board(port, Deadline(_ANSWER_S, job.cancelled))
        except (LinkError, BoardError):
            seen = ""
            job.pause(_LOOK_AGAIN_S)
            continue
        if linked.identity.build_id == build_id:
            return linked
        seen = linked.identity.build_id
        linked.link.close()
        job.pause(_LOOK_AGAIN_S)
    what = tr("it still runs build {seen}", seen=seen[:8]) if seen else tr("it does not answer")
    raise DeployError(
        tr("The board was flashed, but after {seconds:.0f} s {what}.", seconds=COME_BACK_S, what=what),
        hint=tr("Press its reset button, then flash again."),
    )
