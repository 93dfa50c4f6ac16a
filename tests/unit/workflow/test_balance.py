"""What is missing for a balanced set."""

from __future__ import annotations

from tinylab.workflow.capture.balance import Balance

LABELS, PEOPLE = ("wave", "punch", "nothing"), ("Ada", "Ben")


def balance_of(**counts: tuple[str, int]) -> Balance:
    """Label → (subject, how many)."""
    return Balance(LABELS, PEOPLE, {(label, who): number for label, (who, number) in counts.items()})


def test_every_label_should_have_as_many_as_the_one_with_the_most() -> None:
    balance = balance_of(wave=("Ada", 5), punch=("Ben", 3))
    assert (balance.target, [balance.missing(label) for label in LABELS]) == (5, [0, 2, 5])
    assert (balance.of_subject("Ada"), balance.of_label("punch")) == (5, 3)
    assert (balance.share("wave", "Ada"), balance.share("wave", "Ben"), balance.share("nothing", "Ben")) == (1, 0, 0)


def test_what_to_record_next_is_what_there_is_least_of() -> None:
    balance = Balance(LABELS, ("Ada",), {("wave", "Ada"): 1, ("punch", "Ada"): 1})
    assert balance.next_wanted == ("nothing", "Ada")


def test_an_even_set_wants_nothing_and_an_empty_one_neither() -> None:
    assert Balance(LABELS, (), {(label, ""): 2 for label in LABELS}).next_wanted is None
    assert Balance((), (), {}).next_wanted is None
    assert Balance((), (), {}).target == 0
