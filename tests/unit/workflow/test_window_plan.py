"""Windows that suit the takes, until the user has chosen others."""

from __future__ import annotations

import pytest

from tinylab.workflow.training.window_plan import WindowPlan


@pytest.mark.parametrize(
    ("seconds", "window_s", "stride_s"),
    [
        ([], 2.0, 0.5),
        ([2.0] * 10, 2.0, 0.5),
        ([30.0, 1.0, 60.0], 2.0, 0.5),
        ([0.9, 1.0, 1.1, 1.2] * 5, 1.2, 0.3),
        ([0.2, 0.25, 0.3], 0.5, 0.125),
        ([1.9] * 9 + [60.0], 1.9, 0.475),
        ([1.0] * 5 + [60.0] * 4, 2.0, 0.5),
    ],
)
def test_windows_hold_nine_in_ten_gestures_whole(seconds: list[float], window_s: float, stride_s: float) -> None:
    plan = WindowPlan().fitted(seconds)
    assert (plan.window_s, plan.stride_s) == (pytest.approx(window_s), pytest.approx(stride_s))
    assert plan.suggested
    plan.check()


def test_what_the_user_has_chosen_stays() -> None:
    chosen = WindowPlan(window_s=3.0, stride_s=1.0, suggested=False)
    assert chosen.fitted([0.5] * 10) == chosen
