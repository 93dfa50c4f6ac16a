"""What a verdict says, and of what it makes how much."""

from __future__ import annotations

import pytest

from tinylab.data.recording import Header
from tinylab.data.samples import Gap
from tinylab.data.verdict import Grade, judge

GOOD = Header("wave", "Ada", 100.0, 0.002, samples=200, asked=200, rate_asked_hz=100.0, range_g=4.0)


@pytest.mark.parametrize(
    ("changes", "grade", "reason"),
    [
        ({}, Grade.GOOD, ""),
        ({"lost": 2, "samples": 198}, Grade.REMARKS, "2 samples lost (1.0 %)"),
        ({"lost": 20, "overruns": 5, "samples": 180}, Grade.AGAIN, "20 samples lost (10.0 %), 5 of them by the sensor"),
        ({"ended": "The cable was pulled."}, Grade.AGAIN, "The cable was pulled"),
        ({"clipped": 3}, Grade.REMARKS, "3 samples clipped at ±4 g"),
        ({"clipped": 90}, Grade.AGAIN, "90 samples clipped at ±4 g"),
        ({"rate_hz": 92.0}, Grade.REMARKS, "92.0 Hz instead of 100 Hz"),
        ({"jitter_us": 3000.0}, Grade.REMARKS, "the time between samples varies by 3.0 ms"),
        ({"jitter_us": 2000.0}, Grade.GOOD, ""),
        ({"flat": 1}, Grade.AGAIN, "the signal never changes"),
        ({"samples": 12}, Grade.AGAIN, "too short: 0.12 s"),
        ({"samples": 9, "rate_hz": 10.0, "rate_asked_hz": 10.0}, Grade.AGAIN, "too short: 0.90 s"),
    ],
)
def test_what_a_take_says_of_itself(changes: dict[str, object], grade: Grade, reason: str) -> None:
    verdict = judge(GOOD.with_changes(**changes))
    assert verdict.grade is grade
    assert reason in str(verdict)
    assert len(verdict.reasons) == (1 if reason else 0)


def test_gaps_are_counted_and_the_longest_is_told() -> None:
    verdict = judge(GOOD.with_changes(lost=25, samples=175), gaps=[Gap(10, 5), Gap(100, 20)])
    assert verdict.reasons == ("25 samples lost (12.5 %) in 2 gaps, the longest 0.20 s",)


def test_a_rate_unlike_the_other_takes_is_a_remark() -> None:
    assert judge(GOOD, usual_rate_hz=101.0).grade is Grade.GOOD
    assert judge(GOOD, usual_rate_hz=50.0).reasons == ("100.0 Hz, the other takes have 50.0 Hz",)


def test_what_is_odd_about_the_content_is_a_remark_behind_what_is_serious() -> None:
    assert judge(GOOD, content=["it ends inside the movement"]).grade is Grade.REMARKS
    verdict = judge(GOOD.with_changes(flat=1), content=["looks like a punch"])
    assert (verdict.grade, verdict.reasons[-1]) == (Grade.AGAIN, "looks like a punch")
