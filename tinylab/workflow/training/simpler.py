"""The baselines of a run as something to train: which is as good and can be put on a board, and with what settings."""

from __future__ import annotations

from dataclasses import replace

from tinylab.evaluation.baseline import GROUPS
from tinylab.evaluation.baseline_rows import BaselineRow, as_good
from tinylab.learning.menu import family_of
from tinylab.text import tr
from tinylab.workflow.training.runs import INT8, TrainedRun, TrainSettings


def offered(run: TrainedRun) -> BaselineRow | None:
    """The most accurate one that is simpler than the run, as good, and can be put on a board; None where none is.

    None, too, where the test of the run is closed. Of equally accurate ones it is the simplest.
    """
    if not run.is_open:  # its baselines were asked about the same takes
        return None
    good = [
        row for row in run.simpler
        if family_of(row.name) and row.deployable and as_good(row, run.int8.accuracy, run.intervals.get(INT8))
    ]  # fmt: skip
    return max(good, key=lambda row: row.accuracy, default=None)


def settings_for(run: TrainedRun, row: BaselineRow) -> TrainSettings | None:
    """How the same takes and windows teach a baseline as the run was taught; None where no family is that baseline."""
    family = family_of(row.name)
    if not family:
        return None
    return replace(run.settings, network=replace(run.settings.network, family=family, features=GROUPS))


def why_not(run: TrainedRun, row: BaselineRow) -> str:
    """Why a baseline cannot be trained, in words; empty where it can."""
    if row.why_not:
        return row.why_not
    if family_of(row.name) == run.settings.network.family:
        return tr("This run is that model.")
    return "" if family_of(row.name) else tr("This TinyLab cannot put it on a board.")
