"""Families that are no networks: trained without the worker, stored and restored like any run, proven on the board."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fakes.sessions import connect, errors, pump
from fakes.training_lab import Lab, lab_of

from tinylab.boards.catalog import boards
from tinylab.boards.discovery import BoardPort
from tinylab.data.editing.take_edits import AddTakes
from tinylab.data.project import Project
from tinylab.data.recording import Recording
from tinylab.dsp.features.menu import feature_names
from tinylab.engine.forest import Forest
from tinylab.engine.read.tflite_file import load
from tinylab.errors import CancelledError, TrainingError
from tinylab.evaluation.baseline_rows import BaselineRow, simpler_than
from tinylab.learning.plan import NetworkPlan
from tinylab.learning.simple.model import quantization, seen
from tinylab.workers.client import WorkerClient
from tinylab.workflow.session import Session
from tinylab.workflow.training.dataset import Dataset, make_dataset
from tinylab.workflow.training.folding import fold_project
from tinylab.workflow.training.learning_simply import _fitted, learn_simply
from tinylab.workflow.training.run_file import restore_all
from tinylab.workflow.training.run_states import RunState
from tinylab.workflow.training.runs import BY_FOLDS, TrainedRun, TrainSettings
from tinylab.workflow.training.window_plan import WindowPlan

WINDOWS = WindowPlan(window_s=1.0, stride_s=0.25, suggested=False)


@pytest.fixture
def no_worker() -> Iterator[WorkerClient]:
    """A worker that cannot be started."""
    client = WorkerClient((sys.executable, "-c", "raise SystemExit('nobody asked for me')"))
    yield client
    client.close()


@pytest.fixture
def lab(tmp_path: Path, performances: tuple[Recording, ...], no_worker: WorkerClient) -> Iterator[Lab]:
    project = Project.create(tmp_path / "test.tinylab")
    project.do(AddTakes(performances, "fill"))
    yield lab_of(project, no_worker)
    project.close()


def train(lab: Lab, family: str) -> TrainedRun:
    return lab.training.train(TrainSettings(NetworkPlan(family), WINDOWS)).result(60)


@pytest.mark.parametrize("family", ["rule", "tree", "forest", "logistic", "centroid"])
def test_a_run_without_the_worker_is_a_run_like_any_other(lab: Lab, family: str) -> None:
    seen: list[RunState] = []
    lab.training.table.changed.subscribe(seen.append)
    run = train(lab, family)
    assert seen == [RunState.PREPARING, RunState.TRAINING, RunState.QUANTIZING, RunState.DONE]
    assert (run.history, run.keras_bytes, run.best_epoch, run.litert_identical) == ((), 0, 0, 0)
    assert run.float32.accuracy > 0.9
    assert run.int8.accuracy > 0.9
    assert run.as_scikit_learn == run.int8.windows
    assert run.validation is not None
    assert run.parameters > 0
    assert not any("\n" in note for note in run.notes)
    evidence = lab.training.evidence
    assert evidence is not None
    assert set(evidence.probabilities) == {"float32", "int8"}
    (again,), bad = restore_all(lab.document.open_project().runs.all()[0])
    assert bad == []
    assert (again.tflite, again.as_scikit_learn, again.notes) == (run.tflite, run.as_scikit_learn, run.notes)
    figures = again.figures().to_json()
    assert figures["litert"] == {"windows": 0, "identical": 0}
    assert figures["scikit_learn"] == {"windows": run.int8.windows, "same_class": run.int8.windows}
    assert figures["family"] == family


def test_what_it_is_stands_in_its_notes(lab: Lab) -> None:
    assert train(lab, "rule").notes[-1].startswith("Rule on one feature: ")
    assert train(lab, "tree").notes[-1].endswith("?")


def test_only_what_is_simpler_than_it_is_said_first(lab: Lab) -> None:
    tree, rule = train(lab, "tree"), train(lab, "rule")
    assert [row.name for row in tree.simpler] == [
        "majority", "threshold_rule", "nearest_centroid", "logistic_regression",
    ]  # fmt: skip
    assert [row.name for row in rule.simpler] == ["majority"]
    tree, rule = replace(tree, opened=1), replace(rule, opened=1)
    assert any("is as good" in sentence for sentence in tree.said_first)
    assert not any("is as good" in sentence for sentence in rule.said_first)
    rows = [BaselineRow(name, "", 0.5, 0.5, None, "", "") for name in ("a", "b")]
    assert simpler_than("", rows) == tuple(rows)
    assert simpler_than("b", rows) == (rows[0],)


def test_folds_need_no_worker_either(lab: Lab, no_worker: WorkerClient) -> None:
    heard: list[int] = []
    settings = TrainSettings(NetworkPlan("centroid"), WINDOWS)
    (folded,) = fold_project(
        lab.document,
        no_worker,
        boards()[0],
        settings,
        "subject",
        None,
        lambda number, _all, _epoch: heard.append(number),
    )
    assert heard == [1, 2, 3, 4, 5]
    assert len(folded.accuracies) == 5
    assert folded.metrics["int8"].accuracy > 0.8
    assert len(lab.training.runs) == 0
    run = lab.training.train(replace(settings, judged="subject")).result(60)
    assert (run.split_kind, run.history, run.folds) == (BY_FOLDS, (), folded.figures)
    assert run.int8.accuracy == folded.metrics["int8"].accuracy
    assert run.as_scikit_learn is not None
    assert run.as_scikit_learn > 0.9 * run.int8.windows  # of everybody, by the model that all have taught
    assert run.validation is not None


@pytest.fixture
def dataset(performances: tuple[Recording, ...]) -> Dataset:
    labels = tuple(dict.fromkeys(take.header.label for take in performances))
    return make_dataset(performances, labels, boards()[0].sensor, WINDOWS, NetworkPlan("tree"))


def test_validation_asks_a_model_that_did_not_know_those_who_are_held_back(
    dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    taught: list[int] = []
    from tinylab.learning.families import tree

    learn = tree.learn

    def listening(numbers: Any, classes: Any, task: Any) -> Any:
        taught.append(len(numbers))
        return learn(numbers, classes, task)

    monkeypatch.setattr(tree, "learn", listening)
    found = learn_simply(dataset, NetworkPlan("tree"))
    assert taught == [len(dataset.train), len(dataset.everyone)]
    assert found.validation is not None
    assert len(found.validation) == len(dataset.validation)
    assert learn_simply(dataset, NetworkPlan("tree"), validate=False).validation is None
    assert taught[2:] == [len(dataset.everyone)]


def test_one_class_alone_cannot_be_validated_and_one_label_cannot_be_learned(dataset: Dataset) -> None:
    half = dataset.train
    one = replace(dataset, train=replace(half, classes=np.zeros_like(half.classes)))
    assert learn_simply(one, NetworkPlan("logistic")).validation is None
    with pytest.raises(TrainingError, match="With one label there is nothing to tell apart"):
        learn_simply(replace(dataset, labels=dataset.labels[:1]), NetworkPlan("tree"))


def test_it_can_be_cancelled(dataset: Dataset) -> None:
    with pytest.raises(CancelledError):
        learn_simply(dataset, NetworkPlan("tree"), lambda: True)


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")
@pytest.mark.parametrize("family", ["rule", "tree", "logistic"])
def test_features_that_nothing_is_asked_about_are_not_made(family: str, performances: tuple[Recording, ...]) -> None:
    plan = NetworkPlan(family, features=("spectrum", "statistics", "shape"))
    labels = sorted({each.header.label for each in performances})
    dataset = make_dataset(performances, labels, boards()[0].sensor, WINDOWS, plan)
    found = learn_simply(dataset, plan, validate=False)
    whole = [name for name in dataset.recipe.features if name in found.recipe.features]
    assert list(found.recipe.features) == whole and len(found.recipe.offsets) == len(feature_names(whole))
    assert (len(whole) < 3) == (family != "logistic")
    if family == "rule":
        assert len(whole) == 1
    given = quantization(found.recipe)
    steps = found.recipe.int8_inputs(dataset.test.windows, [given])[0]
    board = found.asked(dataset.test)[0].outputs.argmax(axis=1)
    said = found.model.probabilities(seen(found.recipe, steps, given)).argmax(axis=1)
    assert np.mean(board == said) > 0.99
    (full,) = dataset.recipe.values(dataset.test.windows)
    assert (_fitted(dataset, dataset.everyone, dataset.recipe, plan).probabilities(full.astype(float))
            == found.trained.probabilities).all()  # fmt: skip


def test_a_tree_is_built_flashed_and_proven_on_the_board(
    session: Session, performances: tuple[Recording, ...], port: BoardPort
) -> None:
    """Five parts of the journey, as for a network: here without a worker."""
    session.document.do(AddTakes(performances, "fill"))
    settings = TrainSettings(NetworkPlan("tree"), replace(WINDOWS, stride_s=0.1))
    run = session.trainer.train(settings).result(60)
    assert isinstance(load(run.tflite).operators[0], Forest)
    assert not session.worker.ready
    connect(session, port)
    session.deployer.flash()
    pump(session, lambda: not session.deployer.busy and not session.tasks.running, 120)
    assert errors(session) == []
    result = session.deployer.result
    assert result is not None
    assert result.proof is not None
    assert (result.proof.windows, result.proof.identical) == (32, 32)
    assert result.proof.network_cycles < 1000 < result.proof.features_cycles
