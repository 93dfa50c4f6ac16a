"""Motions in a take: found where they were put, trimmed to, and split between."""

from __future__ import annotations

import numpy as np
import pytest

from tinylab.dsp.motion_parts import moving_parts, points_between_motions, trimmed_to_motion

RATE = 100.0


def take(*motions: tuple[int, int], samples: int = 1000, noise_g: float = 0.005) -> np.ndarray:
    signal = np.random.default_rng(1).normal([0.0, 0.0, 1.0], noise_g, size=(samples, 3))
    for start, end in motions:
        signal[start:end, 0] += np.sin(np.arange(end - start) * 0.4)
    return signal


def test_motions_are_found_where_they_are() -> None:
    parts = moving_parts(take((200, 300), (500, 650), (900, 1000)), RATE)
    assert len(parts) == 3
    for (first, end), (true_first, true_end) in zip(parts, [(200, 300), (500, 650), (900, 1000)], strict=True):
        assert true_first <= first <= true_first + 8
        assert abs(end - true_end) <= 12


def test_a_short_pause_inside_a_motion_does_not_split_it_and_a_knock_is_none() -> None:
    assert len(moving_parts(take((200, 300), (325, 400)), RATE)) == 1
    assert moving_parts(take(), RATE) == []


@pytest.mark.parametrize("samples", [0, 1, 3, 20])
def test_takes_that_are_very_short_do_no_harm(samples: int) -> None:
    assert moving_parts(np.zeros((samples, 3)), RATE) == []
    assert trimmed_to_motion(np.zeros((samples, 3)), RATE) is None
    assert points_between_motions(np.zeros((samples, 3)), RATE) == ()


def test_trimming_keeps_the_motion_and_a_little_air() -> None:
    found = trimmed_to_motion(take((200, 300), (500, 650)), RATE)
    assert found is not None
    first, count = found
    assert 180 <= first <= 200
    assert 650 <= first + count <= 680


def test_splitting_cuts_in_the_middle_of_the_rest() -> None:
    points = points_between_motions(take((200, 300), (500, 650), (850, 950)), RATE)
    assert points == (pytest.approx(400, abs=12), pytest.approx(750, abs=12))
