"""What becomes of the five made sets with the default settings, and one of them trained as the window does it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fakes.made_sets import ALONE, LABELS, PEOPLE, SETS, short_gestures
from fakes.training_lab import lab_of
from trials import FULL

from tinylab.boards.catalog import boards
from tinylab.data.editing.take_edits import AddTakes
from tinylab.data.project import Project
from tinylab.data.recording import Recording
from tinylab.learning.plan import NetworkPlan
from tinylab.workers.client import WorkerClient
from tinylab.workflow.training.dataset import Dataset, board_counts, make_dataset
from tinylab.workflow.training.window_plan import WindowPlan

NAMES = tuple(SETS)


def numbered(recordings: Sequence[Recording]) -> list[Recording]:
    return [each.with_changes(id=number) for number, each in enumerate(recordings, 1)]


@pytest.fixture(scope="module")
def takes() -> dict[str, list[Recording]]:
    return {name: numbered(made()) for name, made in SETS.items()}


@pytest.fixture(scope="module")
def datasets(takes: dict[str, list[Recording]]) -> dict[str, Dataset]:
    """Cut and split as TinyLab does by itself."""
    return {
        name: make_dataset(
            each, (*LABELS, ALONE), boards()[0].sensor,
            WindowPlan().fitted([take.header.seconds for take in each]), NetworkPlan(),
        )
        for name, each in takes.items()
    }  # fmt: skip


def test_the_sets_are_the_same_every_time_and_as_hard_as_they_say(takes: dict[str, list[Recording]]) -> None:
    again = numbered(short_gestures())
    assert all(np.array_equal(one.counts, other.counts) for one, other in zip(takes[NAMES[0]], again, strict=True))
    assert all(len({take.counts.tobytes() for take in each}) == len(each) for each in takes.values()), "no copies"
    lengths = [take.header.seconds for take in again]
    assert 0.19 < min(lengths) < 0.25
    assert 2.7 < max(lengths) < 3.01
    assert len({take.header.subject for take in again}) == PEOPLE
    assert {take.header.subject for take in takes[NAMES[1]] if take.header.label == ALONE} == {"person 2"}
    assert {take.header.rate_hz for take in takes[NAMES[2]]} == {26.0, 50.0}
    assert {take.header.range_g for take in takes[NAMES[3]]} == {2.0, 8.0}
    assert any(take.header.clipped for take in takes[NAMES[3]])
    assert {round(take.header.seconds) for take in takes[NAMES[4]]} == {1, 60}


@pytest.mark.parametrize(
    ("name", "note"),
    [
        ("short gestures", "99 stretches are shorter than the window"),
        ("a label of one person", ""),
        ("26 and 50 Hz", "40 takes were brought to 50 Hz"),
        ("2 and 8 g", "±2, ±8 g were brought to ±4 g"),
        ("1 and 60 s", "100 stretches are shorter than the window"),
    ],
)
def test_what_was_done_to_the_takes_is_said_and_no_answer_key_is(
    name: str, note: str, datasets: dict[str, Dataset]
) -> None:
    dataset = datasets[name]
    assert note in " ".join(dataset.notes)
    assert len(dataset.notes) == bool(note) + dataset.recipe.by_movement
    assert dataset.recipe.by_movement == ("shorter than the window" in note)
    assert dataset.cautions == ()
    assert dataset.split.kind == "subject"
    assert dataset.test_subjects == 1
    assert set(dataset.test.classes.tolist()) == set(range(len(LABELS)))


def test_a_label_of_one_person_is_learned_and_said_to_be_untested(datasets: dict[str, Dataset]) -> None:
    dataset = datasets["a label of one person"]
    assert dataset.split.untested == (ALONE,)
    assert f"“{ALONE}” is learned and not tested" in dataset.split.sentence
    number = dataset.labels.index(ALONE)
    assert number in dataset.everyone.classes
    assert number not in dataset.test.classes


def test_a_gesture_stands_as_near_to_the_middle_as_its_samples_allow(
    takes: dict[str, list[Recording]], datasets: dict[str, Dataset]
) -> None:
    dataset = datasets["short gestures"]
    by_id = {take.header.id: take for take in takes["short gestures"]}
    seen = 0
    for side in (dataset.everyone, dataset.test):
        for window, take_id, start in zip(side.windows, side.take_ids.tolist(), side.starts.tolist(), strict=True):
            counts = board_counts(by_id[take_id], dataset.recipe, dataset.frame)
            room = len(window) - len(counts)
            if room <= 0:
                continue
            seen += 1
            assert 0 <= -start <= room
            assert np.array_equal(window[-start : len(counts) - start], counts), "whole"
            change = np.abs(np.diff(window.astype(int), axis=0)).sum(axis=1)
            off = (np.arange(len(change)) * change).sum() / change.sum() - (len(change) - 1) / 2
            assert abs(off) <= 1 or (off > 0 and start == 0) or (off < 0 and -start == room)
    assert seen == 99


@pytest.mark.skipif(not FULL, reason="the command line trains one in every suite")
def test_the_trainer_of_the_window_learns_from_gestures(worker: WorkerClient, tmp_path: Path) -> None:
    project = Project.create(tmp_path / "made.tinylab")
    project.do(AddTakes(short_gestures(2), "made"))
    lab = lab_of(project, worker)
    settings = lab.training.settings
    assert (settings.windows.window_s, settings.windows.suggested) == (2.0, True)
    small = NetworkPlan("dense", width=8, epochs=4, learning_rate=0.02)
    run = lab.training.train(replace(settings, network=small)).result(60)
    assert lab.training.current is run
    assert "their ends held" in run.notes[0]
    assert {notice.message.split(":")[0] for notice in lab.notices.shown} <= {
        "Trained", "Trained, but tested on 8 takes"
    }  # fmt: skip
    project.close()
