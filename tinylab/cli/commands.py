"""Each command: arguments in, workflow calls, figures out. It decides nothing that the window decides elsewhere."""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from tinylab.boards.discovery import BoardPort, find_ports
from tinylab.cli.output import Output
from tinylab.data.project import SUFFIX
from tinylab.data.verdict import judge
from tinylab.deploy.decision_cost import DecisionCosts
from tinylab.deploy.proof import Proof, spread
from tinylab.errors import BoardError, TinyLabError, TrainingError
from tinylab.evaluation.metrics import Metrics
from tinylab.learning.plan import NetworkPlan
from tinylab.report.demo import DemoPlan, run_demo
from tinylab.workflow.connection import LinkState, Sampling
from tinylab.workflow.dataset import WindowPlan
from tinylab.workflow.notices import Tone
from tinylab.workflow.recorder import CaptureState, NextTake
from tinylab.workflow.runs import TrainedRun, TrainSettings
from tinylab.workflow.session import Session

Arguments = argparse.Namespace
DIFFERENT: Final = 3  # exit code: compared, and not the same
_LONG_S: Final = 24 * 3600.0


# --- sessions -------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _session(project: Path | None = None, *, create: bool = False, fast: bool = True) -> Iterator[Session]:
    """A session with a project open, closed on every road. What fails leaves no new, empty project behind."""
    session = Session(fast_virtual_board=fast)
    made: Path | None = None
    try:
        if project is not None:
            path = _with_suffix(project)
            if create and not path.exists():
                session.new_project(path)
                made = path
            else:
                session.open_project(path)
        yield session
    except BaseException:
        empty = not session.library.recordings
        session.close()
        if made is not None and empty:
            made.unlink(missing_ok=True)
        raise
    finally:
        session.close()


def _with_suffix(project: Path) -> Path:
    return project if project.suffix else project.with_suffix(SUFFIX)


def _wait(session: Session, until: Callable[[], bool], timeout_s: float = _LONG_S) -> None:
    """Wait for a state; the first error notice ends the command in its own arguments."""

    def failed() -> bool:
        return any(notice.tone is Tone.ERROR for notice in session.notices.shown)

    in_time = session.inbox.wait(lambda: until() or failed(), timeout_s)
    for notice in session.notices.shown:
        if notice.tone is Tone.ERROR:
            raise TinyLabError(notice.message, notice.hint)
    if not in_time:
        raise TinyLabError(f"Nothing happened for {timeout_s:.0f} seconds.", hint="Check the board and try again.")


def _connect(session: Session, where: str, output: Output) -> None:
    """Connect the board that `where` names: virtual, auto, or a port."""
    if where == "virtual":
        session.connect_virtual()
    else:
        port = _find_port(where)
        output.report(f"Connecting {port.name} on {port.device}")
        session.connect(port)
    _wait(session, lambda: session.connection.state is LinkState.CONNECTED, 240)


def _find_port(where: str) -> BoardPort:
    ports = find_ports()
    if where == "auto":
        known = [port for port in ports if port.kind != "unknown"]
        if not known:
            raise BoardError("No board was found.", hint="Plug one in, or use --board virtual.")
        return known[0]
    for port in ports:
        if where in (port.device, port.name):
            return port
    return BoardPort(where, where, "unknown")  # opening it gives the reason, if it is not there


def _current_run(session: Session) -> TrainedRun:
    run = session.training.current
    if run is None:
        raise TrainingError("There is no trained network in this project.", hint="Run `tinylab train` first.")
    return run


# --- the loop -------------------------------------------------------------------------------------------


def demo(arguments: Arguments, output: Output) -> int:
    """`tinylab demo`."""
    plan = DemoPlan.short() if arguments.short else DemoPlan()
    report = run_demo(arguments.out, plan, output.report)
    figures = report.figures()
    parity, capture = figures["parity"], figures["capture"]
    output.result(
        figures,
        [
            f"recorded  {capture['recordings']} takes, {capture['samples']:,} samples, {capture['lost']} lost",
            f"accuracy  {_accuracies(report.run)}, on the board {report.device.accuracy:.1%}",
            f"parity    {parity['identical']} of {parity['windows']} windows identical, in emulation",
            f"written   {arguments.out / 'report.html'}",
        ],
    )
    return 0 if parity["identical"] == parity["windows"] else DIFFERENT


def import_folder(arguments: Arguments, output: Output) -> int:
    """`tinylab import`."""
    path = _with_suffix(arguments.project)
    with _session(path, create=True) as session:
        count = session.library.import_folder(arguments.folder)
        labels = dict(session.library.takes_by_label)
    output.result(
        {"recordings": count, "labels": labels, "project": str(path)},
        [f"{count} recordings imported into {path}: {_counts(labels)}"],
    )
    return 0


def train(arguments: Arguments, output: Output) -> int:
    """`tinylab train`."""
    settings = TrainSettings(
        NetworkPlan(family=arguments.family, epochs=arguments.epochs, width=arguments.width, seed=arguments.seed),
        WindowPlan(arguments.window_s, arguments.stride_s, arguments.split, arguments.seed),
    )
    with _session(arguments.project) as session:
        session.training.set_settings(settings)
        session.training.changed.subscribe(_epoch_reporter(session, output))
        session.training.train()
        _wait(session, lambda: not session.training.busy)
        run = _current_run(session)
    output.result(
        _run_figures(run), [run.sentence, _accuracies(run), f"run {run.number} stored in {arguments.project}"]
    )
    return 0


def _epoch_reporter(session: Session, output: Output) -> Callable[[None], None]:
    reported = 0

    def report(_: None) -> None:
        nonlocal reported
        history = session.training.history
        if len(history) > reported:
            reported, last = len(history), history[-1]
            output.report(
                f"epoch {last.number:3d}  loss {last.loss:.4f}  validation loss {last.validation_loss:.4f}"
                f"  validation accuracy {last.validation_accuracy:.4f}"
            )

    return report


def evaluate(arguments: Arguments, output: Output) -> int:
    """`tinylab evaluate`."""
    with _session(arguments.project) as session:
        run = _current_run(session)
    lines = [run.sentence, _accuracies(run), "", f"{'class':<24} precision  recall     F1  windows"]
    lines += [
        f"{' '.join(c.label.split())[:24]:<24} {c.precision:9.3f} {c.recall:7.3f} {c.f1:6.3f} {c.support:8d}"
        for c in run.int8.classes
    ]
    output.result(_run_figures(run), lines)
    return 0


def _run_figures(run: TrainedRun) -> dict[str, Any]:
    return {
        "run": run.number,
        "family": run.settings.network.family,
        "split": run.split_kind,
        "sentence": run.sentence,
        "labels": list(run.labels),
        "window_s": run.recipe.window_s,
        "rate_hz": run.recipe.rate_hz,
        "epochs": len(run.history),
        "best_epoch": run.best_epoch,
        "parameters": run.parameters,
        "tflite_bytes": len(run.tflite),
        "test": {"windows": run.int8.windows, "subjects": run.test_subjects},
        "accuracy": {"majority": run.int8.majority, "float32": run.float32.accuracy, "int8": run.int8.accuracy},
        "macro_f1": {"float32": run.float32.macro_f1, "int8": run.int8.macro_f1},
        "confusion": {"labels": list(run.labels), "float32": _matrix(run.float32), "int8": _matrix(run.int8)},
        "classes": {"float32": run.float32.to_json()["classes"], "int8": run.int8.to_json()["classes"]},
        "litert": {"windows": run.int8.windows, "identical": run.litert_identical},
        "seconds": run.seconds,
    }


def _matrix(metrics: Metrics) -> list[list[int]]:
    return [list(row) for row in metrics.confusion]


def _accuracies(run: TrainedRun) -> str:
    return (
        f"majority {run.int8.majority:.1%}, float32 {run.float32.accuracy:.1%}, int8 {run.int8.accuracy:.1%}"
        f" of {run.int8.windows} unseen windows"
    )


def info(arguments: Arguments, output: Output) -> int:
    """`tinylab info`."""
    if arguments.project is None:
        ports = find_ports()
        output.result(
            {
                "ports": [
                    {"name": p.name, "device": p.device, "kind": p.kind, "drive": str(p.drive or "")} for p in ports
                ]
            },
            [f"{p.name} ({p.kind}) on {p.device}" for p in ports]
            or ["No board is plugged in, and no virtual board is running."],
        )
        return 0
    with _session(arguments.project) as session:
        figures = _project_figures(session)
    lines = [
        f"{arguments.project}: {figures['recordings']} takes, {figures['seconds']:.0f} s, "
        f"{len(figures['subjects'])} subjects, {figures['runs']} runs",
        _counts(figures["labels"]),
        *(f"take {take}: {verdict}" for take, verdict in figures["remarks"].items()),
    ]
    output.result(figures, lines)
    return 0


def _project_figures(session: Session) -> dict[str, Any]:
    recordings = session.library.recordings
    verdicts = {r.id: judge(r) for r in recordings}
    return {
        "recordings": len(recordings),
        "samples": sum(r.samples for r in recordings),
        "seconds": round(session.library.seconds, 3),
        "lost": sum(r.lost + r.overruns for r in recordings),
        "labels": dict(session.library.takes_by_label),
        "subjects": list(session.library.subjects),
        "runs": len(session.training.runs),
        "remarks": {str(i): str(verdict) for i, verdict in verdicts.items() if verdict.reasons},
    }


def _counts(labels: dict[str, int]) -> str:
    return ", ".join(f"{label} {count}" for label, count in labels.items())


# --- boards ---------------------------------------------------------------------------------------------


def build(arguments: Arguments, output: Output) -> int:
    """`tinylab build`."""
    with _session(arguments.project) as session:
        _current_run(session)
        session.deployment.build()
        _wait(session, lambda: not session.deployment.busy)
        figures, costs = _deploy_figures(session), _decision_costs(session)
        written = session.deployment.save_as(arguments.out)
    output.result(
        {**figures, "files": [str(path) for path in written]},
        [_sizes(figures), costs.text, *(f"  {path}" for path in written)],
    )
    return 0


def flash(arguments: Arguments, output: Output) -> int:
    """`tinylab flash`."""
    with _session(arguments.project) as session:
        _current_run(session)
        _connect(session, arguments.board, output)
        session.notices.clear()
        session.deployment.flash()
        _wait(session, lambda: not session.deployment.busy)
        figures = _deploy_figures(session)
    parity = figures["parity"]
    output.result(
        figures, [_sizes(figures), f"{parity['identical']} of {parity['windows']} windows identical on the board"]
    )
    return 0


def selftest(arguments: Arguments, output: Output) -> int:
    """`tinylab selftest`: on a fresh virtual board the network is flashed first; a real one must carry it already."""
    with _session(arguments.project) as session:
        run = _current_run(session)
        _connect(session, arguments.board, output)
        session.notices.clear()
        indices = spread(run.test.windows, max(1, arguments.windows))
        found: list[Proof] = []
        if arguments.board == "virtual":
            session.deployment.flash()
            _wait(session, lambda: not session.deployment.busy)
            session.notices.clear()
        session.deployment.prove_again(indices, found.append, output.report)
        _wait(session, lambda: bool(found))
    proof = found[0]
    output.result(
        {
            "parity": {"windows": proof.windows, "identical": proof.identical},
            "latency": {"features_cycles": proof.features_cycles, "network_cycles": proof.network_cycles},
        },
        [f"{proof.identical} of {proof.windows} windows identical"],
    )
    return 0 if proof.proven else DIFFERENT


def _deploy_figures(session: Session) -> dict[str, Any]:
    result = session.deployment.result
    if result is None or result.build is None or result.best_proof is None:
        raise TinyLabError("The image was not built.", hint="Run the command again.")
    proof, image = result.best_proof, result.build.image
    return {
        "firmware": {
            "flash_bytes": image.flash_bytes,
            "ram_bytes": image.ram_bytes,
            "stack_bytes": image.stack_bytes,
            "build_id": result.build.build_id,
        },
        "parity": {"windows": proof.windows, "identical": proof.identical, "on": "board" if result.proof else "trial"},
        "latency": {
            "features_cycles": proof.features_cycles,
            "network_cycles": proof.network_cycles,
            "ms_at_64mhz": round(result.milliseconds or 0.0, 4),
        },
        "inference": _decision_costs(session).as_json(),
        "seconds": result.seconds,
    }


def _decision_costs(session: Session) -> DecisionCosts:
    result = session.deployment.result
    assert result is not None and result.decision_costs is not None, "what was built was measured"
    return result.decision_costs


def _sizes(figures: dict[str, Any]) -> str:
    firmware, latency = figures["firmware"], figures["latency"]
    return (
        f"build {firmware['build_id']}: {firmware['flash_bytes']:,} bytes of flash, {firmware['ram_bytes']:,} of RAM,"
        f" {latency['ms_at_64mhz']:.2f} ms per decision"
    )


def record(arguments: Arguments, output: Output) -> int:
    """`tinylab record`."""
    take = NextTake(arguments.label, arguments.subject, arguments.seconds, arguments.countdown)
    take.check()
    with _session(arguments.project, create=True, fast=arguments.countdown == 0) as session:
        now = session.connection.sampling
        session.set_sampling(Sampling(arguments.rate or now.rate_hz, arguments.range_g or now.range_g))
        _connect(session, arguments.board, output)
        session.capture.set_next(take)
        takes = []
        for number in range(max(1, arguments.takes)):
            output.report(f"Take {number + 1}: {arguments.label}")
            session.capture.record()
            _wait(session, lambda: session.capture.state is not CaptureState.COUNTDOWN)
            _wait(session, lambda: session.capture.state is CaptureState.IDLE)
            last = session.capture.last
            if last is not None:
                takes.append(last)
    output.result(
        {
            "takes": [
                {
                    "samples": t.recording.samples,
                    "rate_hz": round(t.recording.rate_hz, 3),
                    "lost": t.recording.lost + t.recording.overruns,
                    "verdict": str(t.verdict),
                }
                for t in takes
            ]
        },
        [f"{t.recording.seconds:.2f} s at {t.recording.rate_hz:.2f} Hz, {t.verdict}" for t in takes],
    )
    return 0
