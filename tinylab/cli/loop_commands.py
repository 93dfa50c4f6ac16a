"""Commands about takes and networks: arguments in, workflow calls, figures out; nothing is decided here."""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import Any, Final

from tinylab.boards.discovery import find_ports
from tinylab.cli.exchange_commands import counts_text
from tinylab.cli.opened import current_run, opened_session
from tinylab.cli.output import Output
from tinylab.cli.train_arguments import settings_of
from tinylab.data.verdict import judge
from tinylab.learning.menu import family_of
from tinylab.report.demo import DemoPlan, run_demo
from tinylab.text import percent, tr
from tinylab.workers import messages
from tinylab.workflow.session import Session
from tinylab.workflow.training.next_run import suited
from tinylab.workflow.training.runs import TrainedRun
from tinylab.workflow.training.simpler import offered
from tinylab.workflow.training.since import Since

DIFFERENT: Final = 3  # exit code: compared, and not the same


def demo(arguments: argparse.Namespace, output: Output) -> int:
    """`tinylab demo`."""
    plan = DemoPlan.short() if arguments.short else DemoPlan()
    report = run_demo(arguments.out, plan, output.report)
    figures = report.figures()
    parity, capture = figures["parity"], figures["capture"]
    output.result(
        figures,
        [
            tr(
                "recorded  {recordings} takes, {samples:,} samples, {lost} lost",
                recordings=capture["recordings"],
                samples=capture["samples"],
                lost=capture["lost"],
            ),
            tr(
                "accuracy  {accuracies}, on the board {accuracy}",
                accuracies=_accuracies(report.run),
                accuracy=percent(report.device.accuracy),
            ),
            tr("certainty {sentence}", sentence=report.run.certainty),
            tr(
                "parity    {identical} of {windows} windows identical, in emulation",
                identical=parity["identical"],
                windows=parity["windows"],
            ),
            tr("written   {out}", out=arguments.out / "report.html"),
        ],
    )
    return 0 if parity["identical"] == parity["windows"] else DIFFERENT


def train(arguments: argparse.Namespace, output: Output) -> int:
    """`tinylab train`."""
    settings = settings_of(arguments)
    with opened_session(arguments.project, to_write=True) as session:
        session.trainer.heard.subscribe(lambda epoch: output.report(_epoch_text(epoch)))
        if arguments.build is not None:
            session.trainer.own_sources.choose(settings.network.own)
        run = session.trainer.train(suited(settings, session.document)).result()
        if run.number in session.trainer.not_stored:
            raise session.trainer.not_stored[run.number]
        if output.as_json:  # a program is told everything, so its test has been looked at
            session.trainer.open_test()
            run = current_run(session)
        since = session.trainer.since()
    stored = tr("run {number} stored in {project}", number=run.number, project=arguments.project)
    figures = (
        [_accuracies(run), *run.said_first, *_offer(run), run.certainty]
        if run.is_open
        else [*_held_back(run), *run.said_first]
    )
    lines = [run.sentence, *run.notes, *_left_out(run), *figures, stored]
    output.result(run.figures(since.sentences).to_json(), lines)
    return 0


def _epoch_text(epoch: messages.Epoch) -> str:
    who = tr("everyone") if epoch.final else tr("check")
    said = tr(
        "{who:8s} epoch {number:3d}  loss {loss:.4f}  accuracy {accuracy:.4f}",
        who=who,
        number=epoch.number,
        loss=epoch.loss,
        accuracy=epoch.accuracy,
    )
    if math.isnan(epoch.validation_loss):
        return said
    return said + tr(
        "  validation loss {loss:.4f}  accuracy {accuracy:.4f}",
        loss=epoch.validation_loss,
        accuracy=epoch.validation_accuracy,
    )


def _left_out(run: TrainedRun) -> list[str]:
    """The takes that were too short to learn from, in a line."""
    return [tr("Left out, too short: {takes}.", takes=", ".join(run.skipped))] if run.skipped else []


def _held_back(run: TrainedRun) -> list[str]:
    """What a run is worth before its test is opened."""
    closed = tr("Its test is closed: tinylab evaluate opens it.")
    if run.validation is None:
        return [closed]
    figures = run.validation.metrics
    share = percent(figures.accuracy)
    return [tr("validation {share} of {windows} windows", share=share, windows=figures.windows), closed]


def evaluate(arguments: argparse.Namespace, output: Output) -> int:
    """`tinylab evaluate`: what was measured when the run was made.

    The project is only read, but for the note that the test of its last run was opened.
    """
    run, since = _last_run(arguments.project, read_only=True)
    if not run.is_open:
        run, since = _last_run(arguments.project, read_only=False)
    lines = [
        run.sentence,
        *run.notes,
        *_left_out(run),
        _accuracies(run),
        *run.said_first,
        *_offer(run),
        run.certainty,
        *since.sentences,
        "",
    ]
    lines.append(tr("{value:<24} precision  recall     F1  windows", value="class"))
    lines += [
        f"{' '.join(c.label.split())[:24]:<24} {c.precision:9.3f} {c.recall:7.3f} {c.f1:6.3f} {c.support:8d}"
        for c in run.int8.classes
    ]
    output.result(run.figures(since.sentences).to_json(), lines)
    return 0


def _last_run(project: Path, *, read_only: bool) -> tuple[TrainedRun, Since]:
    with opened_session(project, read_only=read_only) as session:
        if not read_only:
            session.trainer.open_test()
        return current_run(session), session.trainer.since()


def _offer(run: TrainedRun) -> list[str]:
    """How the model is trained that is simpler, as good, and can be put on a board."""
    row = offered(run)
    return [tr("Train it: {command}", command=f"tinylab train --family {family_of(row.name)}")] if row else []


def _accuracies(run: TrainedRun) -> str:
    return tr(
        "majority {majority}, float32 {accuracy}, int8 {accuracy2} of {windows} unseen windows",
        majority=percent(run.int8.majority),
        accuracy=percent(run.float32.accuracy),
        accuracy2=percent(run.int8.accuracy),
        windows=run.int8.windows,
    )


def info(arguments: argparse.Namespace, output: Output) -> int:
    """`tinylab info`: what is in a project, which is only read; without one, which boards there are."""
    if arguments.project is None:
        ports = find_ports()
        output.result(
            {
                "ports": [
                    {"name": p.name, "device": p.device, "kind": p.kind, "drive": str(p.drive or "")} for p in ports
                ]
            },
            [f"{p.name} ({p.kind}) on {p.device}" for p in ports]
            or [tr("No board is plugged in, and no virtual board is running.")],
        )
        return 0
    with opened_session(arguments.project, read_only=True) as session:
        figures = _project_figures(session)
    lines = [
        tr(
            "{project}: {recordings} takes, {seconds:.0f} s, {count} subjects, {runs} runs, {trashed} takes "
            "in the trash",
            project=arguments.project,
            recordings=figures["recordings"],
            seconds=figures["seconds"],
            count=len(figures["subjects"]),
            runs=figures["runs"],
            trashed=figures["trashed"],
        ),
        counts_text(figures["labels"]),
        *(f"take {take}: {verdict}" for take, verdict in figures["remarks"].items()),
        *figures["problems"],
    ]
    output.result(figures, lines)
    return 0


def _project_figures(session: Session) -> dict[str, Any]:
    document = session.document
    verdicts = {take.id: judge(take) for take in document.takes}
    capture = document.capture_figures()
    return {
        "recordings": capture.recordings,
        "samples": capture.samples,
        "seconds": round(document.seconds, 3),
        "lost": capture.lost,
        "labels": dict(document.takes_by_label),
        "subjects": list(document.subjects),
        "runs": len(session.trainer.runs),
        "trashed": len(document.trashed),
        "remarks": {str(i): str(verdict) for i, verdict in verdicts.items() if verdict.reasons},
        "problems": document.problems,
    }
