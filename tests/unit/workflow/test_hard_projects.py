"""Projects that training must not stumble over: a sentence or a run, and what was there is still there."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fakes.projects import dump
from fakes.training_lab import FAKE_WORKER, Lab, lab_of
from trials import FULL

from tinylab.boards.catalog import boards
from tinylab.data.editing.take_edits import AddTakes
from tinylab.data.project import Project
from tinylab.data.recording import Recording
from tinylab.errors import DataError, TrainingError
from tinylab.learning.plan import NetworkPlan
from tinylab.workers.client import WorkerClient
from tinylab.workflow.notices import Tone
from tinylab.workflow.training.dataset import make_dataset
from tinylab.workflow.training.run_states import RunState
from tinylab.workflow.training.window_plan import WindowPlan

TINY = NetworkPlan("dense", width=4, epochs=2, learning_rate=0.02, keep="best")  # which trains once


def swing(label: str, hz: float, seed: int, seconds: float = 1.0, subject: str = "Anna") -> Recording:
    random, time = np.random.default_rng(seed), np.arange(round(seconds * 50)) / 50
    moved = 400 * np.sin(2 * np.pi * hz * time + random.uniform(0, 6))[:, None] * [1.0, 0.5, 0.2]
    return still(label, (moved + random.normal(0, 20, moved.shape) + [0, 0, 500]).astype(np.int16), subject)


def still(label: str, counts: Any, subject: str = "Anna") -> Recording:
    return Recording.of(counts, label=label, subject=subject, rate_hz=50.0, g_per_count=0.002, range_g=4.0)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[..., Lab]]:
    """A project of takes, with a worker of one's choice, about to train a tiny network."""
    labs: list[Lab] = []

    def open_lab(worker: WorkerClient, *takes: Recording) -> Lab:
        project = Project.create(tmp_path / "hard.tinylab")
        project.do(AddTakes(takes, "made"))
        labs.append(lab_of(project, worker))
        labs[-1].training.set_settings(replace(labs[-1].training.settings, network=TINY))
        return labs[-1]

    yield open_lab
    for lab in labs:
        lab.document.close()


@pytest.mark.skipif(not FULL, reason="trains for a second")
def test_one_window_of_each_take_is_enough(worker: WorkerClient, opened: Callable[..., Lab]) -> None:
    lab = opened(worker, swing("slow", 1, 1), swing("slow", 1, 2), swing("quick", 4, 3))
    run = lab.training.train().result(60)
    assert run.int8.windows == 1
    assert "There are too few recordings to check on." in run.sentence
    assert run.untested == ("quick",)
    (notice,) = lab.notices.shown
    assert notice.message == "Trained; nobody could be held back to check it."


@pytest.mark.parametrize("value", [0, 7])
def test_samples_that_never_change_are_refused_with_a_sentence_before_a_worker_starts(
    value: int, opened: Callable[..., Lab]
) -> None:
    nobody = WorkerClient((sys.executable, str(FAKE_WORKER), "hangs"))
    lab = opened(nobody, *(still(label, np.full((100, 3), value, np.int16), p) for label in "ab" for p in "pqrs"))
    before = dump(lab.document.open_project())
    with pytest.raises(TrainingError, match="same number in every sample") as caught:
        lab.training.train().result(60)
    assert "Look at a take" in caught.value.hint
    assert nobody.process_id is None
    assert dump(lab.document.open_project()) == before


@pytest.mark.skipif(not FULL, reason="the baselines take ten seconds")
def test_200_classes_of_two_takes_are_split_and_described(worker: WorkerClient, opened: Callable[..., Lab]) -> None:
    lab = opened(worker, *(swing(f"class {k}", 0.5 + k / 20, 2 * k + n) for k in range(200) for n in range(2)))
    run = lab.training.train().result(120)
    assert (len(run.labels), run.int8.windows) == (200, 200)
    assert len(run.int8.confusion) == len(run.int8.classes) == 200
    assert lab.notices.shown[-1].tone is not Tone.ERROR


@pytest.mark.skipif(not FULL, reason="learns for two seconds; test_fit has the weights of rare classes")
def test_a_class_that_is_twenty_times_rarer_is_learned(worker: WorkerClient, opened: Callable[..., Lab]) -> None:
    often = [swing("slow", 1, n, seconds=20.0, subject=f"p{n}") for n in range(5)]
    seldom = [swing("quick", 4, 50 + n, seconds=1.0, subject=f"p{n}") for n in range(5)]
    lab = opened(worker, *often, *seldom)
    lab.training.set_settings(replace(lab.training.settings, windows=WindowPlan(1.0, 1.0, suggested=False),
                                      network=replace(TINY, epochs=8)))  # fmt: skip
    run = lab.training.train().result(60)
    slow, quick = sorted(run.int8.classes, key=lambda each: each.label == "quick")
    assert (slow.support, quick.support) == (20, 1)
    assert run.int8.majority == pytest.approx(20 / 21)
    assert quick.recall == 1.0
    assert slow.recall > 0.9


def test_neither_a_loss_that_is_no_number_nor_a_full_disk_costs_what_was_there(
    trained_project: Path, tmp_path: Path, worker: WorkerClient
) -> None:
    path = tmp_path / "copy.tinylab"
    path.write_bytes(trained_project.read_bytes())
    lab = lab_of(Project.open(path), worker)
    project = lab.document.open_project()
    (earlier,) = lab.training.runs
    lab.training.set_settings(replace(lab.training.settings, network=TINY))
    before = dump(project, journal=True)
    with pytest.MonkeyPatch.context() as patch:  # inputs that no recipe makes, for ours never come to this
        patch.setattr("tinylab.dsp.recipe.InputRecipe.to_json", _without_bounds)
        with pytest.raises(TrainingError, match="no number any more after epoch 1") as caught:
            lab.training.train().result(60)
    assert "lower learning rate" in str(caught.value)
    assert "fresh worker" not in str(caught.value), "this one lives"
    assert lab.training.state is RunState.FAILED
    assert lab.training.runs == [earlier]
    assert dump(project, journal=True) == before

    with pytest.MonkeyPatch.context() as patch:  # the run's own row is written already
        patch.setattr("tinylab.data.run_store.RunStore._add_evidence", _no_room)
        unsaved = lab.training.train().result(60)
    assert lab.training.current is unsaved
    assert "the disk is full" in str(lab.training.not_stored[unsaved.number])
    assert any("the disk is full" in notice.message for notice in lab.notices.shown)
    assert dump(project, journal=True) == before, "nothing by halves"

    stored = lab.training.train().result(60)
    assert [run.number for run in lab.training.runs] == [1, 3, 2], "the file's number is the stored one's"
    assert lab.training.current is stored is lab.training.runs[-1]
    assert set(lab.training.not_stored) == {3}
    assert [run.id for run in project.runs.all()[0]] == [1, 2]
    assert lab.training.delete(lab.training.runs[1])
    assert [run.id for run in project.runs.all()[0]] == [1, 2]
    lab.document.close()


def _no_room(*_: object) -> None:
    raise DataError("The project could not be written: the disk is full.", hint="Free some space.")


def _without_bounds(recipe: Any) -> dict[str, Any]:
    plain = {name: getattr(recipe, name) for name in recipe.__dataclass_fields__}
    return {**plain, "gains": tuple(1e37 for _ in recipe.gains), "clip": 3e38}


def test_a_worker_that_is_killed_in_an_epoch_costs_that_run_and_nothing_else(
    trained_project: Path, tmp_path: Path
) -> None:
    path = tmp_path / "copy.tinylab"
    path.write_bytes(trained_project.read_bytes())
    client = WorkerClient((sys.executable, str(FAKE_WORKER), "hangs after an epoch"))
    lab = lab_of(Project.open(path), client)
    before = dump(lab.document.open_project(), journal=True)

    def kill(_: object) -> None:
        assert client._process is not None
        client._process.kill()

    lab.training.heard.subscribe(kill)
    lab.training.train()
    lab.end()
    client.close()
    assert lab.training.reason.startswith("The training worker died.")
    assert [notice.tone for notice in lab.notices.shown] == [Tone.ERROR]
    assert dump(lab.document.open_project(), journal=True) == before
    assert len(lab.training.runs) == 1
    lab.document.close()


def test_takes_that_are_still_but_not_alike_can_be_cut() -> None:
    takes = [still("ab"[n % 2], np.full((100, 3), n, np.int16), f"p{n // 2}").with_changes(id=n + 1) for n in range(8)]
    dataset = make_dataset(takes, ("a", "b"), boards()[0].sensor, WindowPlan(1.0, 0.5), TINY)
    assert len(dataset.test) > 0
