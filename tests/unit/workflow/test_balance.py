"""What is missing for a balanced set."""

from __future__ import annotations

from tinylab.data.parts import Part
from tinylab.data.recording import Header
from tinylab.workflow.capture.balance import Balance

LABELS, PEOPLE = ("wave", "punch", "nothing"), ("Ada", "Ben")


def parts(**counts: tuple[str, int]) -> list[tuple[Header, Part]]:
    return [
        (Header("", who, 50.0, 0.001, samples=10), Part(label, 0, 10))
        for label, (who, number) in counts.items()
        for _ in range(number)
    ]


def test_every_label_should_have_as_many_as_the_one_with_the_most() -> None:
    balance = Balance.of(parts(wave=("Ada", 5), punch=("Ben", 3)), LABELS, PEOPLE)
    assert (balance.target, [balance.missing(label) for label in LABELS]) == (5, [0, 2, 5])
    assert (balance.of_subject("Ada"), balance.of_label("punch")) == (5, 3)
    assert (balance.share("wave", "Ada"), balance.share("wave", "Ben"), balance.share("nothing", "Ben")) == (1, 0, 0)


def test_what_to_record_next_is_what_there_is_least_of() -> None:
    balance = Balance.of(parts(wave=("Ada", 1), punch=("Ada", 1)), LABELS, ("Ada",))
    assert balance.next_wanted == ("nothing", "Ada")


def test_an_even_set_wants_nothing_and_an_empty_one_neither() -> None:
    even = parts(wave=("", 2), punch=("", 2), nothing=("", 2))
    assert Balance.of(even, LABELS, ()).next_wanted is None
    assert Balance.of([], (), ()).next_wanted is None
    assert Balance.of([], (), ()).target == 0
