"""`tinylab evaluate`: what was measured when the last run was made, or folds that are made now."""

from __future__ import annotations

import argparse

from tinylab.cli import loop_commands
from tinylab.cli.opened import opened_session
from tinylab.cli.output import Output
from tinylab.errors import TrainingError
from tinylab.text import ntr, percent, tr
from tinylab.workers import messages
from tinylab.workflow.training.folding import FoldedTest, fold_project

_EPOCHS_REPORTED = 10  # each tenth


def evaluate(arguments: argparse.Namespace, output: Output) -> int:
    """`tinylab evaluate`, with or without `--folds`; the project is only read."""
    if arguments.folds is None:
        if arguments.count is not None:
            raise TrainingError(tr("--count is of folds."), hint=tr("Add --folds subject or --folds recording."))
        return loop_commands.evaluate(arguments, output)
    with opened_session(arguments.project, read_only=True) as session:

        def report(number: int, count: int, epoch: messages.Epoch | None) -> None:
            if epoch is None:
                output.report(tr("Fold {number} of {count}", number=number, count=count))
            elif epoch.number % _EPOCHS_REPORTED == 0:
                output.report(tr("  epoch {number}: loss {loss:.3f}", number=epoch.number, loss=epoch.loss))

        found = fold_project(
            session.document, session.worker, session.target.board, session.trainer.settings, arguments.folds,
            arguments.count, report,
        )  # fmt: skip
    output.result(found.to_json(), [*_lines(found), tr("Nothing was stored in {name}.", name=arguments.project.name)])
    return 0


def _lines(found: FoldedTest) -> list[str]:
    lines = [found.sentence]
    lines += [
        f"  {name[:32]:<32} {percent(accuracy)}" for name, accuracy in zip(found.names, found.accuracies, strict=True)
    ]
    if found.untested:
        names = ", ".join(found.untested)
        lines.append(ntr("{names} is not tested.", "{names} are not tested.", len(found.untested), names=names))
    return lines
