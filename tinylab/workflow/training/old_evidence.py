"""Release 1 stored a run's answers without the windows: they are cut once more when its file is migrated, and kept."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable

import numpy as np

from tinylab.data.project import Project
from tinylab.data.run_store import Evidence
from tinylab.errors import TinyLabError
from tinylab.evaluation.metrics import measure
from tinylab.workflow.training.dataset import remake_side
from tinylab.workflow.training.runs import INT8, TrainedRun


def keep_old_evidence(project: Project, runs: Iterable[TrainedRun]) -> None:
    """Store the evidence of runs that have none. Later would be too late: their takes may change with the next edit."""
    for run in runs:
        with contextlib.suppress(TinyLabError):  # said when somebody looks at the run
            if project.runs.evidence(run.number) is None:
                evidence = remake_evidence(project, run)
                if evidence is not None:
                    project.runs.add_evidence(run.number, evidence)


def remake_evidence(project: Project, run: TrainedRun) -> Evidence | None:
    """The test windows of such a run, or None where today's takes do not give the figures of then.

    Raises DataError where a take cannot be read.
    """
    if not run.test_ids or len(set(run.test_ids)) != len(run.test_ids):
        return None
    if any(not 0 <= answer < len(run.labels) for answer in run.answers):
        return None
    headers = {header.id: header for header in project.headers()[0] if not header.trashed}
    if any(i not in headers or headers[i].label not in run.labels for i in run.test_ids):
        return None
    recordings = [project.recording(take_id) for take_id in run.test_ids]
    side = remake_side(recordings, run.labels, run.recipe, run.frame)
    answers = np.array(run.answers, dtype=np.int64)
    if len(side) != len(answers):
        return None
    if measure(side.classes, answers, run.labels, 0).confusion != run.int8.confusion:
        return None
    probabilities = np.eye(len(run.labels), dtype=np.float32)[answers]
    return Evidence(side.take_ids, side.starts, side.classes, side.windows, {INT8: probabilities})
