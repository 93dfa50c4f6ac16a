"""What must stay on one side, and who is chosen for the other."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tinylab.evaluation.units import Item, chosen_units, indices_of, labels_of, units_of

ITEMS = st.lists(
    st.builds(
        Item, st.sampled_from("abcd"), st.sampled_from(["Anna", "Ben", "Cleo", "Dora"]), st.just(""), st.just(1.0),
        copies=st.integers(0, 4),
    ),
    min_size=1, max_size=30,
)  # fmt: skip


def by_subject(item: Item) -> str:
    return item.subject


@given(ITEMS, st.booleans())
def test_every_recording_is_in_one_unit_and_nothing_that_belongs_together_is_torn(
    items: list[Item], people: bool
) -> None:
    units = units_of(items, range(len(items)), by_subject if people else None)
    assert sorted(indices_of(units)) == list(range(len(items)))
    home = {index: number for number, unit in enumerate(units) for index in unit.members}
    for i, one in enumerate(items):
        for j, other in enumerate(items):
            together = (one.copies and one.copies == other.copies) or (people and one.subject == other.subject)
            assert not together or home[i] == home[j]


def test_units_are_no_larger_than_they_must_be() -> None:
    items = [Item("a", "Anna", "", 1.0, copies=c) for c in (0, 1, 1, 0, 2)]
    assert [unit.members for unit in units_of(items, range(5), None)] == [(0,), (1, 2), (3,), (4,)]


@given(ITEMS, st.integers(1, 5), st.integers(0, 50))
def test_who_is_chosen_leaves_every_label_to_the_others(items: list[Item], count: int, seed: int) -> None:
    units = units_of(items, range(len(items)), by_subject)
    chosen = chosen_units(units, count, seed)
    if chosen is None:
        assert all(
            any(sum(label in other.labels for other in units) == 1 for label in unit.labels) for unit in units
        ), "nobody could be spared"
        return
    rest = [unit for unit in units if unit not in chosen]
    assert 1 <= len(chosen) <= count
    assert labels_of(rest) == labels_of(units)


def test_those_who_teach_most_labels_are_tested() -> None:
    items = [Item(label, person, "", 1.0) for person in "pqrs" for label in ("ab" if person == "p" else "abcd")]
    units = units_of(items, range(len(items)), by_subject)
    for seed in range(20):
        chosen = chosen_units(units, 1, seed)
        assert chosen is not None
        assert chosen[0].labels == frozenset("abcd")
