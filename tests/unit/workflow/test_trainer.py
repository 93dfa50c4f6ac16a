"""Training as the page sees it: from takes to a run with figures, or a sentence why not."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from tinylab.data.project import Project
from tinylab.data.recording import Recording
from tinylab.learning.plan import NetworkPlan
from tinylab.workers.client import WorkerClient
from tinylab.workflow.dataset import WindowPlan
from tinylab.workflow.history import History
from tinylab.workflow.inbox import Inbox
from tinylab.workflow.jobs import Jobs
from tinylab.workflow.library import Library
from tinylab.workflow.notices import Notices, Tone
from tinylab.workflow.runs import TrainSettings
from tinylab.workflow.trainer import RunState, Training

FAKE_WORKER = Path(__file__).resolve().parents[2] / "fakes" / "fake_worker.py"


@dataclass
class Lab:
    """All that training needs, without a session's boards."""

    inbox: Inbox
    jobs: Jobs
    library: Library
    notices: Notices
    training: Training

    def end(self) -> None:
        assert self.inbox.wait(lambda: not self.training.busy, 60), self.training.state


def lab_of(project: Project, worker: WorkerClient) -> Lab:
    inbox, notices, library = Inbox(), Notices(), Library(History())
    jobs = Jobs(inbox)
    library.attach(project)
    training = Training(inbox, jobs, library, worker, notices)
    training.attach()
    return Lab(inbox, jobs, library, notices, training)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    made = Project.create(tmp_path / "test.tinylab")
    yield made
    made.close()


@pytest.fixture
def hanging_worker() -> Iterator[WorkerClient]:
    client = WorkerClient((sys.executable, str(FAKE_WORKER), "hangs"))
    yield client
    client.close()


def test_a_run_has_all_its_figures_and_comes_back_with_its_project(
    trained_project: Path, tmp_path: Path, worker: WorkerClient
) -> None:
    path = tmp_path / "copy.tinylab"
    shutil.copy(trained_project, path)
    project = Project.open(path)
    lab = lab_of(project, worker)
    run = lab.training.current
    assert run is not None
    assert lab.training.state is RunState.DONE
    assert (run.number, run.split_kind, run.test_subjects) == (1, "subject", 1)
    assert [epoch.number for epoch in run.history] == list(range(1, len(run.history) + 1))
    assert 1 <= run.best_epoch <= len(run.history)
    assert run.int8.windows == len(run.test) == len(run.answers)
    assert run.litert_identical == run.int8.windows
    assert abs(run.int8.accuracy - run.float32.accuracy) < 0.1
    assert np.mean(np.asarray(run.answers) == run.test.classes) == pytest.approx(run.int8.accuracy)
    tested = {r.subject for r in lab.library.recordings if r.id in run.test_ids}
    assert len(tested) == 1
    assert all(r.id in run.test_ids for r in lab.library.recordings if r.subject in tested)
    assert set(run.seconds) == {"train", "quantize"}
    project.close()


def test_a_second_run_stands_beside_the_first(trained_project: Path, tmp_path: Path, worker: WorkerClient) -> None:
    path = tmp_path / "copy.tinylab"
    shutil.copy(trained_project, path)
    project = Project.open(path)
    lab = lab_of(project, worker)
    lab.training.set_settings(TrainSettings(NetworkPlan("dense", width=4, epochs=2), WindowPlan(1.0, 0.5, "recording")))
    seen: list[RunState] = []
    lab.training.table.changed.subscribe(seen.append)
    lab.training.train()
    lab.training.train()
    lab.end()
    assert seen == [RunState.PREPARING, RunState.TRAINING, RunState.QUANTIZING, RunState.DONE]
    assert [run.number for run in lab.training.runs] == [1, 2]
    assert lab.training.current is lab.training.runs[1]
    assert lab.training.runs[1].split_kind == "recording"
    assert [notice.tone for notice in lab.notices.shown] == [Tone.GOOD]
    assert len(project.runs()) == 2
    lab.training.choose(lab.training.runs[0])
    assert lab.training.history == list(lab.training.runs[0].history)
    project.close()


def test_deleting_what_a_run_was_tested_on_leaves_the_run(
    trained_project: Path, tmp_path: Path, worker: WorkerClient
) -> None:
    path = tmp_path / "copy.tinylab"
    shutil.copy(trained_project, path)
    project = Project.open(path)
    lab = lab_of(project, worker)
    run = lab.training.current
    assert run is not None
    lab.library.delete(run.test_ids)
    project.close()
    again = Project.open(path)
    restored = lab_of(again, worker).training.current
    assert restored is not None
    assert len(restored.test) == 0
    assert restored.int8 == run.int8
    again.close()


def recordings_of(performances: tuple[Recording, ...], case: str) -> list[Recording]:
    wave = [r for r in performances if r.label == "wave"]
    if case == "one label":
        return wave
    if case == "one recording":
        return wave[:1]
    if case == "too short":
        return [r.with_changes(counts=r.counts[:50]) for r in performances]
    return []


@pytest.mark.parametrize(
    ("case", "words"),
    [
        ("nothing", "There is nothing to learn from. Record or import something first."),
        ("one label", "Everything is labelled “wave”; there is nothing to tell apart. Record a second label."),
        ("one recording", "There is only one recording, so nothing would be left to test on."),
        ("too short", "Too few recordings are as long as one window of 2 s."),
    ],
)
def test_what_cannot_be_learned_from_is_told_before_a_worker_starts(
    project: Project, performances: tuple[Recording, ...], hanging_worker: WorkerClient, case: str, words: str
) -> None:
    project.add(recordings_of(performances, case))
    lab = lab_of(project, hanging_worker)
    lab.training.train()
    lab.end()
    assert lab.training.state is RunState.FAILED
    assert words in lab.training.reason
    (notice,) = lab.notices.shown
    assert notice.tone is Tone.ERROR
    assert notice.message in lab.training.reason
    assert project.runs() == []
    assert hanging_worker.process_id is None


def test_settings_that_make_no_sense_are_told(
    project: Project, performances: tuple[Recording, ...], hanging_worker: WorkerClient
) -> None:
    project.add(performances)
    lab = lab_of(project, hanging_worker)
    lab.training.set_settings(TrainSettings(windows=WindowPlan(window_s=0.0)))
    lab.training.train()
    lab.end()
    assert "A window lasts between" in lab.training.reason


def test_takes_shorter_than_a_window_are_left_out_and_named(
    project: Project, performances: tuple[Recording, ...], hanging_worker: WorkerClient
) -> None:
    project.add([*performances, performances[0].with_changes(counts=performances[0].counts[:30])])
    lab = lab_of(project, hanging_worker)
    lab.training.set_settings(TrainSettings(windows=WindowPlan(window_s=1.0)))
    lab.training.train()
    assert lab.inbox.wait(lambda: lab.training.state is RunState.TRAINING, 30)
    assert "1 recording is shorter than one window" in lab.notices.shown[0].message
    assert "of 0.30 s" in lab.notices.shown[0].hint
    for job in lab.jobs.running:
        job.cancel()
    lab.end()


def test_cancelling_a_training_that_hangs_leaves_no_worker_and_no_error(
    project: Project, performances: tuple[Recording, ...], hanging_worker: WorkerClient
) -> None:
    project.add(performances)
    lab = lab_of(project, hanging_worker)
    lab.training.set_settings(TrainSettings(windows=WindowPlan(window_s=1.0)))
    lab.training.train()
    assert lab.inbox.wait(lambda: lab.training.state is RunState.TRAINING, 30)
    (job,) = lab.jobs.running
    job.cancel()
    lab.end()
    assert lab.training.state is RunState.IDLE
    assert lab.notices.shown == ()
    assert hanging_worker.process_id is None


@pytest.mark.usefixtures("expects_unforeseen")
def test_a_worker_that_dies_while_it_trains_is_told(project: Project, performances: tuple[Recording, ...]) -> None:
    client = WorkerClient((sys.executable, str(FAKE_WORKER), "crashes at work"))
    project.add(performances)
    lab = lab_of(project, client)
    lab.training.set_settings(TrainSettings(windows=WindowPlan(window_s=1.0)))
    lab.training.train()
    lab.end()
    assert lab.training.state is RunState.FAILED
    assert "The training worker died." in lab.training.reason
    assert "fresh worker" in lab.notices.shown[0].hint
    client.close()
