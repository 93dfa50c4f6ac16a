"""`tinylab compare`: which family is the best here, or whether varied windows help; nothing is stored."""

from __future__ import annotations

import argparse

from tinylab.cli.opened import opened_session
from tinylab.cli.output import Output
from tinylab.errors import TrainingError
from tinylab.text import percent, tr
from tinylab.workflow.training.comparing import SUBJECTS

_MOST_SEEDS = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What is compared, and how often."""
    parser.add_argument("subject", choices=SUBJECTS, help=tr("families, or with and without varied windows"))
    parser.add_argument("--seeds", type=int, metavar="N", help=tr("networks of each fold"))


def compare(arguments: argparse.Namespace, output: Output) -> int:
    """By folds of those who teach; whoever is tested in the end is in none of it."""
    if arguments.seeds is not None and not 1 <= arguments.seeds <= _MOST_SEEDS:
        raise TrainingError(tr("There can be 1 to {most} seeds.", most=_MOST_SEEDS), hint=tr("Correct --seeds."))
    with opened_session(arguments.project, read_only=True) as session:
        task = session.comparer.compare(arguments.subject, arguments.seeds)
        output.report(tr("Comparing …"))
        found = task.result()
    lines = [
        f"{row.candidate.title[:32]:<32} {percent(row.mean)} ± {100 * row.spread:.1f}  "
        + tr("weakest fold {worst}", worst=percent(min(row.folds)))
        for row in found.rows
    ]
    output.result(found.to_json(), [*lines, found.sentence])
    return 0
