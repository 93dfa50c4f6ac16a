"""No window of one recording or of one subject ever sits on both sides; where that cannot be, a sentence says why."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinylab.errors import TrainingError
from tinylab.evaluation.splits import Item, make_split

ITEMS = st.lists(
    st.builds(
        Item,
        st.sampled_from(["wave", "shake", "rest"]),
        st.sampled_from(["Anna", "Ben", "Cleo", "Dora", "Emil"]),
        st.sampled_from(["", "train", "validation", "test"]),
        st.just(4.0),
    ),
    min_size=2,
    max_size=40,
)


def grid(labels: int = 3, subjects: int = 5, takes: int = 2) -> list[Item]:
    return [
        Item(f"label {label}", f"subject {subject}", "", 4.0)
        for label in range(labels)
        for subject in range(subjects)
        for _ in range(takes)
    ]


@given(items=ITEMS, kind=st.sampled_from(["auto", "subject", "recording", "given"]), seed=st.integers(0, 50))
def test_nothing_ever_sits_on_both_sides(items: list[Item], kind: str, seed: int) -> None:
    try:
        split = make_split(items, kind, seed)  # type: ignore[arg-type]
    except TrainingError as error:
        assert error.message
        assert error.hint
        return
    train, validation, test = set(split.train), set(split.validation), set(split.test)
    assert not train & test
    assert not validation & test
    assert train | validation | test == set(range(len(items))) or split.kind == "given"
    assert not train & validation
    taught = {items[i].label for i in train | validation}
    assert taught | set(split.left_out) == {item.label for item in items}
    assert test
    assert taught - {items[i].label for i in test} == set(split.untested)
    assert all(label in split.sentence for label in (*split.untested, *split.left_out))
    if not validation:
        assert "too few recordings to check on" in split.sentence
    if split.kind == "subject":
        assert not {items[i].subject for i in test} & {items[i].subject for i in train | validation}
    if split.kind == "given":
        assert all(items[i].given == "test" for i in test)
        assert not any(items[i].given == "test" for i in train | validation)


@pytest.mark.parametrize("kind", ["subject", "given", "recording"])
def test_takes_that_are_held_back_to_check_are_not_learned_from(kind: str) -> None:
    items = [Item(item.label, item.subject, "test" if i % 5 == 0 else "train", 4.0)
             for i, item in enumerate(grid(subjects=2, takes=10 if kind != "recording" else 3))]  # fmt: skip
    split = make_split(items, kind)  # type: ignore[arg-type]
    assert split.validation
    assert not set(split.train) & set(split.validation)
    assert sorted([*split.train, *split.validation, *split.test]) == list(range(len(items)))


def test_by_subject_is_the_default_where_there_are_two() -> None:
    split = make_split(grid())
    assert split.kind == "subject"
    assert "unseen" in split.sentence
    assert (len(split.train), len(split.validation), len(split.test)) == (18, 6, 6)
    assert make_split(grid(subjects=1)).kind == "recording"
    assert make_split([Item(item.label, "", "", 4.0) for item in grid()]).kind == "recording"


def test_the_sentence_names_who_learns_who_checks_and_who_stays_unseen() -> None:
    split = make_split(grid(subjects=3))
    assert sum(f"subject {n}" in split.sentence for n in range(3)) == 3
    assert make_split(grid(subjects=2)).sentence.count("recordings check it") == 1
    assert "6 subjects" in make_split(grid(subjects=10)).sentence


def test_the_same_seed_gives_the_same_split() -> None:
    for seed in range(8):
        assert make_split(grid(), seed=seed) == make_split(grid(), seed=seed)
    assert len({make_split(grid(), seed=seed).test for seed in range(8)}) > 1


def test_a_given_split_is_followed() -> None:
    items = [Item(f"label {i % 2}", "Anna", ("train", "train", "validation", "test")[i // 2], 4.0) for i in range(8)]
    split = make_split(items, "given")
    assert (split.train, split.validation, split.test) == ((0, 1, 2, 3), (4, 5), (6, 7))
    assert split.sentence == "As chosen for each recording: 4 recordings to learn from, 2 to check, 2 unseen."
    uneven = make_split([*items, replace(items[0], given="test")], "given")
    assert uneven.sentence == "As chosen for each recording: 4 recordings to learn from, 2 to check, 3 unseen."
    without = make_split(
        [Item(i.label, i.subject, i.given.replace("validation", "train"), 4.0) for i in items], "given"
    )
    assert set(without.train) | set(without.validation) == set(range(6))
    assert len(without.validation) == 2


ONE = Item("wave", "Anna", "", 4.0)
OTHER = Item("shake", "Ben", "", 4.0)


@pytest.mark.parametrize(
    ("items", "kind", "message"),
    [
        ([], "auto", "nothing to learn from"),
        ([ONE], "auto", "only one recording"),
        ([ONE, ONE], "auto", "Everything is labelled “wave”"),
        ([ONE, ONE, Item("shake", "Anna", "", 4.0)], "subject", "at least two subjects"),
        ([ONE, OTHER, Item("wave", "", "", 4.0)], "subject", "1 recording has no subject"),
        ([ONE, OTHER], "subject", "is the only one of a label"),
        ([ONE, OTHER], "recording", "No recording is left to test on"),
        ([ONE, OTHER], "given", "do not say which are for training"),
        ([Item("wave", "Anna", "train", 4.0), Item("shake", "Anna", "test", 4.0)], "given", "Fewer than two labels"),
    ],
)
def test_what_cannot_be_split_honestly_is_reported(items: list[Item], kind: str, message: str) -> None:
    with pytest.raises(TrainingError) as caught:
        make_split(items, kind)  # type: ignore[arg-type]
    assert message in caught.value.message
    assert caught.value.hint
