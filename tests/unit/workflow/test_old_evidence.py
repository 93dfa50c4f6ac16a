"""A run of release 1 stored its answers alone: its test windows are kept when the file is migrated, and stay."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tinylab.data.editing.take_edits import Relabel
from tinylab.data.project import Project
from tinylab.workflow.session import Session
from tinylab.workflow.training.runs import INT8

OLD = Path(__file__).resolve().parents[2] / "fixtures" / "version1" / "trained.tinylab"


def test_evaluate_shows_what_was_measured_then_whatever_becomes_of_the_takes(session: Session, tmp_path: Path) -> None:
    path = Path(shutil.copy(OLD, tmp_path))
    session.projects.open(path).result()
    run, evidence = session.trainer.current, session.trainer.evidence
    assert run is not None
    assert evidence is not None
    truth, windows = evidence.truth.tolist(), evidence.windows.copy()
    assert np.mean(evidence.answers(INT8) == evidence.truth) == run.int8.accuracy
    take = int(evidence.take_ids[0])
    other = next(label for label in run.labels if label != run.labels[truth[0]])
    assert session.document.do(Relabel((take,), other))
    assert session.document.trash([int(evidence.take_ids[-1])])
    session.projects.new(tmp_path / "other.tinylab").result()
    session.projects.open(path).result()
    again = session.trainer.evidence
    assert again is not None
    assert again.truth.tolist() == truth
    assert np.array_equal(again.windows, windows)


def test_windows_that_do_not_give_the_figures_of_then_are_not_shown(session: Session, tmp_path: Path) -> None:
    path = Path(shutil.copy(OLD, tmp_path))
    project = Project.open(path)  # migrated, and then changed, before any window has seen it
    ids = {int(i) for run in project.runs.all()[0] for i in run.outcome["test_ids"]}
    tested = next(header for header in project.headers()[0] if header.id in ids)
    project.do(Relabel((tested.id,), next(label for label in project.labels() if label != tested.label)))
    project.close()
    session.projects.open(path).result()
    assert session.trainer.current is not None
    assert session.trainer.evidence is None


@pytest.mark.parametrize(
    "change",
    [
        {"answers": [10**30]},
        {"answers": [-1, 0, 1, 1, 2, 2]},
        {"test_ids": [1] * 1000},
        {"test_ids": [10**30, -1]},
        {"recipe": {"window_samples": 0}},
        {"recipe": {"stride_samples": 0}},
        {"recipe": {"rate_hz": 1e-300}},
        {"recipe": {"rate_hz": 1e300}},
        {"recipe": {"g_per_count": 1e-300}},
        {"recipe": {"window_samples": 10**12}},
    ],
    ids=str,
)
def test_a_damaged_old_run_costs_one_run(session: Session, tmp_path: Path, change: dict[str, Any]) -> None:
    path = Path(shutil.copy(OLD, tmp_path))
    with closing(sqlite3.connect(path)) as file:
        ((text,),) = file.execute("SELECT outcome FROM runs").fetchall()
        outcome = json.loads(text)
        outcome["recipe"] |= change.pop("recipe", {})
        file.execute("UPDATE runs SET outcome = ?", (json.dumps(outcome | change),))
        file.commit()
    session.projects.open(path).result()
    assert len(session.document.takes) == 10
    assert session.trainer.evidence is None
