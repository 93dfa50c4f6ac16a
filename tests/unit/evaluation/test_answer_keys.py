"""What gives labels away is found where it was planted, and nothing is claimed on the example or on chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tinylab.evaluation.answer_keys import AnswerKey, TakeFacts, answer_keys
from tinylab.exchange.example import load_example


def project(
    labels: str = "AB", people: Sequence[str] = ("Anna", "Ben", "Cleo"), each: int = 4, **planted: Sequence[Any]
) -> list[TakeFacts]:
    """Takes whose `planted` fields, one value a label, go with the label; all others are alike."""
    random = np.random.default_rng(7)
    takes = []
    for person in people:
        for number, label in enumerate(labels):
            for _ in range(each):
                take = TakeFacts(
                    label, person, 50.0 * random.uniform(0.998, 1.002), 4.0, "LSM6DS3", "board", "one", 5.0
                )
                takes.append(replace(take, **{name: values[number] for name, values in planted.items()}))
    return takes


def only(found: tuple[AnswerKey, ...]) -> AnswerKey:
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize("people", [("Anna", "Ben", "Cleo"), ("",), ("Anna",)])
@pytest.mark.parametrize(
    ("planted", "what", "said"),
    [
        ({"rate_hz": (26.0, 50.0)}, "rate", "The rate alone tells the labels apart (100 % against 50 %): "
         "“A” at 26 Hz, “B” at 50 Hz. The network may learn that and not the movement."),
        ({"range_g": (2.0, 8.0)}, "range", "“A” at ±2 g, “B” at ±8 g"),
        ({"range_g": (0.0, 8.0)}, "range", "“A” at an unknown range, “B” at ±8 g"),
        ({"sensor": ("LSM6DS3", "BMI270")}, "sensor", "“A” with “LSM6DS3”, “B” with “BMI270”"),
        ({"frame": ("raw", "as imported")}, "frame", "“A” in “raw”, “B” in “as imported”"),
        ({"session": ("", "May")}, "session", "“A” in session unknown, “B” in session “May”"),
        ({"seconds": (2.0, 10.0)}, "length", "“A” about 2 s, “B” about 10 s"),
    ],
)  # fmt: skip
def test_what_was_planted_is_found(people: Sequence[str], planted: dict[str, Any], what: str, said: str) -> None:
    key = only(answer_keys(project(people=people, **planted)))
    assert (key.what, key.accuracy, key.majority) == (what, 1.0, 0.5)
    assert said in key.sentence
    assert key.hint
    assert key.to_json()["takes"] == len(people) * 8


def test_lengths_that_scatter_are_found_by_two_questions() -> None:
    random = np.random.default_rng(3)
    middle = {"A": 2.0, "B": 6.0, "C": 3.5}
    takes = [replace(take, seconds=middle[take.label] * random.uniform(0.8, 1.2)) for take in project("ABC", each=6)]
    key = only(answer_keys(takes))
    assert key.what == "length"
    assert key.accuracy > 0.9


def test_an_answer_key_that_holds_often_enough_is_told_with_how_often() -> None:
    takes = [
        replace(take, rate_hz=50.0 if number % 12 else 26.0) for number, take in enumerate(project(rate_hz=(26, 50)))
    ]
    assert answer_keys(takes) == ()
    takes = project(rate_hz=(26.0, 50.0), each=5)
    takes[0], takes[20] = replace(takes[0], rate_hz=50.0), replace(takes[20], rate_hz=50.0)
    key = only(answer_keys(takes))
    assert key.accuracy == pytest.approx(28 / 30)
    assert "(93 % against 50 %)" in key.sentence


def test_rates_within_a_hundredth_are_one_rate() -> None:
    assert answer_keys(project(rate_hz=(50.0, 50.4))) == ()
    assert only(answer_keys(project(rate_hz=(50.0, 51.0)))).what == "rate"


def test_a_label_of_each_person_is_judged_by_recording() -> None:
    """By person nobody could be tested, and yet a split by recording would be all answer key."""
    takes = [replace(take, subject=take.label) for take in project(rate_hz=(26.0, 50.0))]
    assert only(answer_keys(takes)).what == "rate"


def test_a_persons_own_rate_is_no_answer_key() -> None:
    rates = {"Anna": 26.0, "Ben": 50.0, "Cleo": 104.0}
    takes = [replace(t, rate_hz=rates[t.subject], session=t.subject, range_g=rates[t.subject]) for t in project()]
    assert answer_keys(takes) == ()


def test_what_only_says_who_it_was_is_no_answer_key_for_people_who_were_never_seen() -> None:
    """Each person recorded mostly one label, in a session of their own: of no use for anybody else."""
    labels = {"Anna": "AAAAAAAAB", "Ben": "ABBBBBBBB", "Cleo": "AAAAAAAAB", "Dora": "ABBBBBBBB"}
    takes = [TakeFacts(label, name, 50.0, session=name) for name, own in labels.items() for label in own]
    assert answer_keys(takes) == ()
    key = only(answer_keys([replace(take, subject="") for take in takes]))
    assert key.accuracy == pytest.approx(32 / 36)


def test_values_that_come_with_one_label_only_are_not_enough_alone() -> None:
    """A fifth of the takes of A at another rate: the rule is a little better, and the others are not told apart."""
    takes = [
        replace(take, rate_hz=26.0) if n % 5 == 0 and take.label == "A" else take for n, take in enumerate(project())
    ]
    assert answer_keys(takes) == ()


@pytest.mark.parametrize(
    ("takes", "found"),
    [
        ([], []),
        (project(people=("",), each=1, rate_hz=(26.0, 50.0)), []),
        (project(people=("",), each=2, rate_hz=(26.0, 50.0)), ["rate"]),
        (project(people=("Anna", "Ben"), each=1, rate_hz=(26.0, 50.0)), ["rate"]),
        ([replace(t, seconds=2.0 + n) for n, t in enumerate(project(people=("",), each=3))], []),
        ([replace(t, seconds=20.0 - n) for n, t in enumerate(project(people=("",), each=6))], ["length"]),
        (project("A", rate_hz=(26.0,)), []),
        ([replace(take, label="") for take in project(rate_hz=(26.0, 50.0))], []),
    ],
)
def test_with_few_takes_only_what_holds_without_exception_is_told(takes: list[TakeFacts], found: list[str]) -> None:
    assert [key.what for key in answer_keys(takes)] == found


def test_the_clearest_comes_first() -> None:
    takes = project(rate_hz=(26.0, 50.0), session=("one", "two"), each=6)
    takes[0] = replace(takes[0], rate_hz=50.0)
    assert [key.what for key in answer_keys(takes)] == ["session", "rate"]


def test_nothing_is_claimed_on_the_example() -> None:
    headers = [recording.header for recording in load_example()]
    takes = [
        TakeFacts(h.label, h.subject, h.rate_hz, h.range_g, h.sensor, h.frame, h.session, h.seconds) for h in headers
    ]
    assert answer_keys(takes) == ()
    swapped = [replace(take, rate_hz=26.0) if take.label in {"row", "pendulum"} else take for take in takes]
    assert answer_keys(swapped) == ()  # 2 of 7 labels: 28.6 % against 14.3 %


def chance(random: np.random.Generator) -> list[TakeFacts]:
    """A project in which nothing goes with the label."""
    labels, people = random.integers(2, 5), random.integers(1, 5)
    return [
        TakeFacts(
            f"label {random.integers(labels)}",
            f"person {random.integers(people)}",
            float(random.choice([26.0, 50.0, 104.0])),
            float(random.choice([2.0, 8.0])),
            session=f"{random.integers(4)}",
            seconds=float(random.lognormal(1.0, 0.5)),
        )
        for _ in range(random.integers(4, 41))
    ]


def test_in_projects_of_chance_nothing_is_claimed() -> None:
    random = np.random.default_rng(2024)
    claimed = sum(bool(answer_keys(chance(random))) for _ in range(150))
    assert claimed <= 3
