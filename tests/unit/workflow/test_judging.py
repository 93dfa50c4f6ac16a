"""Who teaches and who tests where a network is judged by folds."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinylab.boards.catalog import boards
from tinylab.data.recording import Recording
from tinylab.evaluation.splits import SplitKind
from tinylab.learning.plan import NetworkPlan
from tinylab.workers import messages
from tinylab.workflow.training.dataset import Prepared, prepare
from tinylab.workflow.training.folded_test import mean_history
from tinylab.workflow.training.judging import Division, divide
from tinylab.workflow.training.pace import epochs_ahead
from tinylab.workflow.training.runs import BY_FOLDS, TrainSettings
from tinylab.workflow.training.window_plan import WindowPlan

LABELS = ("wave", "shake")


def prepared(people: int, given_test: int = 0) -> Prepared:
    """Two takes of each label by each of so many people; the last ones come as somebody's test."""
    sensor, random = boards()[0].sensor, np.random.default_rng(5)
    takes: list[Recording] = []
    for person in range(people):
        for label in (*LABELS, *LABELS):
            made = Recording.of(
                random.integers(-900, 900, (60, 3)).astype(np.int16), label=label, subject=f"person {person}",
                rate_hz=50.0, g_per_count=sensor.g_per_count[4], range_g=4.0, rate_asked_hz=50.0, source="board",
                split=("test" if person >= people - given_test else "train") if given_test else "",
            )  # fmt: skip
            takes.append(made.with_changes(id=1 + len(takes)))
    return prepare(takes, LABELS, sensor, WindowPlan(1.0, 0.5), NetworkPlan("dense"))


def judged(by: Literal["subject", "recording"], split: SplitKind = "auto", folds: int | None = None) -> TrainSettings:
    return TrainSettings(windows=WindowPlan(1.0, 0.5, split=split), judged=by, folds=folds)


def left_out(division: Division) -> list[int]:
    assert division.folds is not None
    return sorted(index for fold in division.folds.folds for index in fold.test)


def test_without_a_test_of_its_own_everybody_teaches_and_is_left_out_once() -> None:
    there = prepared(4)
    division = divide(there, judged("subject"))
    assert division.tested_by_folds and division.dataset.split.kind == BY_FOLDS
    assert left_out(division) == list(range(16)) == list(division.dataset.split.train)
    assert not len(division.dataset.test)


def test_one_test_alone_needs_no_folds() -> None:
    division = divide(prepared(4), TrainSettings(windows=WindowPlan(1.0, 0.5)))
    assert division.folds is None and not division.tested_by_folds
    assert len(division.dataset.test)


@given(
    people=st.integers(3, 6), given_test=st.integers(0, 2), by=st.sampled_from(["subject", "recording"]),
    split=st.sampled_from(["auto", "subject", "recording"]),
)  # fmt: skip
def test_whoever_tests_in_the_end_is_in_no_fold(
    people: int, given_test: int, by: Literal["subject", "recording"], split: SplitKind
) -> None:
    there = prepared(people, min(given_test, people - 2))
    division = divide(there, judged(by, split))
    kept_out = set(division.dataset.split.test)
    assert division.folds is not None
    assert division.tested_by_folds == (not kept_out)
    for fold in division.folds.folds:
        assert not kept_out & {*fold.train, *fold.test}
        assert not set(fold.train) & set(fold.test)
        if by == "subject":
            names = {there.items[index].subject for index in fold.train}
            assert not names & {there.items[index].subject for index in fold.test}
            assert set(fold.people) == {there.items[index].subject for index in fold.test}
    assert set(left_out(division)) <= set(division.dataset.split.train) | set(division.dataset.split.validation)


def test_the_curves_of_folds_are_their_mean() -> None:
    one = [messages.Epoch(0, 2.0, 0.0, 3.0, 0.5), messages.Epoch(1, 1.0, 0.5, 2.0, 0.5)]
    other = [messages.Epoch(0, 4.0, 1.0, 5.0, 1.0)]
    assert mean_history([one, other]) == (messages.Epoch(0, 3.0, 0.5, 4.0, 0.75),)


@pytest.mark.parametrize(
    ("last", "fold", "ahead"),
    [
        (messages.Epoch(3, 1.0, 0.5, 1.0, 0.5), (2, 5), 7 + 3 * 10 + 10),
        (messages.Epoch(3, 1.0, 0.5, float("nan"), float("nan"), final=True), (0, 5), 7),
        (messages.Epoch(3, 1.0, 0.5, 1.0, 0.5), (0, 0), 7 + 10),
        (messages.Epoch(3, 1.0, 0.5, float("nan"), float("nan")), (0, 0), 7),
    ],
)
def test_how_many_epochs_are_ahead(last: messages.Epoch, fold: tuple[int, int], ahead: int) -> None:
    assert epochs_ahead(last, NetworkPlan("dense", epochs=10), *fold) == ahead


def test_how_it_is_judged_is_kept_with_the_settings() -> None:
    settings = judged("recording", folds=7)
    assert TrainSettings.from_json(settings.to_json()) == settings
    plain = {name: value for name, value in settings.to_json().items() if name not in ("judged", "folds")}
    assert TrainSettings.from_json(plain) == replace(settings, judged="split", folds=None), "as an older TinyLab wrote"
    assert TrainSettings.from_json({**settings.to_json(), "judged": "by magic"}).judged == "split"
