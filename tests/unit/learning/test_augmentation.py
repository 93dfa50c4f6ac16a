"""Variations of windows: each does what it says, none does more, and the same seed gives the same."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinylab.errors import TrainingError
from tinylab.learning.augmentation import (
    MOST,
    NONE,
    ROTATION_ALIKE,
    Augmentation,
    varied,
    varied_counts,
)

G_PER_COUNT = 0.001


def windows(count: int = 64, samples: int = 40) -> np.ndarray:
    """Movements in g: a slow wave on each axis, with gravity on z."""
    t = np.arange(samples) / samples
    waves = [np.sin(2 * np.pi * (t + axis / 3)) for axis in range(3)]
    one = np.stack(waves, axis=1) * 0.5 + np.array([0, 0, 1])
    return np.tile(one, (count, 1, 1)).astype(np.float32)


def only(**wanted: float) -> Augmentation:
    return Augmentation(**{**NONE.to_json(), **wanted})


def test_without_variations_nothing_changes() -> None:
    assert not NONE.does_something
    assert np.array_equal(varied(windows(), NONE, np.random.default_rng(1)), windows())


def test_a_rotation_keeps_every_length_and_turns_by_what_was_asked() -> None:
    signals = windows(2000)
    turned = varied(signals, only(rotation=0.3), np.random.default_rng(1))
    assert np.linalg.norm(turned, axis=2) == pytest.approx(np.linalg.norm(signals, axis=2), abs=1e-5)
    dots = (turned * signals).sum(axis=2) / (np.linalg.norm(turned, axis=2) * np.linalg.norm(signals, axis=2))
    angles = np.arccos(np.clip(dots, -1, 1))
    # The angle between a vector and itself turned about a random axis: smaller than the turn, the same in the mean.
    assert 0.12 < angles.mean() < 0.25
    assert angles.max() < 1.5
    assert (np.ptp(angles, axis=1) > 0.01).any(), "one turn a window turns samples by different angles"


def test_a_shift_moves_the_whole_window_and_repeats_its_edge() -> None:
    signals = windows(200)
    moved = varied(signals, only(shift=0.2), np.random.default_rng(3))
    assert np.abs(moved).max() <= np.abs(signals).max() + 1e-6
    firsts = moved[:, 0, 0]
    assert (firsts == signals[0, 0, 0]).any(), "shifted to the right, the first sample is repeated"
    starts = np.array([np.abs(signals[0, :, 0] - first).argmin() for first in firsts])
    assert starts.max() <= round(0.2 * 40) + 1


def test_stretching_leaves_the_middle_where_it_is() -> None:
    signals = windows(100, 41)
    stretched = varied(signals, only(stretch=0.2), np.random.default_rng(3))
    assert stretched[:, 20] == pytest.approx(signals[:, 20], abs=1e-5)
    assert np.abs(stretched[:, 30] - signals[:, 30]).max() > 0.02


def test_strength_is_one_factor_a_window_and_warp_changes_along_it() -> None:
    signals = windows()
    factors = varied(signals, only(scale=0.2), np.random.default_rng(5))[:, :, 2] / signals[:, :, 2]
    assert np.ptp(factors, axis=1).max() < 1e-5
    assert np.std(np.log(factors[:, 0])) == pytest.approx(0.2, abs=0.06)
    warped = varied(signals, only(warp=0.2), np.random.default_rng(5))[:, :, 2] / signals[:, :, 2]
    assert np.ptp(warped, axis=1).min() > 0.01


def test_noise_has_the_strength_that_was_asked_for() -> None:
    noise = varied(windows(200), only(jitter=0.05), np.random.default_rng(5)) - windows(200)
    assert noise.std() == pytest.approx(0.05, rel=0.05)


def test_the_same_seed_gives_the_same_windows_and_another_others() -> None:
    wanted = Augmentation(0.3, 0.1, 0.1, 0.1, 0.02, 0.1)
    one, same, other = (varied(windows(), wanted, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_counts_stay_counts_at_both_ends_of_what_a_sensor_says() -> None:
    extreme = np.full((8, 20, 3), 32767, np.int16)
    extreme[4:] = -32768
    found = varied_counts(extreme, G_PER_COUNT, Augmentation(0.5, 0.1, 0.1, 0.5, 0.5, 0.5), np.random.default_rng(1))
    assert found.dtype == np.int16
    assert found.shape == extreme.shape
    assert found.max() == 32767, "cut, not wrapped around"


@given(st.integers(0, 5), st.integers(1, 8), st.integers(0, 99))
def test_any_number_of_windows_of_any_length_is_varied(count: int, samples: int, seed: int) -> None:
    wanted = Augmentation(0.3, 0.2, 0.2, 0.2, 0.1, 0.2)
    signals = np.zeros((count, samples, 3), np.float32)
    assert varied(signals, wanted, np.random.default_rng(seed)).shape == signals.shape


@pytest.mark.parametrize("name", MOST)
def test_what_is_too_much_is_refused(name: str) -> None:
    for value in (-0.01, MOST[name] + 0.01, float("nan")):
        with pytest.raises(TrainingError, match=name):
            Augmentation(**{name: value})
    assert Augmentation.from_json({**Augmentation(**{name: MOST[name]}).to_json(), "newer": 1}) == Augmentation(
        **{name: MOST[name]}
    )


def test_the_rotation_is_less_where_the_board_lies_alike_until_it_is_chosen() -> None:
    usual = Augmentation()
    assert usual.suited_to(1, 0.05).rotation == usual.suited_to(0, 0.05).rotation == ROTATION_ALIKE
    assert usual.suited_to(2, 0.05) == usual, "others wear it as they like"
    assert usual.suited_to(0, 0.5) == usual == usual.suited_to(0, float("inf"))
    chosen = replace(usual, rotation=0.5, suggested=False)
    assert chosen.suited_to(1, 0.05) == chosen == Augmentation.from_json(chosen.to_json())
    assert NONE.suited_to(0, 0.05) == NONE, "whoever wants none gets none"
    plain = {name: value for name, value in usual.to_json().items() if name != "suggested"}
    assert Augmentation.from_json(plain).suggested, "as an older TinyLab wrote it"
