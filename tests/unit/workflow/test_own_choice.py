"""A project with code of somebody else: opening it and pressing Train run nothing; choosing the file does."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fakes.training_lab import FAKE_WORKER, lab_of

from tinylab.data.editing.take_edits import AddTakes
from tinylab.data.project import Project
from tinylab.data.recording import Recording
from tinylab.errors import TrainingError
from tinylab.learning.plan import NetworkPlan
from tinylab.workers.client import WorkerClient
from tinylab.workflow.training.own_choice import choose_own, why_own_is_refused
from tinylab.workflow.training.run_states import RunState
from tinylab.workflow.training.runs import TrainSettings
from tinylab.workflow.training.window_plan import WindowPlan

SOURCE = """
import pathlib, keras
pathlib.Path({mark!r}).write_text("it ran")

def build(spec):
    window = keras.Input(spec.input_shapes[0])
    found = keras.layers.Flatten()(window)
    found = keras.layers.Dense(spec.classes, activation="softmax")(found)
    return keras.Model(window, found)
"""


@pytest.fixture
def project(tmp_path: Path, performances: tuple[Recording, ...]) -> Iterator[Project]:
    made = Project.create(tmp_path / "sent.tinylab")
    made.do(AddTakes(performances[:12], "fill"))
    yield made
    made.close()


def test_a_project_runs_no_code_before_its_file_is_chosen(
    project: Project, tmp_path: Path, worker: WorkerClient
) -> None:
    mark, path = tmp_path / "mark", tmp_path / "mine.py"
    path.write_text(SOURCE.format(mark=str(mark)), encoding="utf-8")
    sender = lab_of(project, worker)
    plan = NetworkPlan("own", epochs=2, own=path.read_text(encoding="utf-8"))
    settings = TrainSettings(plan, WindowPlan(1.0, 1.0, suggested=False))
    sender.training.set_settings(settings)

    lab = lab_of(project, worker)
    assert lab.training.settings.network == replace(plan, augmentation=lab.training.settings.network.augmentation)
    refused = why_own_is_refused(lab.training)
    assert refused is not None
    with pytest.raises(TrainingError, match="brings code of its own"):
        lab.training.train().result(10)
    assert lab.training.state is RunState.FAILED
    assert "Choose the file again" in lab.notices.shown[-1].hint
    assert not mark.exists()

    choose_own(lab.training, path)
    assert why_own_is_refused(lab.training) is None
    assert not mark.exists(), "to choose it is not to run it"
    run = lab.training.train().result(120)
    assert mark.exists()
    assert run.settings.network.own == plan.own, "a run can be repeated"
    assert run.litert_identical == run.int8.windows
    assert project.runs.all()[0][0].settings["network"]["own"] == plan.own


def test_a_file_that_cannot_be_read_changes_nothing(project: Project, tmp_path: Path, worker: WorkerClient) -> None:
    lab = lab_of(project, worker)
    before = lab.training.settings
    with pytest.raises(TrainingError, match="cannot be read"):
        choose_own(lab.training, tmp_path / "none.py")
    assert lab.training.settings == before


def test_code_that_never_ends_can_be_stopped(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tinylab.workers.client._PATIENCE_S", 0.2)
    worker = WorkerClient((sys.executable, str(FAKE_WORKER), "hangs"))
    path = tmp_path / "mine.py"
    path.write_text("while True: pass\n", encoding="utf-8")
    lab = lab_of(project, worker)
    choose_own(lab.training, path)
    lab.training.train()
    assert lab.inbox.wait(lambda: lab.training.state is RunState.TRAINING, 60)
    lab.training.stop()
    lab.end()
    worker.close()
    assert lab.training.state is RunState.IDLE
    assert not lab.training.runs
