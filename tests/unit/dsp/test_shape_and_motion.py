"""The feature groups shape and motion are what NumPy and SciPy call by these names, within their rounding."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.signal import find_peaks
from scipy.stats import kurtosis, skew

from tinylab.dsp.features import motion, shape
from tinylab.dsp.features.statistics import deviation

SIGNALS = arrays(np.int64, st.tuples(st.integers(1, 3), st.integers(2, 60)), elements=st.integers(-32768, 56755))


def some_signals(seed: int, samples: int = 100) -> np.ndarray:
    """Bell-shaped, even, skewed, with rare knocks, as waves: shape (60, samples), strengths from 3 to 20,000 counts."""
    random = np.random.default_rng(seed)
    kinds = (
        random.normal(0, 1, (12, samples)),
        random.uniform(-1, 1, (12, samples)),
        random.exponential(1, (12, samples)) - 1,
        random.standard_t(2, (12, samples)),
        np.sin(np.arange(samples) * random.uniform(0.05, 1.5, (12, 1))) + random.normal(0, 0.1, (12, samples)),
    )
    strengths = np.geomspace(3, 20_000, 12)[:, None]
    return np.clip(np.rint(np.concatenate([kind * strengths for kind in kinds])), -32768, 32767).astype(np.int64)


@given(signals=SIGNALS)
def test_quartiles_are_samples_that_so_many_do_not_exceed(signals: np.ndarray) -> None:
    exact = np.quantile(signals, (0.25, 0.5, 0.75), axis=1, method="inverted_cdf")
    assert np.array_equal(shape.quartiles(signals), exact)


@pytest.mark.parametrize("samples", [16, 100, 4096])
def test_skewness_and_kurtosis_are_the_moments_within_their_rounding(samples: int) -> None:
    """Half a percent, for eleven bits of a distance, and the step that is rounded down."""
    signals = some_signals(samples, samples)
    found = np.stack(shape.skewness_and_kurtosis(signals)) / shape.PART
    exact = np.stack([skew(signals, axis=1), kurtosis(signals, axis=1, fisher=False)])
    np.testing.assert_allclose(found, exact, rtol=0.005, atol=1 / shape.PART)
    assert exact[1].max() > 6
    assert np.ptp(exact[0]) > 3


def test_skewness_knows_its_side() -> None:
    up, down = np.array([[0, 0, 0, 0, 90]]), np.array([[0, 0, 0, 0, -90]])
    assert np.stack(shape.skewness_and_kurtosis(up))[:, 0].tolist() == [384, 832]  # 1.5 and 3.25
    assert np.stack(shape.skewness_and_kurtosis(down))[:, 0].tolist() == [-384, 832]


@pytest.mark.parametrize("value", [-32768, 0, 32767, 56755])
def test_a_window_that_does_not_move_has_neither_shape_nor_motion(value: int) -> None:
    still = [np.full((1, 50), value)] * 4
    assert np.ravel(shape.compute(still)).tolist() == [value, value, value, 0, 0] * 4
    assert np.ravel(motion.compute(still)).tolist() == [0] * 20


@pytest.mark.parametrize("seed", range(3))
def test_peaks_are_those_that_scipy_finds_with_that_prominence(seed: int) -> None:
    signals = some_signals(seed)[12 * np.array([0, 1, 2, 3, 4])[:, None] + np.arange(4, 12)].reshape(40, 100)
    signals = signals * 100 + np.random.default_rng(seed).permutation(100)  # no two samples are equal
    found = motion.peaks(signals)
    exact = [
        len(find_peaks(signal, prominence=max(int(counts) // 16, 1))[0])
        for signal, counts in zip(signals, deviation(signals), strict=True)
    ]
    assert found.tolist() == exact
    assert max(exact) > 15


def test_what_a_peak_and_a_turning_point_are() -> None:
    wave = np.array([[0, 9, 0, 9, 9, 0, 9]])
    assert motion.peaks(wave).tolist() == [2], "one that has not fallen again is none, and a plateau is one"
    assert motion.turning_points(wave).tolist() == [4]
    assert motion.turning_points(np.array([[3, 3, 2, 2, 1, 1, 1, 2, 2]])).tolist() == [1], "equal samples turn nothing"
    ripple = np.array([[0, 100, 99, 100, 0, 0, 0]])
    assert (motion.peaks(ripple).tolist(), motion.turning_points(ripple).tolist()) == ([1], [3])


@given(signals=SIGNALS)
def test_jerk_and_distance_are_as_defined(signals: np.ndarray) -> None:
    assert motion.largest_jerk(signals).tolist() == np.abs(np.diff(signals)).max(axis=1).tolist()
    if signals.shape[1] > 2:
        exact = 16 * np.abs(signals[:, 2:] - 2 * signals[:, 1:-1] + signals[:, :-2]).mean(axis=1)
        np.testing.assert_allclose(motion.jerk_change(signals), np.floor(exact + 1e-6), atol=0)
    exact = 16 * np.abs(signals - signals.mean(axis=1, keepdims=True)).mean(axis=1)
    assert np.all(np.abs(motion.distance(signals) - exact + 0.5) <= 0.5 + 1e-5)
