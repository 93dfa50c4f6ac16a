"""Training as the page sees it: from takes to a run with figures, or a sentence why not."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fakes.training_lab import FAKE_WORKER, lab_of

from tinylab.data.editing.cut_edits import Trim
from tinylab.data.editing.take_edits import AddTakes, Relabel, SetSubject
from tinylab.data.project import Project
from tinylab.data.recording import Recording
from tinylab.learning.plan import NetworkPlan
from tinylab.workers.client import WorkerClient
from tinylab.workflow.notices import Tone
from tinylab.workflow.training.run_states import RunState
from tinylab.workflow.training.runs import TrainSettings
from tinylab.workflow.training.window_plan import WindowPlan


def fill(project: Project, recordings: Iterable[Recording]) -> None:
    project.do(AddTakes(tuple(recordings), "fill"))


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
    numbers = list(range(run.settings.network.epochs + 1))
    assert [epoch.number for epoch in run.history] == [*numbers, *numbers]
    assert [epoch.final for epoch in run.history] == [False] * len(numbers) + [True] * len(numbers)
    assert run.best_epoch == numbers[-1]
    assert run.validation is not None
    assert run.validation.metrics.accuracy == pytest.approx(run.history[len(numbers) - 1].validation_accuracy)
    assert run.validation.interval is not None
    evidence = lab.training.evidence
    assert evidence is not None
    assert set(evidence.probabilities) == {"float32", "int8"}
    assert run.int8.windows == len(evidence) == len(evidence.windows)
    assert run.litert_identical == run.int8.windows
    assert abs(run.int8.accuracy - run.float32.accuracy) < 0.1
    assert np.mean(evidence.answers("int8") == evidence.truth) == pytest.approx(run.int8.accuracy)
    assert np.mean(evidence.answers("float32") == evidence.truth) == pytest.approx(run.float32.accuracy)
    test_ids = {member.take_id for member in run.members if member.side == "test"}
    assert set(evidence.take_ids.tolist()) == test_ids
    tested = {take.subject for take in lab.document.takes if take.id in test_ids}
    assert len(tested) == 1
    assert all(take.id in test_ids for take in lab.document.takes if take.subject in tested)
    assert {member.take_id for member in run.members} == {take.id for take in lab.document.takes}
    assert (
        lab.training.since().sentences == ("The settings were changed after this run.",)
        or not lab.training.since().stale
    )
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
    (notice,) = lab.notices.shown
    assert notice.tone is Tone.INFO and "of those who were held back" in notice.message
    assert lab.training.runs[1].intervals.keys() == {"float32", "int8"}
    assert len(project.runs.all()[0]) == 2
    lab.training.choose(lab.training.runs[0])
    assert lab.training.history == list(lab.training.runs[0].history)
    project.close()


def test_a_run_shows_what_was_measured_then_whatever_became_of_its_takes(
    trained_project: Path, tmp_path: Path, worker: WorkerClient
) -> None:
    path = tmp_path / "copy.tinylab"
    shutil.copy(trained_project, path)
    project = Project.open(path)
    lab = lab_of(project, worker)
    run, before = lab.training.current, lab.training.evidence
    assert run is not None
    assert before is not None
    assert not lab.training.since().stale
    tested = sorted({int(take_id) for take_id in before.take_ids})
    learned = [member.take_id for member in run.members if member.side == "train"]
    lab.document.do(Relabel((tested[0],), "something else"))
    lab.document.do(Trim(tested[1], 10, 100))
    lab.document.do(SetSubject((learned[0],), "nobody"))
    lab.document.trash(learned[1:3])
    assert lab.training.since().sentences == (
        "2 of its takes were deleted after this run.",
        "1 of its takes was relabelled after this run.",
        "1 of its takes was given another subject after this run.",
        "1 of its takes was cut after this run.",
    )
    lab.document.trash(tested)
    lab.document.empty_trash()
    project.close()
    again = lab_of(Project.open(path), worker)
    restored, after = again.training.current, again.training.evidence
    assert restored is not None
    assert after is not None
    assert restored.int8 == run.int8
    assert np.array_equal(after.windows, before.windows)
    assert np.array_equal(after.probabilities["int8"], before.probabilities["int8"])
    assert again.training.since().stale
    again.document.close()


def test_undo_brings_the_settings_back_and_the_mark_goes(
    trained_project: Path, tmp_path: Path, worker: WorkerClient
) -> None:
    path = tmp_path / "copy.tinylab"
    shutil.copy(trained_project, path)
    lab = lab_of(Project.open(path), worker)
    asked = lab.training.settings
    lab.training.set_settings(replace(asked, windows=replace(asked.windows, window_s=1.5)))
    lab.training.set_settings(replace(asked, windows=replace(asked.windows, window_s=1.7)))
    assert lab.training.since().sentences == ("The settings were changed after this run.",)
    lab.document.undo()
    assert lab.training.settings == asked
    assert not lab.training.since().stale
    lab.document.close()


def test_a_run_that_cannot_be_stored_is_said_and_kept_while_the_window_is_open(
    trained_project: Path, tmp_path: Path, worker: WorkerClient
) -> None:
    path = tmp_path / "copy.tinylab"
    shutil.copy(trained_project, path)
    lab = lab_of(Project.open(path, read_only=True), worker)
    run = lab.training.train().result(120)
    assert lab.training.current is run
    assert run.number in lab.training.not_stored
    assert "for reading only" in str(lab.training.not_stored[run.number])
    lab.document.close()
    assert len(Project.open(path, read_only=True).runs.all()[0]) == 1


def test_a_pause_that_comes_too_late_does_not_hold_the_next_run(
    trained_project: Path, tmp_path: Path, worker: WorkerClient
) -> None:
    path = tmp_path / "copy.tinylab"
    shutil.copy(trained_project, path)
    lab = lab_of(Project.open(path), worker)
    lab.training.set_settings(TrainSettings(NetworkPlan("dense", width=4, epochs=2), WindowPlan(1.0, 0.5)))
    unsubscribe = lab.training.heard.subscribe(
        lambda epoch: lab.training.pause() if epoch.final and epoch.number == 2 else None
    )
    lab.training.train().result(120)
    assert not lab.training.paused
    unsubscribe()
    assert lab.training.train().result(120).number == 3
    lab.document.close()


def shortened(recording: Recording, samples: int) -> Recording:
    header = recording.header.with_changes(samples=samples)
    return Recording(header, recording.counts[:samples].copy())


def recordings_of(performances: tuple[Recording, ...], case: str) -> list[Recording]:
    wave = [r for r in performances if r.header.label == "wave"]
    if case == "one label":
        return wave
    if case == "one recording":
        return wave[:1]
    if case == "too short":
        return [shortened(r, 15) for r in performances]
    return []


@pytest.mark.parametrize(
    ("case", "message"),
    [
        ("nothing", "There is nothing to learn from. Record or import something first."),
        ("one label", "Everything is labelled “wave”; there is nothing to tell apart. Record a second label."),
        ("one recording", "There is only one recording, so nothing would be left to test on."),
        ("too short", "Too few recordings are long enough"),
    ],
)
def test_what_cannot_be_learned_from_is_reported_before_a_worker_starts(
    project: Project, performances: tuple[Recording, ...], hanging_worker: WorkerClient, case: str, message: str
) -> None:
    fill(project, recordings_of(performances, case))
    lab = lab_of(project, hanging_worker)
    lab.training.train()
    lab.end()
    assert lab.training.state is RunState.FAILED
    assert message in lab.training.reason
    (notice,) = lab.notices.shown
    assert notice.tone is Tone.ERROR
    assert notice.message in lab.training.reason
    assert project.runs.all() == ([], [])
    assert hanging_worker.process_id is None


def test_settings_that_make_no_sense_are_told(
    project: Project, performances: tuple[Recording, ...], hanging_worker: WorkerClient
) -> None:
    fill(project, performances)
    lab = lab_of(project, hanging_worker)
    lab.training.set_settings(TrainSettings(windows=WindowPlan(window_s=0.0)))
    lab.training.train()
    lab.end()
    assert "A window lasts between" in lab.training.reason


def test_takes_shorter_than_a_window_are_left_out_and_named(
    project: Project, performances: tuple[Recording, ...], hanging_worker: WorkerClient
) -> None:
    fill(project, [*performances, shortened(performances[0], 15)])
    lab = lab_of(project, hanging_worker)
    lab.training.set_settings(TrainSettings(windows=WindowPlan(window_s=1.0)))
    lab.training.train()
    assert lab.inbox.wait(lambda: lab.training.state is RunState.TRAINING, 30)
    assert "1 stretch is too short to learn from" in lab.notices.shown[0].message
    assert "of 0.15 s" in lab.notices.shown[0].hint
    for job in lab.tasks.running:
        job.cancel()
    lab.end()


def test_cancelling_a_training_that_hangs_leaves_no_worker_and_no_error(
    project: Project, performances: tuple[Recording, ...], hanging_worker: WorkerClient
) -> None:
    fill(project, performances)
    lab = lab_of(project, hanging_worker)
    lab.training.set_settings(TrainSettings(windows=WindowPlan(window_s=1.0)))
    lab.training.train()
    assert lab.inbox.wait(lambda: lab.training.state is RunState.TRAINING, 30)
    (job,) = lab.tasks.running
    job.cancel()
    lab.end()
    assert lab.training.state is RunState.IDLE
    assert lab.notices.shown == ()
    assert hanging_worker.process_id is None


@pytest.mark.usefixtures("expects_unforeseen")
def test_a_worker_that_dies_while_it_trains_is_reported(project: Project, performances: tuple[Recording, ...]) -> None:
    client = WorkerClient((sys.executable, str(FAKE_WORKER), "crashes at work"))
    fill(project, performances)
    lab = lab_of(project, client)
    lab.training.set_settings(TrainSettings(windows=WindowPlan(window_s=1.0)))
    lab.training.train()
    lab.end()
    assert lab.training.state is RunState.FAILED
    assert "The training worker died." in lab.training.reason
    assert "fresh worker" in lab.notices.shown[0].hint
    client.close()
