"""Simulated motion: at rest, a pose, recordings, gestures."""

from __future__ import annotations

import numpy as np
import pytest

from tinylab.errors import BoardError
from tinylab.virtualboard.motion.gestures import DURATION_S, NAMES, RATE_HZ, gesture
from tinylab.virtualboard.motion.simulated_motion import SimulatedMotion


def test_at_rest_there_is_gravity_and_little_noise() -> None:
    felt = SimulatedMotion().at(np.arange(1000) / 100)
    assert felt.mean(axis=0) == pytest.approx([0, 0, 1], abs=0.002)
    assert 0.001 < felt.std(axis=0).max() < 0.01


def test_a_recording_is_interpolated_and_then_the_board_is_at_rest() -> None:
    motion = SimulatedMotion()
    motion.play([[0, 0, 0], [1, 2, 3], [2, 0, 0]], 10.0, now_s=5.0)
    felt = motion.at(np.array([5.0, 5.05, 5.1, 5.15]))
    assert felt == pytest.approx(np.array([[0, 0, 0], [0.5, 1, 1.5], [1, 2, 3], [1.5, 1, 1.5]]))
    assert motion.at(np.array([4.9, 5.3])) == pytest.approx(np.array([[0, 0, 1]] * 2), abs=0.03)
    assert [motion.playing(t) for t in (5.0, 5.2, 5.21)] == [True, True, False]


def test_a_loop_goes_on() -> None:
    motion = SimulatedMotion()
    motion.play([[0, 0, 0], [1, 0, 0], [2, 0, 0], [3, 0, 0]], 10.0, now_s=0.0, loop=True)
    assert motion.at(np.array([0.1, 0.5, 10.1]))[:, 0] == pytest.approx([1, 1, 1])
    assert motion.playing(1e6)
    motion.come_to_rest()
    assert not motion.playing(1e6)


def test_a_pose_holds() -> None:
    motion = SimulatedMotion()
    motion.pose(1.0, 0.0, 0.0)
    assert motion.at(np.arange(100.0)).mean(axis=0) == pytest.approx([1, 0, 0], abs=0.01)


@pytest.mark.parametrize(
    "samples", [[], [[1, 2]], [[1, 2, float("nan")]], [[float("inf"), 0, 0]], [1, 2, 3], [[[1, 2, 3]]]]
)
def test_nonsense_is_refused(samples: list[object]) -> None:
    with pytest.raises(BoardError):
        SimulatedMotion().play(samples, 50.0, 0.0)


@pytest.mark.parametrize("rate_hz", [0.0, -1.0, float("nan"), 1e9])
def test_impossible_rates_are_refused(rate_hz: float) -> None:
    with pytest.raises(BoardError):
        SimulatedMotion().play([[0, 0, 1]], rate_hz, 0.0)


@pytest.mark.parametrize("name", NAMES)
def test_gestures_are_alike_but_never_the_same(name: str) -> None:
    first, second, other = gesture(name, 1, 0), gesture(name, 1, 1), gesture(name, 2, 0)
    assert first.shape == (int(DURATION_S * RATE_HZ), 3)
    assert np.isfinite(first).all()
    assert np.array_equal(first, gesture(name, 1, 0))
    assert not np.array_equal(first, second)
    assert not np.array_equal(first, other)


def test_a_motion_is_the_same_whenever_it_begins() -> None:
    samples = np.random.default_rng(4).normal(0, 1, (50, 3))
    found = []
    for begins_s in (0.0, 3.123456789, 98765.4321):
        motion = SimulatedMotion()
        motion.play(samples, 33.0, begins_s)
        found.append(motion.at(begins_s + np.arange(100) / 100.2))
    assert all(np.array_equal(each[:90], found[0][:90]) for each in found)
