"""Windows, resampling, and the recipe that turns counts into a network's input."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinylab.dsp.features import spectrum, statistics
from tinylab.dsp.features.menu import features
from tinylab.dsp.recipe import InputRecipe, fit, fit_features, fit_raw
from tinylab.dsp.windows import cut, resample, to_counts

BASE = InputRecipe("raw", 100, 4, 0.00195, 50, 25)
FEATURES = InputRecipe("features", 100, 4, 0.00195, 50, 25, features=("statistics", "spectrum"))
BOTH = InputRecipe("both", 100, 4, 0.00195, 50, 25, features=("statistics", "spectrum"), magnitude=True)


def some_windows(number: int = 40, scale: float = 300.0) -> np.ndarray:
    return np.random.default_rng(5).normal(0, scale, (number, 50, 3)).clip(-2050, 2050).astype(np.int16)


@given(samples=st.integers(0, 200), window=st.integers(1, 60), stride=st.integers(1, 70))
def test_windows_are_whole_and_begin_where_they_should(samples: int, window: int, stride: int) -> None:
    counts = np.arange(samples * 3, dtype=np.int16).reshape(-1, 3)
    found = cut(counts, window, stride)
    starts = range(0, samples - window + 1, stride)
    assert found.shape == (len(starts), window, 3)
    for each, start in zip(found, starts, strict=True):
        assert np.array_equal(each, counts[start : start + window])


def test_features_of_a_known_window() -> None:
    rows = np.array([[0, 10, -3], [4, 10, -3], [0, 10, -3], [4, 10, -3]], np.int16)
    found = dict(zip(statistics.NAMES, features(rows[None], ["statistics"])[0].tolist(), strict=True))
    assert (found["mean x"], found["deviation x"], found["minimum x"], found["maximum x"]) == (2, 32, 0, 4)
    assert (found["change x"], found["crossings x"]) == (64, 3)
    assert (found["mean y"], found["deviation y"], found["crossings y"]) == (10, 0, 0)
    assert found["correlation xy"] == 0
    assert found["mean magnitude"] == 10


def test_correlations_have_the_right_sign() -> None:
    x = (1000 * np.sin(np.arange(50) / 3)).astype(np.int16)
    rows = np.stack([x, x, -x], axis=1)
    found = dict(zip(statistics.NAMES, features(rows[None], ["statistics"])[0].tolist(), strict=True))
    assert found["correlation xy"] == pytest.approx(1024, abs=4)
    assert found["correlation xz"] == pytest.approx(-1024, abs=4)


def test_the_integer_spectrum_is_the_one_of_floating_point() -> None:
    windows = some_windows(8).astype(np.int64)[:, :, 0]
    hann = spectrum.hann(50) / 32768.0
    centred = windows - windows.sum(axis=1, keepdims=True) // 50
    exact = np.fft.rfft(centred * np.concatenate([hann, hann[::-1]]), 64)
    found = np.sqrt(spectrum.powers(windows)) / 8  # twice the magnitude, two bits behind the point
    assert found.shape == (8, 32)
    assert np.abs(found - np.abs(exact)[:, 1:]).max() < 0.002 * np.abs(exact).max()


def test_a_swing_shows_in_its_bin_and_its_octave() -> None:
    rate_hz, swing_hz = 50, 5.0
    t = np.arange(100) / rate_hz
    rows = np.stack([800 * np.sin(2 * np.pi * swing_hz * t), 0 * t, 500 + 0 * t], axis=1).astype(np.int16)
    values = features(rows[None], ["statistics", "spectrum"])[0].tolist()
    found = dict(zip(statistics.NAMES + spectrum.NAMES, values, strict=True))
    assert found["peak x"] * rate_hz / spectrum.points(100) == pytest.approx(swing_hz, abs=0.2)
    bands = [found[f"band {number + 1} x"] for number in range(spectrum.BANDS)]
    assert np.argmax(bands) == 2  # 3.1 to 6.25 Hz
    assert [found[f"{name} y"] for name in ("peak share", "band 3")] == [0, 0], "nothing moves"


@pytest.mark.parametrize(("from_hz", "to_hz"), [(50.0, 100.0), (100.0, 50.0), (104.0, 100.0), (400.0, 25.0)])
def test_resampling_keeps_the_movement_and_gravity(from_hz: float, to_hz: float) -> None:
    def movement(rate_hz: float) -> np.ndarray:
        t = np.arange(0, 4, 1 / rate_hz)
        return np.stack([np.sin(2 * np.pi * 1.5 * t), np.zeros_like(t), np.ones_like(t)], axis=1)

    found, wanted = resample(movement(from_hz), from_hz, to_hz), movement(to_hz)
    assert len(found) == pytest.approx(len(wanted), abs=2)
    length = min(len(found), len(wanted))
    middle = slice(length // 8, -length // 8)
    assert np.abs(found[:length][middle] - wanted[:length][middle]).max() < 0.05
    assert np.abs(found[:, 2] - 1).max() < 0.01, "gravity rings"


def test_resampling_does_not_fold_what_is_too_fast_for_the_new_rate() -> None:
    t = np.arange(0, 4, 1 / 400)
    fast = np.stack([np.sin(2 * np.pi * 90 * t)] * 3, axis=1)
    assert np.abs(resample(fast, 400, 50)[20:-20]).max() < 0.05


def test_rates_that_an_oscillator_cannot_tell_apart_are_equal() -> None:
    signal = np.ones((10, 3))
    assert resample(signal, 100.4, 100.0) is signal


def test_counts_saturate_at_the_range() -> None:
    counts = to_counts(np.array([[0.0, 3.0, -3.0], [1.0, 4.2, -4.2]]), 0.00195, 4)
    assert counts.tolist() == [[0, 1538, -1538], [513, 2050, -2051]]
    assert to_counts(np.array([[99.0, -99.0, 0.0]]), 0.0001, 16).tolist() == [[32766, -32767, 0]]


@pytest.mark.parametrize("base", [BASE, FEATURES, BOTH])
def test_fitting_keeps_the_kind_and_fits_each_input_as_if_it_were_alone(base: InputRecipe) -> None:
    recipe, windows = fit(base, some_windows()), some_windows()
    raw, numbers = fit_raw(BASE, windows), fit_features(FEATURES, windows)
    alone = {"raw": [raw], "features": [numbers], "both": [raw, numbers]}[base.kind]
    found = recipe.float_inputs(windows)
    assert [values.shape[1:] for values in found] == list(recipe.input_shapes)
    for one, values in zip(alone, found, strict=True):
        (expected,) = one.float_inputs(windows)
        assert np.array_equal(values[..., : expected.shape[-1]], expected)
    assert recipe.input_shapes[0] == {"raw": (50, 1, 3), "features": (55,), "both": (50, 1, 4)}[base.kind]


def test_both_inputs_are_quantized_each_with_its_own_scale() -> None:
    recipe, windows = fit(BOTH, some_windows()), some_windows()
    window, numbers = recipe.int8_inputs(windows, [(2 / 255, -3), (8 / 255, 5)])
    floats = recipe.float_inputs(windows)
    assert np.abs((window.astype(float) + 3) * 2 / 255 - floats[0])[np.abs(floats[0]) < 0.95].max() <= 1.001 / 255
    assert np.abs((numbers.astype(float) - 5) * 8 / 255 - floats[1])[np.abs(floats[1]) < 3.8].max() <= 4.001 / 255


@pytest.mark.parametrize("recipe", [fit(base, some_windows()) for base in (BASE, FEATURES, BOTH)])
def test_a_recipe_survives_the_project_file(recipe: InputRecipe) -> None:
    assert InputRecipe.from_json(json.loads(json.dumps(recipe.to_json()))) == recipe


@pytest.mark.parametrize("recipe", [fit_raw(BASE, some_windows()), fit_features(FEATURES, some_windows())])
def test_int8_inputs_are_the_float_inputs_to_half_a_step(recipe: InputRecipe) -> None:
    windows = some_windows()
    (floats,) = recipe.float_inputs(windows)
    assert floats.shape == (40, *recipe.input_shapes[0])
    assert np.abs(floats).max() <= recipe.clip
    scale, zero = 2 * recipe.clip / 255, 3
    back = (recipe.int8_inputs(windows, [(scale, zero)])[0].astype(np.float64) - zero) * scale
    inside = np.abs(floats) < recipe.clip * 0.95
    assert inside.mean() > 0.9
    assert np.abs(back - floats)[inside].max() <= scale / 2 * 1.001


def test_the_raw_clip_lets_gravity_through_and_does_not_follow_a_single_knock() -> None:
    still = np.zeros((40, 50, 3), np.int16)
    still[:, :, 2] = 513
    assert 1 / fit_raw(BASE, still).gains[0] * BASE.g_per_count == pytest.approx(1.25)
    still[0, 0, 0] = 2000
    assert 1 / fit_raw(BASE, still).gains[0] * BASE.g_per_count == pytest.approx(1.25)


def test_features_are_centred_and_scaled_and_a_still_one_does_no_harm() -> None:
    windows = some_windows()
    windows[:, :, 1] = 7
    recipe = fit_features(FEATURES, windows)
    (inputs,) = recipe.float_inputs(windows)
    assert np.isfinite(inputs).all()
    assert np.abs(inputs.mean(axis=0)).max() < 0.6
    moving = features(windows, ["statistics", "spectrum"]).std(axis=0) > 5
    assert inputs.std(axis=0)[moving] == pytest.approx(np.ones(moving.sum()), abs=0.1)


def test_a_recipe_from_before_there_were_spectra_still_means_what_it_did() -> None:
    made = InputRecipe("features", 100, 4, 0.00195, 50, 25, features=("statistics",))
    plain = fit_features(made, some_windows()).to_json()
    del plain["features"]
    recipe = InputRecipe.from_json(plain)
    assert recipe.values(some_windows())[0].shape == (40, len(statistics.NAMES))


def test_a_recipe_with_the_flag_of_before_gets_the_names_of_now() -> None:
    plain = fit_features(FEATURES, some_windows()).to_json()
    del plain["features"]
    assert InputRecipe.from_json({**plain, "spectrum": True}).features == ("statistics", "spectrum")
    raw = InputRecipe("raw", 100, 4, 0.00195, 50, 25).to_json()
    del raw["features"]
    assert InputRecipe.from_json({**raw, "spectrum": False}).features == ()


def test_a_recipe_from_before_there_was_a_magnitude_has_none() -> None:
    plain = fit_raw(BASE, some_windows()).to_json()
    del plain["magnitude"], plain["signal_gain"]
    assert InputRecipe.from_json(plain).input_shapes == ((50, 1, 3),)


def test_inputs_that_this_tinylab_does_not_have_are_refused() -> None:
    with pytest.raises(ValueError, match="kind"):
        InputRecipe.from_json({**fit_raw(BASE, some_windows()).to_json(), "kind": "sound"})


def test_features_that_this_tinylab_does_not_have_are_refused_by_name() -> None:
    plain = fit_features(FEATURES, some_windows()).to_json()
    with pytest.raises(ValueError, match="wavelets"):
        InputRecipe.from_json({**plain, "features": ["statistics", "wavelets"]})
