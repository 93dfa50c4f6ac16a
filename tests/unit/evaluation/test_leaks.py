"""What sits on both sides of a split is said, with names; what does not is not."""

from __future__ import annotations

import pytest

from tinylab.evaluation.leaks import SplitTake, leaks_of
from tinylab.evaluation.splits import Split


def split(train: int, validation: int, test: int) -> Split:
    """The first takes learn, the next check, the last are tested."""
    ends = (train, train + validation, train + validation + test)
    return Split("given", *(tuple(range(a, b)) for a, b in zip((0, *ends[:2]), ends, strict=True)), "")


def takes(subjects: str, **fields: object) -> list[SplitTake]:
    """A take for each letter, of the person it begins; ids from 10."""
    names = {"A": "Anna", "B": "Ben", "C": "Cleo", "D": "Dora", "E": "Emil", "F": "Fay", "-": ""}
    return [
        SplitTake(10 + n, names[letter], **{"session": f"{n}", "rate_hz": 50.0, "range_g": 4.0, **fields})  # type: ignore[arg-type]
        for n, letter in enumerate(subjects)
    ]


def test_nothing_is_said_where_nothing_is_on_both_sides() -> None:
    assert leaks_of(takes("AABBC", session="left"), split(2, 2, 1)) == ()
    assert leaks_of(takes("AABBC", rate_hz=0.0, range_g=0.0), split(2, 2, 1), [(10, 11), (12, 13), (14, 99)]) == ()


@pytest.mark.parametrize(
    ("learn", "tested", "named"),
    [
        ("AABC", "A", "Anna is"),
        ("ABBC", "DB", "Ben is"),
        ("CABB", "ACD", "Anna and Cleo are"),
        ("ABCD", "DCBA", "Anna, Ben, Cleo and Dora are"),
        ("ABCDEF", "ABCDEF", "Anna, Ben, Cleo and 3 others are"),
    ],
)
def test_people_on_both_sides_are_named(learn: str, tested: str, named: str) -> None:
    everybody = learn + tested
    (leak,) = leaks_of(takes(everybody), split(len(learn) - 1, 1, len(tested)))
    assert leak.kind == "people"
    assert leak.sentence == (f"{named} in training and in test, so the figure may be too good for people it never saw.")
    both = set(learn) & set(tested)
    assert (leak.count, {name[0] for name in leak.names}) == (len(both), both)
    assert leak.takes == tuple(10 + n for n, letter in enumerate(everybody) if letter in both)


def test_who_only_checks_counts_as_learned_from() -> None:
    (leak,) = leaks_of(takes("ABB"), split(1, 1, 1))
    assert (leak.kind, leak.names, leak.takes) == ("people", ("Ben",), (11, 12))


def test_a_session_is_one_persons() -> None:
    found = leaks_of(takes("ABA", session="left"), split(1, 1, 1))
    assert [leak.kind for leak in found] == ["sessions", "people"]
    assert found[0].sentence == (
        "Session “left” of Anna is in training and in test: the board sat as it did while the network learned."
    )
    assert found[0].takes == (10, 12)
    nobodys = leaks_of(takes("---", session="left"), split(1, 1, 1))
    assert [leak.kind for leak in nobodys] == ["sessions", "unnamed"]
    assert nobodys[1].sentence.startswith("3 takes do not say who recorded them")


def test_copies_come_first() -> None:
    found = leaks_of(takes("AABBB"), split(2, 1, 2), [(10, 13), (11, 12), (12, 14)])
    assert [leak.kind for leak in found] == ["copies", "people"]
    assert found[0].count == 2
    assert found[0].sentence.startswith("2 groups of takes with the same samples are in")
    (one,) = leaks_of(takes("AAB"), split(1, 1, 1), [(10, 12)])
    assert one.sentence.startswith("The same samples are in training and in test")
    assert one.takes == (10, 12)


def test_rates_and_ranges_of_one_side_only_are_named() -> None:
    rates, ranges = [50.0, 50.2, 26.0, 104.0, 49.9], [2.0, 4.0, 4.0, 16.0, 8.0]
    given = [SplitTake(n, "AABCC"[n], "", rates[n], ranges[n]) for n in range(5)]
    found = {leak.kind: leak for leak in leaks_of(given, split(2, 1, 2))}
    assert found["rates_untaught"].sentence == "104 Hz is in test only: nothing measured so was learned."
    assert found["rates_untested"].sentence == "26 Hz is in training only, so the figure says nothing about it."
    assert found["ranges_untaught"].names == ("±8 g", "±16 g")
    assert found["ranges_untested"].sentence.startswith("±2 g and ±4 g are in training only")
    assert (found["rates_untaught"].takes, found["ranges_untested"].takes) == ((3,), (0, 1, 2))
    assert len(found) == 4


def test_a_leak_is_plain_values_in_json() -> None:
    (leak,) = leaks_of(takes("AAB"), split(1, 1, 1), [(10, 12)])
    assert leak.to_json() == {
        "kind": "copies", "names": [], "count": 1, "takes": [10, 12], "sentence": leak.sentence,
    }  # fmt: skip
