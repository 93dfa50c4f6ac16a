"""`tinylab evaluate`: what was measured when the last run was made, or folds that are made now."""

from __future__ import annotations

import argparse
import statistics
from typing import Any, Final

from tinylab.cli import loop_commands
from tinylab.cli.opened import opened_session
from tinylab.cli.output import Output
from tinylab.errors import TrainingError
from tinylab.learning.own_source import read_source
from tinylab.text import ntr, percent, tr
from tinylab.workers import messages
from tinylab.workflow.training.folded_test import FoldedTest
from tinylab.workflow.training.folding import fold_project
from tinylab.workflow.training.own_choice import with_own
from tinylab.workflow.training.runs import INT8

_EPOCHS_REPORTED = 10  # each tenth
_MOST_SEEDS: Final = 100


def evaluate(arguments: argparse.Namespace, output: Output) -> int:
    """`tinylab evaluate`, with or without `--folds`; the project is only read."""
    if arguments.folds is None:
        if arguments.count is not None or arguments.seeds != 1 or arguments.build is not None:
            raise TrainingError(
                tr("--count, --seeds and --build are of folds."), hint=tr("Add --folds subject or --folds recording.")
            )
        return loop_commands.evaluate(arguments, output)
    if not 1 <= arguments.seeds <= _MOST_SEEDS:
        raise TrainingError(tr("There can be 1 to {most} seeds.", most=_MOST_SEEDS), hint=tr("Correct --seeds."))
    with opened_session(arguments.project, read_only=True) as session:

        def report(number: int, count: int, epoch: messages.Epoch | None) -> None:
            if epoch is None:
                output.report(tr("Fold {number} of {count}", number=number, count=count))
            elif epoch.number % _EPOCHS_REPORTED == 0:
                output.report(tr("  epoch {number}: loss {loss:.3f}", number=epoch.number, loss=epoch.loss))

        settings = session.trainer.settings
        if arguments.build is not None:
            settings = with_own(settings, read_source(arguments.build))
            session.trainer.own_sources.choose(settings.network.own)
        found = fold_project(
            session.document, session.worker, session.target.board, settings, arguments.folds,
            arguments.count, report, arguments.seeds,
        )  # fmt: skip
    stored = tr("Nothing was stored in {name}.", name=arguments.project.name)
    output.result(_json(found), [*_lines(found[0]), *_spread(found), stored])
    return 0


def _json(found: list[FoldedTest]) -> dict[str, Any]:
    """The first seed's figures, and what each seed came to."""
    accuracies = [test.metrics[INT8].accuracy for test in found]
    spread = statistics.stdev(accuracies) if len(found) > 1 else 0.0
    return {
        **found[0].to_json(),
        "seeds": {
            "accuracies": accuracies, "worst": [min(test.accuracies) for test in found],
            "mean": statistics.mean(accuracies), "spread": spread,
        },
    }  # fmt: skip


def _spread(found: list[FoldedTest]) -> list[str]:
    if len(found) == 1:
        return []
    seeds = _json(found)["seeds"]
    return [
        tr(
            "{count} seeds of the network: {mean} on average, {spread:.1f} points apart (standard deviation).",
            count=len(found),
            mean=percent(seeds["mean"]),
            spread=100 * seeds["spread"],
        )
    ]


def _lines(found: FoldedTest) -> list[str]:
    lines = [found.sentence]
    lines += [
        f"  {name[:32]:<32} {percent(accuracy)}"
        for name, accuracy in zip(found.figures.names, found.accuracies, strict=True)
    ]
    lines += found.cautions
    if found.untested:
        names = ", ".join(found.untested)
        lines.append(ntr("{names} is not tested.", "{names} are not tested.", len(found.untested), names=names))
    return lines
