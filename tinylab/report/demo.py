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
from tinylab.evaluation.intervals import AccuracyInterval
from tinylab.evaluation.metrics import Metrics, measure
from tinylab.exchange.example import load_example
from tinylab.learning.plan import NetworkPlan
from tinylab.report.loop import LoopReport
from tinylab.text import tr
from tinylab.workers import messages
from tinylab.workflow.board.opened_board import Sampling
from tinylab.workflow.capture.next_take import NextTake
from tinylab.workflow.deployment.deployed import Deployed
from tinylab.workflow.session import Session
from tinylab.workflow.training.runs import TrainedRun, TrainSettings, interval_of
from tinylab.workflow.training.window_plan import WindowPlan

Report = Callable[[str], None]
Result = TypeVar("Result")
OnBoard = tuple[Proof, Metrics, AccuracyInterval | None]  # what the board itself said to the test windows
_LIVE_DECISIONS = 8
_EPOCHS_REPORTED = 5  # each fifth


@dataclass(frozen=True, slots=True)
class DemoPlan:
    """How much of the example the virtual board replays."""

    subjects: int = 10
    take_s: float = 12.0
    epochs: int = 30

    @classmethod
    def short(cls) -> DemoPlan:
        """Enough to see every step work."""
        return cls(subjects=4, take_s=8.0, epochs=12)


def run_demo(out: Path, plan: DemoPlan, report: Report) -> LoopReport:
    """Do the whole loop in a session of its own; everything lands in `out`. Raises TinyLabError where a step fails."""
    out.mkdir(parents=True, exist_ok=True)
    session = Session(fast_virtual_board=True)
    try:
        return _Loop(session, out, plan, report).run()
    finally:
        session.close()


class _Loop:
    """The steps, each waiting for the session to have done it."""

    def __init__(self, session: Session, out: Path, plan: DemoPlan, report: Report) -> None:
        self._session, self._out, self._plan, self._report_progress = session, out, plan, report
        self._seconds: dict[str, float] = {}
        self._began = time.monotonic()

    def run(self) -> LoopReport:
        session = self._session
        path = self._out / "demo.tinylab"
        for old in (*self._out.glob("demo.tinylab*"), *self._out.glob(".demo.tinylab*")):
            old.unlink()
        session.projects.new(path).result()
        session.sampling.choose(Sampling(50, 8))
        session.warm_up()  # TensorFlow loads while the board is moved
        self._connect()
        self._timed("capture", self._capture)
        run = self._train()
        deployed = self._deploy()
        device = self._timed("device", lambda: self._classify_on_board(run))
        live = self._timed("live", self._watch_live)
        self._seconds["total"] = time.monotonic() - self._began
        return self._report(run, deployed, device, live)

    def _timed(self, name: str, work: Callable[[], Result]) -> Result:
        began = time.monotonic()
        result = work()
        self._seconds[name] = time.monotonic() - began
        return result

    def _connect(self) -> None:
        self._report_progress(tr("Starting the virtual board …"))
        linked = self._session.boards.connect_virtual().result(180)
        self._report_progress(
            tr(
                "  {name}, build {build_id}, {sensor}",
                name=linked.port.name,
                build_id=linked.identity.build_id[:8],
                sensor=linked.board.sensor.name,
            )
        )

    def _capture(self) -> None:
        chosen = _choose(load_example(), self._plan.subjects)
        self._report_progress(
            tr("Recording {count} takes: the virtual board replays real recordings …", count=len(chosen))
        )
        session = self._session
        session.motion.follows = False
        for number, recording in enumerate(chosen):
            take = recording.header
            seconds = min(self._plan.take_s, take.seconds)
            session.recorder.set_next(NextTake(take.label, take.subject, seconds, countdown_s=0))
            session.motion.prepare(recording)
            session.recorder.record().result(60 + 2 * seconds)
            if (number + 1) % 10 == 0:
                self._report_progress(tr("  {number} of {count}", number=number + 1, count=len(chosen)))
        session.motion.come_to_rest()

    def _train(self) -> TrainedRun:
        self._report_progress(tr("Training …"))
        session = self._session
        settings = TrainSettings(
            NetworkPlan(epochs=self._plan.epochs), WindowPlan(window_s=2.0, stride_s=0.5, split="subject")
        )
        unsubscribe = session.trainer.heard.subscribe(self._report_epoch)
        session.trainer.train(settings).result(600)
        unsubscribe()
        session.trainer.open_test()
        run = session.trainer.current
        assert run is not None, "one was trained"
        self._seconds |= {name: run.seconds[name] for name in ("train", "quantize")}
        self._report_progress(f"  {run.sentence}")
        self._report_progress(f"  {run.certainty}")
        self._report_progress(
            tr(
                "  majority {majority:.3f}, float32 {accuracy:.3f}, int8 {accuracy2:.3f}",
                majority=run.int8.majority,
                accuracy=run.float32.accuracy,
                accuracy2=run.int8.accuracy,
            )
        )
        return run

    def _report_epoch(self, epoch: messages.Epoch) -> None:
        if epoch.number % _EPOCHS_REPORTED:
            return
        said = tr("  epoch {number}: loss {loss:.3f}", number=epoch.number, loss=epoch.loss)
        if not epoch.final:
            said += tr(", validation accuracy {accuracy:.3f}", accuracy=epoch.validation_accuracy)
        self._report_progress(said)

    def _deploy(self) -> Deployed:
        self._report_progress(tr("Checking, building, trying, flashing, proving …"))
        deployer = self._session.deployer
        deployed = deployer.flash().result(300)
        for step, status in deployer.steps.items():
            self._report_progress(f"  {step.title}: {status.text}")
        self._seconds |= {name: deployed.seconds[name] for name in ("build", "try", "flash", "prove")}
        deployer.save_as(self._out)
        return deployed

    def _classify_on_board(self, run: TrainedRun) -> OnBoard:
        evidence = self._session.trainer.evidence
        if evidence is None:
            raise TinyLabError(tr("The run kept no test windows."), hint=tr("Run the demo again."))
        self._report_progress(tr("Classifying all {count} test windows on the board …", count=len(evidence)))
        proof = self._session.deployer.prove_again(np.arange(len(evidence))).result(300)
        majority = int(np.bincount(evidence.truth, minlength=len(run.labels)).argmax())
        answers = proof.outputs.argmax(axis=1)
        metrics = measure(evidence.truth, answers, run.labels, majority)
        people = {member.take_id: member.subject for member in run.members}
        self._report_progress(
            tr(
                "  device {accuracy:.3f}, {identical} of {windows} identical",
                accuracy=metrics.accuracy,
                identical=proof.identical,
                windows=proof.windows,
            )
        )
        return proof, metrics, interval_of(answers, evidence, people)

    def _watch_live(self) -> int:
        session = self._session
        played = session.document.recording(session.document.takes[0].id)
        self._report_progress(
            tr("Watching the board decide while it is moved as “{label}” …", label=played.header.label)
        )
        before = session.live.count
        session.motion.replay(played, loop=True)
        if not session.inbox.wait(lambda: session.live.count >= before + _LIVE_DECISIONS, 120):
            raise TinyLabError(tr("No live decision arrived."), hint=tr("Run the demo again on a quieter machine."))
        session.motion.come_to_rest()
        last = session.live.decisions[-1]
        text = session.live.decided_label(last) or tr("unknown")
        count = session.live.count - before
        self._report_progress(
            tr(
                "  {count} decisions, the last: {text}, {milliseconds:.2f} ms each",
                count=count,
                text=text,
                milliseconds=last.milliseconds,
            )
        )
        return count

    def _report(self, run: TrainedRun, deployed: Deployed, device: OnBoard, live: int) -> LoopReport:
        document = self._session.document
        report = LoopReport(
            capture=document.capture_figures(),
            run=run,
            deployed=deployed,
            device=device[1],
            device_interval=device[2],
            device_identical=device[0].identical,
            live_decisions=live,
            seconds=self._seconds,
            example=document.recording(document.takes[0].id),
        )
        report.write(self._out)
        self._report_progress(
            tr("Done in {total:.0f} s: {out}", total=self._seconds["total"], out=self._out / "report.html")
        )
        return report


def _choose(recordings: Sequence[Recording], subjects: int) -> list[Recording]:
    """Every take of the first subjects: each label, with either hand."""
    names = sorted({r.header.subject for r in recordings})[:subjects]
    return [r for r in recordings if r.header.subject in names]
