"""A dense signal is drawn with no more points than the screen has columns for; peaks, gaps and zoom are kept."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tinylab.link.stream import Snapshot
from tinylab.ui.plots.level import LevelLane
from tinylab.ui.plots.signal import SignalPlot
from tinylab.ui.plots.thinning import samples_a_column, thinned

RATE_HZ, SHOWN_S = 1000.0, 60.0
SAMPLES = int(RATE_HZ * SHOWN_S)


def shot(last: int, gaps: tuple[tuple[int, int], ...] = ()) -> Snapshot:
    """Noise with one knock; the counts belong to their sample's number."""
    counts = np.random.default_rng(4).integers(-300, 300, (SAMPLES + 5000, 3)).astype(np.int16)
    counts[40_000, 1] = 9000
    first = last + 1 - SAMPLES
    return Snapshot(counts[first : last + 1], last, gaps)


@pytest.fixture
def plot(signal_plot: SignalPlot) -> SignalPlot:
    signal_plot.show_live(shot(SAMPLES - 1), 0.001, RATE_HZ, SHOWN_S)  # from now on it knows what it shows
    return signal_plot


def drawn(plot: SignalPlot, axis: int = 1) -> tuple[np.ndarray, np.ndarray]:
    times, values = plot._curves[axis].getOriginalDataset()
    return times, values


def test_a_minute_at_1000_hz_has_two_points_a_column(plot: SignalPlot) -> None:
    plot.show_live(shot(SAMPLES - 1), 0.001, RATE_HZ, SHOWN_S)
    times, values = drawn(plot)
    assert len(times) <= 2.2 * plot.getViewBox().width()
    assert values.max() == pytest.approx(9.0)  # the knock is one sample of 60,000
    assert times[0] == pytest.approx(-SHOWN_S, abs=0.01)
    assert plot._curves[1].opts["pen"].style() is Qt.PenStyle.SolidLine
    assert "y" in plot.reading_at(-19.999)  # the values themselves are still there
    assert "+9.00" in plot.reading_at((40_000 - SAMPLES + 1) / RATE_HZ)


def test_what_is_sparse_is_drawn_as_it_is_with_its_line_styles(plot: SignalPlot) -> None:
    counts = np.zeros((100, 3), np.int16)
    for _ in range(2):
        plot.show_live(Snapshot(counts, 99), 0.001, 50.0, 2.0)
    assert len(drawn(plot)[0]) == 100
    assert plot._curves[1].opts["pen"].style() is not Qt.PenStyle.SolidLine


def test_a_picture_that_moves_on_shows_the_same_columns(plot: SignalPlot) -> None:
    plot.show_live(shot(SAMPLES - 1), 0.001, RATE_HZ, SHOWN_S)
    before = drawn(plot)[1]
    step = samples_a_column(SHOWN_S, RATE_HZ, int(plot.getViewBox().width()))
    plot.show_live(shot(SAMPLES - 1 + step), 0.001, RATE_HZ, SHOWN_S)
    assert np.array_equal(drawn(plot)[1][2:-4], before[4:-2])


def test_zoomed_in_each_sample_is_there(plot: SignalPlot) -> None:
    plot.getViewBox().setRange(xRange=(-20.0, -19.7), padding=0)
    plot.show_live(shot(SAMPLES - 1), 0.001, RATE_HZ, SHOWN_S)
    assert len(drawn(plot)[0]) == SAMPLES


def test_no_line_goes_across_a_gap_of_a_dense_signal(plot: SignalPlot) -> None:
    plot.show_live(shot(SAMPLES - 1, ((30_000, 50),)), 0.001, RATE_HZ, SHOWN_S)
    times, values = drawn(plot)
    (broken,) = np.flatnonzero(np.isnan(values))
    assert times[broken] == pytest.approx((30_000 - SAMPLES + 1) / RATE_HZ)
    assert times[broken - 1] < times[broken] - 50 / RATE_HZ


def test_the_lane_draws_as_few(qtbot: QtBot) -> None:
    lane = LevelLane()
    qtbot.addWidget(lane)
    lane.resize(600, 60)
    lane.show()
    levels = np.zeros(SAMPLES)
    levels[12_345] = 3.0
    lane.show_level(np.arange(-SAMPLES + 1, 1) / RATE_HZ, levels, 0.2, SHOWN_S)
    _, shown = lane._curve.getOriginalDataset()
    assert len(shown) <= 2.2 * lane.getViewBox().width()
    assert shown.max() == 3.0


@pytest.mark.parametrize("phase", [0, 1, 6])
def test_thinning_keeps_what_is_least_and_largest(phase: int) -> None:
    values = np.random.default_rng(1).normal(size=(100, 3))
    times, shown, gaps = thinned(np.arange(100.0), values, [50, 0, 100], 7, phase)
    assert np.array_equal(shown.max(axis=0), values.max(axis=0))
    assert np.array_equal(shown.min(axis=0), values.min(axis=0))
    assert len(times) == len(shown) <= 2 * (100 // 7 + 3)
    assert [times[at] for at in gaps] == [50.0]
    assert thinned(times, shown, [], 1, 0)[1] is shown
