"""After a training that failed or was cancelled the curves on the screen are those of a run."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from fakes.training_lab import FAKE_WORKER, Lab, lab_of

from tinylab.data.project import Project
from tinylab.workers.client import WorkerClient
from tinylab.workflow.training.run_states import RunState


def trained_with(mode: str, trained_project: Path, tmp_path: Path, *, cancel: bool = False) -> Lab:
    """A project with a run, after a second training that the worker `mode` has spoiled; closed already."""
    shutil.copy(trained_project, tmp_path / "copy.tinylab")
    client = WorkerClient((sys.executable, str(FAKE_WORKER), mode))
    lab = lab_of(Project.open(tmp_path / "copy.tinylab"), client)
    lab.training.train()
    assert lab.inbox.wait(lambda: lab.training.state is not RunState.PREPARING, 30)
    for job in lab.tasks.running if cancel else ():
        job.cancel()
    lab.end()
    client.close()
    lab.document.close()
    return lab


@pytest.mark.usefixtures("expects_unforeseen")
def test_after_a_training_that_failed_before_its_first_epoch_the_earlier_curves_are_back(
    trained_project: Path, tmp_path: Path
) -> None:
    lab = trained_with("crashes at work", trained_project, tmp_path)
    (run,) = lab.training.runs
    assert lab.training.state is RunState.FAILED
    assert (lab.training.current, lab.training.sentence) == (run, run.sentence)
    assert lab.training.history == list(run.history) != []


def test_after_a_training_that_failed_later_its_own_epochs_stay(trained_project: Path, tmp_path: Path) -> None:
    lab = trained_with("crashes after an epoch", trained_project, tmp_path)
    assert lab.training.state is RunState.FAILED
    assert [(epoch.number, epoch.loss) for epoch in lab.training.history] == [(1, 0.5)]


def test_after_a_training_that_was_cancelled_the_earlier_curves_are_back(
    trained_project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tinylab.workers.client._PATIENCE_S", 0.1)
    lab = trained_with("hangs", trained_project, tmp_path, cancel=True)
    (run,) = lab.training.runs
    assert lab.training.state is RunState.IDLE
    assert lab.training.history == list(run.history) != []
