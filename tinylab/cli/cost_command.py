"""`tinylab cost`: what a network of this size would take of the board, before it is trained; nothing is stored."""

from __future__ import annotations

import argparse

from tinylab.cli.opened import opened_session
from tinylab.cli.output import Output
from tinylab.cli.train_arguments import settings_of
from tinylab.text import tr
from tinylab.workflow.training.next_run import suited


def cost(arguments: argparse.Namespace, output: Output) -> int:
    """Weights, flash, RAM, cycles and milliseconds of the network and its features."""
    settings = settings_of(arguments)
    with opened_session(arguments.project, read_only=True) as session:
        output.report(tr("The network is drafted, compiled and counted …"))
        size = session.sizing.measure(suited(settings, session.document)).result()
    output.result(size.to_json(), [size.text])
    return 0
