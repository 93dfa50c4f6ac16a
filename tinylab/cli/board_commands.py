"""Commands about boards: build, flash, prove, record; arguments in, workflow calls, figures out."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Any

from tinylab.cli.loop_commands import DIFFERENT
from tinylab.cli.opened import connect_board, current_run, opened_session
from tinylab.cli.output import Output
from tinylab.data.recording import Header
from tinylab.data.verdict import judge
from tinylab.deploy.proof import spread
from tinylab.text import tr
from tinylab.workflow.board.opened_board import Sampling
from tinylab.workflow.capture.next_take import NextTake
from tinylab.workflow.deployment.deploy_job import test_windows
from tinylab.workflow.session import Session


def build(arguments: argparse.Namespace, output: Output) -> int:
    """`tinylab build`."""
    with opened_session(arguments.project) as session:
        _choose_range(session, arguments, output)
        built = session.deployer.build().result().figures()
        written = session.deployer.save_as(arguments.out)
    figures = built.to_json()
    output.result(
        {**figures, "files": [str(path) for path in written]},
        [_sizes(figures), built.measuring.text, built.costs.text, *(f"  {path}" for path in written)],
    )
    return 0


def flash(arguments: argparse.Namespace, output: Output) -> int:
    """`tinylab flash`."""
    with opened_session(arguments.project) as session:
        _choose_range(session, arguments, output)
        connect_board(session, arguments.board, output)
        flashed = session.deployer.flash().result().figures()
    figures = flashed.to_json()
    parity = figures["parity"]
    output.result(
        figures,
        [
            _sizes(figures),
            flashed.measuring.text,
            tr(
                "{identical} of {windows} windows identical on the board",
                identical=parity["identical"],
                windows=parity["windows"],
            ),
        ],
    )
    return 0


def selftest(arguments: argparse.Namespace, output: Output) -> int:
    """`tinylab selftest`: on a fresh virtual board the network is flashed first; a real one must carry it already."""
    with opened_session(arguments.project) as session:
        current_run(session)
        connect_board(session, arguments.board, output)
        indices = spread(test_windows(session.trainer.evidence), max(1, arguments.windows))
        if arguments.board == "virtual":
            session.deployer.flash().result()
        proof = session.deployer.prove_again(indices, output.report).result()
    output.result(
        {
            "parity": {"windows": proof.windows, "identical": proof.identical},
            "latency": {"features_cycles": proof.features_cycles, "network_cycles": proof.network_cycles},
        },
        [tr("{identical} of {windows} windows identical", identical=proof.identical, windows=proof.windows)],
    )
    return 0 if proof.proven else DIFFERENT


def _choose_range(session: Session, arguments: argparse.Namespace, output: Output) -> None:
    """Say before anything is built what the board will measure with."""
    current_run(session)
    if arguments.range_g is not None:
        session.deployer.settings.set_range(arguments.range_g or None)
    plan = session.deployer.measuring()
    if plan is not None:
        output.report(plan.text)


def _sizes(figures: dict[str, Any]) -> str:
    firmware, latency = figures["firmware"], figures["latency"]
    return tr(
        "build {build_id}: {flash_bytes:,} bytes of flash, {ram_bytes:,} of RAM, {ms_at_64mhz:.2f} ms per decision",
        build_id=firmware["build_id"],
        flash_bytes=firmware["flash_bytes"],
        ram_bytes=firmware["ram_bytes"],
        ms_at_64mhz=latency["ms_at_64mhz"],
    )


def record(arguments: argparse.Namespace, output: Output) -> int:
    """`tinylab record`; a take that ended early is kept, is the last one, and makes the command fail."""
    wanted = NextTake(arguments.label, arguments.subject, arguments.seconds, arguments.countdown)
    wanted.check()
    fast = arguments.countdown == 0
    with opened_session(arguments.project, create=True, to_write=True, fast=fast) as session:
        now = session.connection.sampling
        session.sampling.choose(Sampling(arguments.rate or now.rate_hz, arguments.range_g or now.range_g))
        connect_board(session, arguments.board, output)
        session.recorder.set_next(wanted)
        takes = list(_recorded(session, max(1, arguments.takes), output))
    output.result(
        {"takes": [_take_figures(take) for take in takes]},
        [f"{take.seconds:.2f} s at {take.rate_hz:.2f} Hz, {judge(take)}" for take in takes],
    )
    if not takes[-1].ended:
        return 0
    output.report(tr("tinylab: {ended} What arrived is kept and marked.", ended=takes[-1].ended))
    return 1


def _recorded(session: Session, count: int, output: Output) -> Iterator[Header]:
    """So many takes, or as many as there are until one ended early; raises where nothing of one arrived."""
    for number in range(count):
        output.report(tr("Take {number}: {label}", number=number + 1, label=session.recorder.next.label))
        take = session.recorder.record().result()
        yield take
        if take.ended:
            return


def _take_figures(take: Header) -> dict[str, Any]:
    return {
        "samples": take.samples,
        "rate_hz": round(take.rate_hz, 3),
        "lost": take.lost,
        "verdict": str(judge(take)),
        "ended": take.ended,
    }
