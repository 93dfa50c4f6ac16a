"""Where a board looks that decides by movement: each short movement once, in the middle of its window."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from tinylab.dsp.movements import MovementSettings, above_level, looks
from tinylab.dsp.windows import centred

RATE_HZ, WINDOW = 50, 50


def settings(*, decides_rest: bool = False, stride: int = 25, level: int = 50) -> MovementSettings:
    return MovementSettings.at(RATE_HZ, WINDOW, stride, level, decides_rest=decides_rest)


def rest(samples: int) -> np.ndarray:
    """1 g on z in counts of 1 mg, with the noise of a sensor."""
    return np.random.default_rng(samples).normal((0, 0, 1000), 4, (samples, 3)).round().astype(np.int16)


def moved(samples: int) -> np.ndarray:
    wave = 600 * np.sin(np.arange(samples) * 1.3)
    return (rest(samples) + wave[:, None]).astype(np.int16)


def stream(*pieces: np.ndarray) -> np.ndarray:
    return np.concatenate(pieces)


@pytest.mark.parametrize("samples", [8, 15, 25, 30])
def test_a_short_movement_is_decided_on_once_and_stands_in_the_middle(samples: int) -> None:
    counts = stream(rest(100), moved(samples), rest(100))
    (look,) = looks(counts, settings())
    assert look.first <= 100 and look.first + look.samples >= 100 + samples
    assert look.samples < WINDOW
    assert 100 + samples + 17 <= look.decided_at < 100 + samples + 17 + 10 + 2, "a third of a second after its end"
    window = look.window(counts, WINDOW)
    strong = np.flatnonzero(np.abs(window[:, 0]) > 200)
    assert abs((strong[0] + strong[-1]) / 2 - (WINDOW - 1) / 2) <= 1.5


def test_a_knock_is_decided_on_but_rest_and_a_flicker_are_not() -> None:
    flicker = rest(300)
    flicker[200] += 170  # its level is above in the 10 samples after it, just so
    assert looks(flicker, settings(level=60)) == []
    assert looks(rest(3), settings()) == [] == looks(rest(0), settings())
    assert len(looks(stream(rest(300), moved(3), rest(300)), settings())) == 1


def test_a_rest_is_decided_on_each_stride_where_a_label_is_one() -> None:
    found = looks(stream(rest(120), moved(20), rest(120)), settings(decides_rest=True))
    assert [each.samples == WINDOW for each in found] == [True, True, True, False, True, True, True]
    assert [each.first for each in found[:3]] == [0, 25, 50]
    assert [each.begins for each in found] == [True, False, False, True, True, False, False]
    assert found[4].first == found[3].first + found[3].samples, "nothing is looked at twice"


def test_a_long_movement_is_cut_like_a_long_take() -> None:
    found = looks(stream(rest(100), moved(160), rest(100)), settings())
    first = found[0].first
    assert abs(first - (100 - 8)) <= 2
    assert [each.first - first for each in found] == list(range(0, 25 * len(found), 25))
    assert len(found) == 6 and all(each.samples == WINDOW for each in found)
    assert [each.begins for each in found] == [True, *[False] * 5]
    assert found[0].decided_at < 160, "while it still goes on"


def test_a_short_pause_belongs_to_the_movement() -> None:
    (look,) = looks(stream(rest(100), moved(10), rest(8), moved(10), rest(100)), settings())
    assert look.samples >= 28
    assert len(looks(stream(rest(100), moved(10), rest(40), moved(10), rest(100)), settings())) == 2


@pytest.mark.parametrize("stride", [1, 50, 400])
def test_the_parts_of_a_stream_do_not_depend_on_the_stride(stride: int) -> None:
    counts = stream(rest(90), moved(20), rest(60), moved(20), rest(90))
    assert looks(counts, settings(stride=stride)) == looks(counts, settings())


def test_fewer_samples_than_a_window_are_centred_on_their_change() -> None:
    counts = np.zeros((5, 3), np.int16)
    counts[3:, 0] = 100  # between samples 2 and 3
    window, before = centred(counts, 11)
    assert before == 3 and window[:, 0].tolist() == [0] * 6 + [100] * 5
    still, before = centred(np.full((4, 3), 7, np.int16), 9)
    assert before == 3 and (still == 7).all()
    assert centred(counts[:4], 4)[1] == 0


def test_the_level_is_numpys_deviation_of_all_axes_together() -> None:
    counts = np.random.default_rng(8).normal(0, 90, (400, 3)).astype(np.int16)
    spans = [counts[max(0, end - 10) : end] for end in range(1, 401)]
    deviation = np.array([np.sqrt(span.var(axis=0).sum()) for span in spans])
    for level in (100, 150, 200):
        assert (above_level(counts, 10, level) == (deviation > level)).all()


def test_a_window_is_centred_where_scipy_finds_the_middle_of_the_change() -> None:
    random = np.random.default_rng(9)
    for samples in (4, 9, 17, 30):
        counts = random.normal(0, 50, (samples, 3)).astype(np.int16)
        counts[samples // 2 :] += 900
        window, before = centred(counts, 41)
        change = np.abs(np.diff(window.astype(int), axis=0)).sum(axis=1)
        (middle,) = ndimage.center_of_mass(change)
        assert abs(middle + 0.5 - 20) <= 0.5 or before in (0, 41 - samples)
        assert 0 < before < 41 - samples
