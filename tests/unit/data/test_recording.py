"""A recording checks itself once, and its verdict is in words."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tinylab.data.recording import MAX_NAME, Header, Recording, check_name
from tinylab.data.timing import Timing, measure
from tinylab.data.verdict import Grade, judge
from tinylab.errors import DataError


def recording(**changes: Any) -> Recording:
    rows = np.random.default_rng(1).integers(-900, 900, (200, 3)).astype(np.int16)
    whole = {"label": "wave", "subject": "Anna", "rate_hz": 100.0, "counts": rows, "g_per_count": 0.002, "range_g": 2.0}
    merged = {**whole, **changes}
    return Recording.of(merged.pop("counts"), **merged)


def test_it_knows_its_length_and_its_values_in_g() -> None:
    found = recording(counts=np.array([[100, 0, -500]] * 50, np.int16))
    assert (found.header.samples, found.header.seconds) == (50, 0.5)
    assert found.in_g[0] == pytest.approx([0.2, 0.0, -1.0])


def test_its_counts_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="read-only"):
        recording().counts[0, 0] = 1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"counts": np.zeros((5, 2), np.int16)}, "one column per axis, but this has shape (5, 2)"),
        ({"counts": np.zeros(5, np.int16)}, "one column per axis"),
        ({"counts": np.zeros((0, 3), np.int16)}, "is empty"),
        ({"rate_hz": 0.0}, "above zero"),
        ({"rate_hz": float("nan")}, "above zero"),
        ({"g_per_count": 0.0}, "above zero"),
        ({"g_per_count": -1.0}, "above zero"),
        ({"label": " \t"}, "The label is empty"),
        ({"label": "x" * 301}, "The label is longer than 300"),
        ({"subject": "x" * 301}, "The subject is longer"),
        ({"label": "a\0b"}, "cannot be stored"),
        ({"label": "\ud800"}, "cannot be stored"),
        ({"split": "exam"}, "“exam” is not known"),
        ({"frame": "sideways"}, "“sideways” is not known"),
        ({"lost": -1}, "less than nothing"),
        ({"jitter_us": float("nan")}, "less than nothing"),
        ({"rate_asked_hz": -1.0}, "less than nothing"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(DataError) as caught:
        recording(**changes)
    assert message in caught.value.message


@pytest.mark.parametrize("name", ["🦾" * MAX_NAME, 'a\n"b"', "100 %s", "'; DROP TABLE takes; --", "??/"])
def test_any_text_can_be_a_label(name: str) -> None:
    check_name("label", name)
    assert recording(label=name).header.label == name


def test_clipped_samples_are_counted_where_the_range_is_known() -> None:
    rows = np.zeros((10, 3), np.int16)
    rows[3, 1], rows[7, 2], rows[8, 0] = 999, -1000, 997
    assert recording(counts=rows).header.clipped == 2
    assert recording(counts=rows, range_g=0.0).header.clipped == 0


@pytest.mark.parametrize(
    ("changes", "grade", "message"),
    [
        ({}, Grade.GOOD, ""),
        ({"lost": 1}, Grade.REMARKS, "1 samples lost (0.5 %)"),
        ({"lost": 10, "overruns": 7}, Grade.AGAIN, "10 samples lost (4.8 %), 7 of them by the sensor"),
        ({"ended": "The board was unplugged."}, Grade.AGAIN, "The board was unplugged"),
        ({"rate_asked_hz": 100.0, "rate_hz": 94.0}, Grade.REMARKS, "94.0 Hz instead of 100 Hz"),
        ({"rate_asked_hz": 100.0, "rate_hz": 96.0}, Grade.GOOD, ""),
        ({"counts": np.full((200, 3), 7, np.int16)}, Grade.AGAIN, "is the sensor alive?"),
    ],
)
def test_the_verdict_names_its_reasons(changes: dict[str, Any], grade: Grade, message: str) -> None:
    verdict = judge(recording(**changes).header)
    assert verdict.grade is grade
    assert message in str(verdict)
    assert str(verdict).startswith(grade.value)


@pytest.mark.parametrize(("clipped", "grade"), [(1, Grade.REMARKS), (60, Grade.AGAIN)])
def test_clipping_is_a_remark_and_much_of_it_a_reason_to_record_again(clipped: int, grade: Grade) -> None:
    rows = np.array(recording().counts)
    rows[:clipped, 0] = 1000
    verdict = judge(recording(counts=rows).header)
    assert verdict.grade is grade
    assert f"{clipped} samples clipped at ±2 g" in str(verdict)


def test_a_header_of_a_strangers_file_can_be_judged_whatever_it_says() -> None:
    header = Header("wave", "", 1e-300, 1e-300, 0, clipped=5, lost=2**62, rate_asked_hz=1e-320, range_g=1e9)
    assert judge(header).grade is Grade.AGAIN


def test_the_rate_comes_from_the_boards_clock_and_gaps_do_not_bend_it() -> None:
    numbers = [0, 10, 20, 60, 70]
    timing = measure(numbers, [n * 9_900 for n in numbers], asked_hz=100.0)
    assert timing.rate_hz == pytest.approx(1e6 / 9_900)
    assert timing.jitter_us == pytest.approx(0.0, abs=1e-6)
    shaky = measure(numbers, [n * 9_900 + (500 if n % 20 else 0) for n in numbers], asked_hz=100.0)
    assert 100 < shaky.jitter_us < 500


@pytest.mark.parametrize(
    ("numbers", "times"),
    [
        ([], []),
        ([0, 10], [0, 99]),
        ([0, 10, 20], [5, 5, 5]),
        ([0, 10, 20], [30, 20, 10]),
        ([0, 10, 20], [0, 1, 2]),
        ([0, 2**62, 2**62 + 10], [0, 1, 2**62]),
    ],
)
def test_times_that_tell_nothing_leave_the_rate_that_was_asked_for(numbers: list[int], times: list[int]) -> None:
    assert measure(numbers, times, asked_hz=104.0) == Timing(104.0, 0.0)
