"""A stream far faster than life is recorded whole while the window draws it."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from tinylab.ui.tools.measure_capture import measure


def test_nothing_is_lost_while_the_window_draws(qtbot: QtBot) -> None:
    figures = measure(20_000, 40.0, trains=False)
    assert figures["samples"] >= 20_000
    assert (figures["lost"], figures["wrong"], figures["training_runs"]) == (0, 0, 0)
    assert figures["frame_ms"]["count"] > 0
