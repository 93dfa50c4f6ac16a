"""Spectra, overlays, fingerprints and summaries say of made takes what was made."""

from __future__ import annotations

import math

import numpy as np
import pytest
from made_takes import RATE_HZ, signal

from tinylab.data.parts import Part
from tinylab.data.recording import Header
from tinylab.evaluation.feature_map.window_set import WindowSet, cut_windows, joined
from tinylab.evaluation.take_views.class_summary import summaries
from tinylab.evaluation.take_views.fingerprint import of_classes, of_takes
from tinylab.evaluation.take_views.overlay import overlay_of
from tinylab.evaluation.take_views.spectra import spectrogram_of, spectrum_of


def swing(hz: float, seconds: float = 6.0, rate_hz: float = RATE_HZ) -> np.ndarray:
    time = np.arange(round(seconds * rate_hz)) / rate_hz
    return np.stack([0.5 * np.sin(2 * np.pi * hz * time), np.zeros(len(time)), np.ones(len(time))], axis=1)


@pytest.mark.parametrize("hz", [1.5, 5.0, 11.0])
def test_a_spectrum_shows_how_fast_a_take_swings_and_how_strongly(hz: float) -> None:
    spectrum = spectrum_of(swing(hz), RATE_HZ)
    assert spectrum.strongest_hz == pytest.approx(hz, abs=0.5)
    step = spectrum.frequencies_hz[1]
    assert spectrum.density[:, 0].sum() * step == pytest.approx(0.5**2 / 2, rel=0.1)
    assert spectrum.density[:, 2].max() < 1e-6  # gravity swings at no frequency


def test_a_spectrogram_shows_when_it_changes() -> None:
    both = np.concatenate([swing(2.0, 4.0), swing(8.0, 4.0)])
    found = spectrogram_of(both, RATE_HZ)
    assert found.decibels.shape == (len(found.frequencies_hz), len(found.times_s))
    loudest = found.frequencies_hz[found.decibels.argmax(axis=0)]
    assert loudest[found.times_s < 3.4] == pytest.approx(2.0, abs=0.6)
    assert loudest[found.times_s > 4.6] == pytest.approx(8.0, abs=0.6)


def test_hardly_any_samples_have_no_spectrum() -> None:
    assert spectrum_of(np.zeros((3, 3)), RATE_HZ).strongest_hz == 0.0
    assert spectrogram_of(np.zeros((3, 3)), RATE_HZ).decibels.shape == (0, 0)


def gesture(at_s: float, seconds: float = 3.0, rate_hz: float = RATE_HZ) -> np.ndarray:
    time = np.arange(round(seconds * rate_hz)) / rate_hz
    bump = np.exp(-(((time - at_s) / 0.1) ** 2))
    return np.stack([bump, -0.5 * bump, np.ones(len(time))], axis=1)


def test_takes_of_a_class_are_laid_over_each_other_at_their_movement() -> None:
    takes = [(1, gesture(1.0), RATE_HZ), (2, gesture(1.6), RATE_HZ), (3, gesture(0.7, 2.4), RATE_HZ)]
    overlay = overlay_of([*takes, (4, gesture(1.2, rate_hz=100.0), 100.0)])
    assert overlay.take_ids == (1, 2, 3, 4)
    peaks = np.nanargmax(overlay.curves[:, :, 0], axis=1)
    assert np.ptp(peaks) <= 1
    assert np.nanmax(overlay.mean[:, 0]) > 0.95 and np.nanmax(overlay.deviation) < 0.1
    assert len(overlay.times_s) == overlay.curves.shape[1] and np.diff(overlay.times_s) == pytest.approx(1 / RATE_HZ)


def test_an_overlay_of_nothing_or_of_rest_is_no_fault() -> None:
    assert overlay_of([]).curves.shape == (0, 0, 3)
    flat = overlay_of([(1, np.ones((50, 3)), RATE_HZ), (2, np.ones((60, 3)), RATE_HZ)])
    assert np.nanmax(flat.mean) == 1.0 and flat.times_s[0] == 0.0


def windows() -> WindowSet:
    labels = ("shake", "wave")
    parts = [(i, labels[i % 2], 0.0, *cut_windows(signal(labels[i % 2], i), RATE_HZ, 2.0)) for i in range(1, 9)]
    return joined(parts)


def test_fingerprints_differ_between_classes_and_hardly_within_one() -> None:
    takes, classes = of_takes(windows()), of_classes(windows())
    assert takes.rows == ("shake",) * 4 + ("wave",) * 4 and takes.take_ids == (2, 4, 6, 8, 1, 3, 5, 7)
    assert classes.rows == ("shake", "wave") and classes.take_ids == (0, 0)
    assert classes.values.shape == (2, len(classes.features)) and np.abs(takes.values).max() <= 3
    column = classes.features.index("deviation x")
    assert classes.values[0, column] > 0.9 > -0.9 > classes.values[1, column]
    within = np.abs(takes.values[:4] - classes.values[0]).mean()
    assert within < np.abs(classes.values[0] - classes.values[1]).mean() / 2
    assert of_classes(joined([])).values.shape[0] == 0


def test_a_summary_says_how_much_how_long_and_how_strong() -> None:
    def take(number: int, label: str, samples: int, subject: str) -> tuple[Header, Part]:
        return Header(label, subject, 50.0, 0.002, samples, id=number), Part(label, 0, samples)

    parts = [take(1, "wave", 100, "Anna"), take(2, "wave", 200, "Ben"), take(3, "rest", 50, "")]
    wave, rest = summaries([*parts, (parts[1][0], Part("wave", 10, 50))], {1: 0.5, 2: 0.9})
    assert (wave.label, wave.takes, wave.parts, wave.people) == ("wave", 2, 3, 2)
    assert (wave.seconds, wave.shortest_s, wave.longest_s) == (7.0, 1.0, 4.0)
    assert (wave.motion_g, wave.weakest_g, wave.strongest_g) == (pytest.approx(0.7), 0.5, 0.9)
    assert rest.people == 0 and math.isnan(rest.motion_g)
