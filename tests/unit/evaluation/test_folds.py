"""Folds: nothing of one recording, of its copies or of one person is ever learned from and tested in the same fold."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinylab.errors import TrainingError
from tinylab.evaluation.folds import Folds, make_folds
from tinylab.evaluation.units import Item

ITEMS = st.lists(
    st.builds(
        Item,
        st.sampled_from(["wave", "shake", "rest", "circle"]),
        st.sampled_from(["Anna", "Ben", "Cleo", "Dora", "Emil"]),
        st.just(""),
        st.just(4.0),
        st.frozensets(st.sampled_from(["wave", "jump"]), max_size=1),
        st.sampled_from([0, 0, 0, 0, 0, 0, 1, 2]),
    ),
    max_size=40,
)


def grid(labels: int = 3, people: int = 5, takes: int = 2) -> list[Item]:
    return [
        Item(f"label {label}", f"person {person:02d}", "", 4.0)
        for label in range(labels)
        for person in range(people)
        for _ in range(takes)
    ]


def all_tested(folds: Folds) -> list[int]:
    return sorted(index for fold in folds.folds for index in fold.test)


@settings(max_examples=150, deadline=None)
@given(
    items=ITEMS,
    by=st.sampled_from(["subject", "recording"]),
    count=st.none() | st.integers(1, 9),
    seed=st.integers(0, 9),
)
def test_nothing_crosses_and_all_is_tested_once(items: list[Item], by: str, count: int | None, seed: int) -> None:
    try:
        folds = make_folds(items, by, count, seed)  # type: ignore[arg-type]
    except TrainingError as error:
        assert error.message
        assert error.hint
        return
    assert len(all_tested(folds)) == len(set(all_tested(folds)))
    known = {label for item in items for label in item.labels}
    assert set(folds.untested) == known - {label for index in all_tested(folds) for label in items[index].labels}
    for fold in folds.folds:
        learning, held = [items[i] for i in fold.train], [items[i] for i in fold.test]
        assert held
        assert not set(fold.train) & set(fold.test)
        assert not {i.copies for i in learning if i.copies} & {i.copies for i in held}
        taught = {label for item in learning for label in item.labels}
        assert len(taught) > 1
        assert all(item.labels <= taught for item in held)
        if by == "subject":
            assert not {i.subject for i in learning} & {i.subject for i in held}
            assert set(fold.people) == {i.subject for i in held}
        # Whoever is neither learned from nor tested stays out because a label of theirs is not learned.
        away = set(range(len(items))) - set(fold.train) - set(fold.test)
        assert all(not items[i].labels <= taught for i in away)


def test_up_to_ten_people_each_is_a_fold_and_more_are_dealt_into_five() -> None:
    few, many = make_folds(grid(people=7)), make_folds(grid(people=23))
    assert sorted(fold.people for fold in few.folds) == [(f"person {n:02d}",) for n in range(7)]
    assert [len(fold.people) for fold in many.folds] == [5, 5, 5, 4, 4]
    assert all_tested(many) == list(range(len(grid(people=23))))
    assert many.untested == ()
    assert len(make_folds(grid(people=7), count=3).folds) == 3


def test_by_recording_each_label_is_in_every_fold() -> None:
    items = grid(people=1, takes=10)
    folds = make_folds(items, "recording")
    assert len(folds.folds) == 5
    for fold in folds.folds:
        assert sorted(items[i].label for i in fold.test) == sorted(["label 0", "label 1", "label 2"] * 2)
    assert make_folds(items, "recording", seed=2) != folds
    assert make_folds(items, "recording") == folds


def test_a_label_of_two_recordings_is_tested_and_of_one_is_learned_and_said() -> None:
    items = [*grid(people=1, takes=8), Item("rare", "person 00", "", 4.0), Item("once", "person 00", "", 4.0)]
    folds = make_folds([*items, items[-2]], "recording")
    assert folds.untested == ("once",)
    assert {24, 26} <= set(all_tested(folds))
    assert sum(25 in fold.train for fold in folds.folds) == len(folds.folds) - 1


def test_a_label_of_one_person_is_learned_in_the_other_folds() -> None:
    items = [*grid(), Item("own", "person 02", "", 4.0)]
    folds = make_folds(items)
    assert folds.untested == ("own",)
    assert all_tested(folds) == list(range(30))
    assert [len(items) - 1 in fold.train for fold in folds.folds].count(False) == 1


@pytest.mark.parametrize(
    ("items", "by", "message"),
    [
        ([], "recording", "nothing to learn from"),
        (grid(labels=1), "subject", "Everything is labelled"),
        (grid(people=1), "subject", "at least two subjects"),
        ([*grid(), Item("label 0", "", "", 4.0)], "subject", "1 recording has no subject"),
        (grid(people=1, takes=1), "recording", "No label was recorded twice"),
        ([Item("wave", "Anna", "", 4.0), Item("shake", "Ben", "", 4.0)], "subject", "No label was recorded twice"),
    ],
)
def test_what_cannot_be_folded_is_said(items: list[Item], by: str, message: str) -> None:
    with pytest.raises(TrainingError, match=message) as caught:
        make_folds(items, by)  # type: ignore[arg-type]
    assert caught.value.hint
