"""The level of motion: what it is by its definition, and that rest never reaches the threshold suggested for it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinylab.dsp.motion_level import HIGHEST_G, LOWEST_G, motion_level, span_samples, suggested_threshold


def by_definition(signal: np.ndarray, rate_hz: float) -> np.ndarray:
    span = span_samples(rate_hz)
    parts = [signal[max(0, i + 1 - span) : i + 1] for i in range(len(signal))]
    return np.array([np.sqrt(part.var(axis=0).sum()) for part in parts])


@given(st.integers(0, 60), st.sampled_from([10.0, 25.0, 50.0, 100.0, 400.0]), st.integers(0, 99))
def test_it_is_the_deviation_of_the_last_fifth_of_a_second(samples: int, rate_hz: float, seed: int) -> None:
    signal = np.random.default_rng(seed).normal([0.0, 50.0, 1.0], 2.0, size=(samples, 3))
    assert motion_level(signal, rate_hz) == pytest.approx(by_definition(signal, rate_hz), abs=1e-6)


def test_a_piece_of_a_signal_has_the_levels_of_the_whole_after_one_span() -> None:
    signal = np.random.default_rng(1).normal(size=(400, 3))
    whole, piece = motion_level(signal, 100.0), motion_level(signal[150:], 100.0)
    assert piece[20:] == pytest.approx(whole[170:])


@pytest.mark.parametrize("noise_g", [0.002, 0.01, 0.05])
def test_rest_stays_below_the_suggested_threshold_even_when_part_of_what_was_seen_is_motion(noise_g: float) -> None:
    random = np.random.default_rng(3)
    rest = random.normal([0.0, 0.0, 1.0], noise_g, size=(600, 3))
    seen = rest.copy()
    seen[100:250] += random.normal(scale=1.0, size=(150, 3))
    threshold = suggested_threshold(seen, 100.0)
    assert motion_level(rest, 100.0).max() < threshold <= max(LOWEST_G, 15 * noise_g)


@pytest.mark.parametrize("samples", [0, 1, 5])
def test_too_little_to_judge_gives_the_lowest_threshold(samples: int) -> None:
    assert suggested_threshold(np.zeros((samples, 3)), 100.0) == LOWEST_G


def test_the_suggestion_ends_where_thresholds_end() -> None:
    assert suggested_threshold(np.random.default_rng(1).normal(scale=90, size=(500, 3)), 100.0) == HIGHEST_G
