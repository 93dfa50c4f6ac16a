"""Once around the loop without a screen: record, train, quantize, build, flash, prove, decide live."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np

from tinylab.data.recording import Recording
from tinylab.deploy.proof import Proof
from tinylab.errors import TinyLabError
from tinylab.evaluation.metrics import Metrics, measure
from tinylab.exchange.example import load_example
from tinylab.learning.plan import NetworkPlan
from tinylab.report.loop import CaptureFigures, LoopReport
from tinylab.workflow.connection import LinkState, Sampling
from tinylab.workflow.dataset import WindowPlan
from tinylab.workflow.notices import Tone
from tinylab.workflow.recorder import CaptureState, NextTake
from tinylab.workflow.runs import TrainedRun, TrainSettings
from tinylab.workflow.session import Session

Tell = Callable[[str], None]
Result = TypeVar("Result")
_LIVE_DECISIONS = 8


@dataclass(frozen=True, slots=True)
class DemoPlan:
    """How much of the example the virtual hand performs."""

    subjects: int = 10
    take_s: float = 12.0
    epochs: int = 30

    @classmethod
    def short(cls) -> DemoPlan:
        """Enough to see every step work."""
        return cls(subjects=4, take_s=8.0, epochs=12)


def run_demo(out: Path, plan: DemoPlan, tell: Tell) -> LoopReport:
    """Do the whole loop in a session of its own; everything lands in `out`. Raises TinyLabError where a step fails."""
    out.mkdir(parents=True, exist_ok=True)
    session = Session(fast_virtual_board=True)
    try:
        return _Loop(session, out, plan, tell).run()
    finally:
        session.close()


class _Loop:
    """The steps, each waiting for the session to have done it."""

    def __init__(self, session: Session, out: Path, plan: DemoPlan, tell: Tell) -> None:
        self._session, self._out, self._plan, self._report_progress = session, out, plan, tell
        self._seconds: dict[str, float] = {}
        self._began = time.monotonic()
        self._told_epoch = 0

    def run(self) -> LoopReport:
        session = self._session
        path = self._out / "demo.tinylab"
        for old in self._out.glob("demo.tinylab*"):
            old.unlink()
        session.new_project(path)
        session.set_sampling(Sampling(50, 8))
        session.warm_up()  # TensorFlow loads while the hand moves
        self._connect()
        self._timed("capture", self._capture)
        run = self._train()
        self._deploy()
        device = self._timed("device", self._classify_on_board)
        live = self._timed("live", self._watch_live)
        self._seconds["total"] = time.monotonic() - self._began
        return self._report(run, device, live)

    def _timed(self, name: str, work: Callable[[], Result]) -> Result:
        began = time.monotonic()
        result = work()
        self._seconds[name] = time.monotonic() - began
        return result

    def _wait(self, until: Callable[[], bool], timeout_s: float, what: str) -> None:
        """Wait for a state; an error notice ends the demo with its own words."""

        def over() -> bool:
            return until() or any(n.tone is Tone.ERROR for n in self._session.notices.shown)

        done = self._session.inbox.wait(over, timeout_s)
        for notice in self._session.notices.shown:
            if notice.tone is Tone.ERROR:
                raise TinyLabError(notice.message, notice.hint)
        if not done:
            raise TinyLabError(
                f"{what} took longer than {timeout_s:.0f} s.", hint="Run the demo again on a quieter machine."
            )
        self._session.notices.clear()

    def _connect(self) -> None:
        self._report_progress("Starting the virtual board …")
        connection = self._session.connection
        self._session.connect_virtual()
        self._wait(lambda: connection.state is LinkState.CONNECTED, 180, "Connecting the virtual board")
        linked = connection.linked
        assert linked is not None
        self._report_progress(f"  {linked.port.name}, build {linked.identity.build_id[:8]}, {linked.board.sensor.name}")

    def _capture(self) -> None:
        chosen = _choose(load_example(), self._plan.subjects)
        self._report_progress(f"Recording {len(chosen)} takes: the virtual hand performs real recordings …")
        session = self._session
        session.motion.follows = False
        for number, recording in enumerate(chosen):
            seconds = min(self._plan.take_s, recording.seconds)
            session.capture.set_next(NextTake(recording.label, recording.subject, seconds, countdown_s=0))
            unsubscribe = session.capture.began.subscribe(lambda _, wanted=recording: session.motion.play(wanted))  # type: ignore[misc]
            session.capture.record()
            self._wait(lambda: session.capture.state is not CaptureState.COUNTDOWN, 10, "Starting a take")
            self._wait(lambda: session.capture.state is CaptureState.IDLE, 60 + 2 * seconds, "A take")
            unsubscribe()
            if (number + 1) % 10 == 0:
                self._report_progress(f"  {number + 1} of {len(chosen)}")
        session.motion.rest()

    def _train(self) -> TrainedRun:
        self._report_progress("Training …")
        session = self._session
        session.training.set_settings(
            TrainSettings(
                NetworkPlan(epochs=self._plan.epochs), WindowPlan(window_s=2.0, stride_s=0.5, split="subject")
            )
        )
        unsubscribe = session.training.changed.subscribe(lambda _: self._report_epoch())
        session.training.train()
        self._wait(lambda: not session.training.busy, 600, "Training")
        unsubscribe()
        run = session.training.current
        if run is None:
            raise TinyLabError("Training ended without a network.", hint="Run the demo again.")
        self._seconds |= {name: run.seconds[name] for name in ("train", "quantize")}
        self._report_progress(f"  {run.sentence}")
        self._report_progress(
            f"  majority {run.int8.majority:.3f}, float32 {run.float32.accuracy:.3f}, int8 {run.int8.accuracy:.3f}"
        )
        return run

    def _report_epoch(self) -> None:
        history = self._session.training.history
        if history and history[-1].number >= self._told_epoch + 5:
            last = history[-1]
            self._told_epoch = last.number
            self._report_progress(
                f"  epoch {last.number}: loss {last.loss:.3f}, validation accuracy {last.validation_accuracy:.3f}"
            )

    def _deploy(self) -> None:
        self._report_progress("Checking, building, trying, flashing, proving …")
        session = self._session
        session.deployment.flash()
        self._wait(lambda: not session.deployment.busy and session.connection.connected, 300, "Deploying")
        for step, status in session.deployment.steps.items():
            self._report_progress(f"  {step.value}: {status.text}")
        assert session.deployment.result is not None
        seconds = session.deployment.result.seconds
        self._seconds |= {name: seconds[name] for name in ("build", "try", "flash", "prove")}
        session.deployment.save_as(self._out)

    def _classify_on_board(self) -> tuple[Proof, Metrics]:
        session = self._session
        run = session.training.current
        assert run is not None
        indices = np.arange(len(run.test))
        self._report_progress(f"Classifying all {len(indices)} test windows on the board …")
        found: list[Proof] = []
        session.deployment.prove_again(indices, found.append)
        self._wait(lambda: bool(found), 300, "Classifying on the board")
        majority = int(np.bincount(run.test.classes, minlength=len(run.labels)).argmax())
        metrics = measure(run.test.classes[indices], found[0].outputs.argmax(axis=1), run.labels, majority)
        self._report_progress(f"  device {metrics.accuracy:.3f}, {found[0].identical} of {found[0].windows} identical")
        return found[0], metrics

    def _watch_live(self) -> int:
        session, run = self._session, self._session.training.current
        assert run is not None
        performed = session.library.recordings[0]
        self._report_progress(f"Watching the board decide while the hand performs “{performed.label}” …")
        before = session.live.count
        session.motion.play(performed, loop=True)
        self._wait(lambda: session.live.count >= before + _LIVE_DECISIONS, 120, "Waiting for live decisions")
        session.motion.rest()
        last = session.live.decisions[-1]
        text = session.live.decided_label(last) or "not sure"
        self._report_progress(
            f"  {session.live.count - before} decisions, the last: {text}, {last.milliseconds:.2f} ms each"
        )
        return session.live.count - before

    def _report(self, run: TrainedRun, device: tuple[Proof, Metrics], live: int) -> LoopReport:
        recordings = self._session.library.recordings
        deployed = self._session.deployment.result
        assert deployed is not None
        report = LoopReport(
            capture=CaptureFigures(
                recordings=len(recordings),
                samples=sum(r.samples for r in recordings),
                lost=sum(r.lost + r.overruns for r in recordings),
                rate_hz=float(np.mean([r.rate_hz for r in recordings])),
            ),
            run=run,
            deployed=deployed,
            device=device[1],
            device_identical=device[0].identical,
            live_decisions=live,
            seconds=self._seconds,
            example=recordings[0],
        )
        report.write(self._out)
        self._report_progress(f"Done in {self._seconds['total']:.0f} s: {self._out / 'report.html'}")
        return report


def _choose(recordings: Sequence[Recording], subjects: int) -> list[Recording]:
    """Every take of the first subjects: each label, with either hand."""
    names = sorted({r.subject for r in recordings})[:subjects]
    return [r for r in recordings if r.subject in names]
