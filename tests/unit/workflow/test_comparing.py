"""What is compared, by whom, and when another one is called better."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from fakes.prepared import prepared_takes

from tinylab.evaluation.splits import make_split
from tinylab.learning.augmentation import NONE
from tinylab.learning.menu import input_kind
from tinylab.learning.plan import NetworkPlan
from tinylab.workflow.session import Session
from tinylab.workflow.training import comparing
from tinylab.workflow.training.comparing import Candidate, Comparison, Row, candidates, folds_within, taken
from tinylab.workflow.training.dataset import Prepared
from tinylab.workflow.training.runs import TrainSettings
from tinylab.workflow.training.window_plan import WindowPlan


def row(title: str, accuracies: tuple[float, ...], folds: tuple[float, ...]) -> Row:
    return Row(Candidate(title, NetworkPlan(title)), accuracies, folds)


def test_the_network_as_it_is_set_comes_first() -> None:
    assert [each.network.family for each in candidates("families", NetworkPlan("dense"))] == ["dense", "hybrid", "cnn"]
    with_first = candidates("variations", NetworkPlan())
    assert [each.network.augmentation.does_something for each in with_first] == [True, False]
    without_first = candidates("variations", NetworkPlan(augmentation=NONE))
    assert [each.network.augmentation.does_something for each in without_first] == [False, True]


@pytest.mark.parametrize(
    ("first", "other", "best"),
    [
        (row("hybrid", (0.80,), (0.70, 0.90, 0.80)), row("cnn", (0.81,), (0.90, 0.70, 0.83)), 0),  # once so, once so
        (row("hybrid", (0.80,), (0.70, 0.90, 0.80)), row("cnn", (0.83,), (0.73, 0.93, 0.82)), 1),  # in every fold
        (row("hybrid", (0.80,), (0.70, 0.90, 0.80)), row("cnn", (0.805,), (0.705, 0.905, 0.805)), 0),  # not worth it
        (row("hybrid", (0.90,), (0.90,)), row("cnn", (0.95,), (0.95,)), 0),  # one fold tells nothing
        (row("hybrid", (0.90,), (0.9, 0.9)), row("cnn", (0.80,), (0.8, 0.8)), 0),
    ],
)
def test_better_is_what_is_ahead_by_more_than_chance(first: Row, other: Row, best: int) -> None:
    found = Comparison("families", (first, other), "3 folds")
    assert found.rows.index(found.best) == best
    assert f"{found.best.candidate.title} is taken" in found.sentence
    chosen = taken(found, TrainSettings(NetworkPlan("dense", epochs=7)))
    assert chosen.network.family == found.best.candidate.network.family
    assert chosen.network.epochs == 7, "nothing else changes"
    assert found.to_json()["best"] == best


@pytest.mark.parametrize("split", ["auto", "subject", "recording"])
def test_whoever_is_tested_in_the_end_is_in_no_fold(split: Any) -> None:
    prepared, settings = prepared_takes(5), TrainSettings(windows=WindowPlan(1.0, 0.5, split=split))
    division = make_split(prepared.items, split, settings.windows.seed)
    folds = folds_within(prepared, settings)
    assert folds.by == "subject" and len(folds.folds) == 3
    used = {index for fold in folds.folds for index in (*fold.train, *fold.test)}
    assert used == {*division.train, *division.validation}
    assert not used & set(division.test)
    assert folds_within(prepared_takes(2), settings).by == "recording", "two people are too few to leave one out"
    everybody = folds_within(prepared, replace(settings, judged="subject", windows=WindowPlan(1.0, 0.5)))
    assert {i for fold in everybody.folds for i in (*fold.train, *fold.test)} == set(range(len(prepared.items)))


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[NetworkPlan]]:
    """Networks that folds were asked for; those without variations are right half as often."""
    found: list[NetworkPlan] = []

    def ask(seen: Prepared, _w: object, network: NetworkPlan, folds: Any, report: Any, *_: object, **__: object) -> Any:
        assert seen.base.kind == input_kind(network), "each candidate sees the windows in its own way"
        found.append(network)
        share = 0.9 if network.augmentation.does_something else 0.5
        for number, _ in enumerate(folds.folds, 1):
            report(number, len(folds.folds), None)
        metrics = {"int8": SimpleNamespace(accuracy=share)}
        return SimpleNamespace(metrics=metrics, accuracies=(share,) * len(folds.folds))

    monkeypatch.setattr(comparing, "ask_by_folds", ask)
    monkeypatch.setattr("tinylab.workers.client.WorkerClient.warm_up", lambda _: None)
    yield found


def test_what_was_found_becomes_the_setting_unless_something_else_was_chosen(
    trained: Session, asked: list[NetworkPlan]
) -> None:
    trainer, comparer = trained.trainer, trained.comparer
    trainer.set_settings(replace(trainer.settings, network=replace(trainer.settings.network, augmentation=NONE)))
    found = comparer.compare("variations", 2).result(60)
    assert [(plan.seed, plan.augmentation.does_something) for plan in asked] == [
        (1, False), (2, False), (1, True), (2, True),
    ]  # fmt: skip
    assert comparer.found is found and not comparer.busy
    assert trainer.settings.network.augmentation.does_something, "the better one"
    trained.notices.clear()
    task = comparer.compare("families", 1)
    assert comparer.compare("families") is task, "one at a time"
    changed = replace(trainer.settings, network=replace(trainer.settings.network, epochs=3, family="separable"))
    trainer.set_settings(changed)
    task.result(60)
    assert trainer.settings == changed, "whoever has chosen something since meant it"
    assert [notice.message for notice in trained.notices.shown] == ["Compared."]
