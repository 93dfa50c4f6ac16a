"""Zoom that comes back, a range that stays calm, and a take looked at large."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from tinylab.data.recording import Recording
from tinylab.link.stream import Snapshot
from tinylab.ui.pages.collect.take_view import TakeView
from tinylab.ui.plots.plot import Plot
from tinylab.ui.plots.saving import SaveButton, save_and_say
from tinylab.ui.plots.signal import SignalPlot, calm_range, fitting_range
from tinylab.ui.shell.window import MainWindow
from tinylab.workflow.session import Session


@pytest.fixture
def plot(signal_plot: SignalPlot) -> SignalPlot:
    signal_plot.show_signal(np.arange(200) / 100, np.zeros((200, 3)))
    signal_plot.set_home((0.0, 2.0), (-1.0, 1.0))
    return signal_plot


def turn_wheel(plot: SignalPlot, modifiers: Qt.KeyboardModifier) -> bool:
    """Turn the wheel over the middle; returns whether the plot took it."""
    middle = QPointF(plot.rect().center())
    wheel = QWheelEvent(
        middle, plot.mapToGlobal(middle), QPoint(0, 240), QPoint(0, 240), Qt.MouseButton.NoButton, modifiers,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    plot.wheelEvent(wheel)
    return wheel.isAccepted()


def shown_s(plot: SignalPlot) -> list[float]:
    return [round(edge, 6) for edge in plot.getViewBox().viewRange()[0]]


def test_the_wheel_scrolls_the_page_unless_ctrl_is_held(plot: SignalPlot) -> None:
    plot.clearFocus()
    assert not turn_wheel(plot, Qt.KeyboardModifier.NoModifier)
    assert shown_s(plot) == [0.0, 2.0]
    assert turn_wheel(plot, Qt.KeyboardModifier.ControlModifier)
    low, high = shown_s(plot)
    assert 0.0 < low < high < 2.0
    assert plot.zoomed


def test_a_double_click_a_key_and_a_button_bring_everything_back(plot: SignalPlot, qtbot: QtBot) -> None:
    for back in (
        lambda: qtbot.mouseDClick(plot.viewport(), Qt.MouseButton.LeftButton),
        lambda: qtbot.keyClick(plot, Qt.Key.Key_Home),
        lambda: qtbot.mouseClick(plot._back, Qt.MouseButton.LeftButton),
    ):
        qtbot.keyClick(plot, Qt.Key.Key_Plus)
        assert plot.zoomed
        assert shown_s(plot) != [0.0, 2.0]
        assert plot._back is not None
        assert plot._back.isVisible()
        back()
        assert not plot.zoomed
        assert shown_s(plot) == [0.0, 2.0]
        assert not plot._back.isVisible()


def test_what_is_drawn_while_zoomed_does_not_move_the_view(plot: SignalPlot, qtbot: QtBot) -> None:
    qtbot.keyClick(plot, Qt.Key.Key_Plus)
    before = shown_s(plot)
    plot.show_live(Snapshot(np.zeros((100, 3), np.int16), 99), 0.002, 100.0, 8.0)
    assert shown_s(plot) == before
    qtbot.keyClick(plot, Qt.Key.Key_Home)
    assert shown_s(plot) == [-8.0, 0.0]


def test_noise_at_rest_does_not_look_like_a_storm() -> None:
    low, high = fitting_range(np.random.default_rng(1).normal(0, 0.004, (400, 3)))
    assert high - low >= 1.0
    assert low < -0.4 < 0.4 < high
    assert fitting_range(np.empty((0, 3))) == pytest.approx((-0.56, 0.56))
    assert all(np.isfinite(fitting_range(np.full((3, 3), np.nan))))


def test_a_live_range_grows_at_once_and_shrinks_only_when_it_is_twice_too_large() -> None:
    assert calm_range((-1, 1), (-3, 3)) == (-3, 3)
    assert calm_range((-1, 1), (-0.9, 0.9)) == (-1, 1)
    assert calm_range((-3, 3), (-1, 1)) == (-1, 1)


def test_another_run_begins_unzoomed(window: MainWindow, trained: Session) -> None:
    window.show_page("Train")
    page = window.page("Train")
    page.loss.zoom(0.3)  # type: ignore[attr-defined]
    trained.trainer.choose(trained.trainer.runs[0])
    assert not page.loss.zoomed  # type: ignore[attr-defined]


def test_a_take_is_looked_at_large_and_its_neighbours_after_it(
    window: MainWindow, takes: list[Recording], session: Session, qtbot: QtBot
) -> None:
    window.show_page("Collect")
    grid = window.page("Collect").takes  # type: ignore[attr-defined]
    row = grid.rows[session.document.labels[0]]
    row.strip.setFocus()
    row.strip.setCurrentIndex(row.model.index(0, 0))
    qtbot.keyClick(row.strip, Qt.Key.Key_Return)
    view = window.findChild(TakeView)
    assert view is not None
    newest = row.model.ids[0]
    take = session.document.header(newest)
    assert take is not None
    assert view.take == take
    assert len(view.plot._times) == take.samples
    assert f"{take.rate_hz:.2f} Hz" in view.side.measured.text()
    assert view.plot.reading_at(0.5).startswith("0.50 s: x ")
    assert not view.after.isEnabled()
    qtbot.keyClick(view, Qt.Key.Key_PageUp)
    assert view.take is not None
    assert view.take.id == row.model.ids[1]
    qtbot.keyClick(view, Qt.Key.Key_Delete)
    assert view.take.id == newest
    session.document.undo()
    session.projects.close_project()
    qtbot.waitUntil(lambda: window.findChild(TakeView) is None)


def test_a_take_that_cannot_be_read_says_why(
    window: MainWindow, takes: list[Recording], session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tinylab.errors import DataError

    def refuse(_take_id: int) -> Recording:
        raise DataError("Take 1 cannot be read.", "Export it.")

    monkeypatch.setattr(session.document, "recording", refuse)
    view = TakeView(session, session.document.takes[0].id, window)
    assert view.facts.text() == "Take 1 cannot be read. Export it."
    view.close()


def test_numbers_of_a_plot_are_saved_as_a_table(qtbot: QtBot, tmp_path: Path) -> None:
    plot = SignalPlot()
    qtbot.addWidget(plot)
    plot.show_signal(np.arange(4) / 2, np.array([[0, 1, 2], [3, 4, 5], [6, 7, 8], [9, 10, 11.5]]))
    plot.save(tmp_path / "plot.csv")
    lines = (tmp_path / "plot.csv").read_text(encoding="utf-8").splitlines()
    assert lines == ["time (s),x (g),y (g),z (g)", "0,0,1,2", "0.5,3,4,5", "1,6,7,8", "1.5,9,10,11.5"]
    plot.with_magnitude = True
    plot.show_signal(np.arange(2) / 2, np.array([[0, 3, 4], [0, 0, 1]]))
    assert plot.numbers()[0][-1] == "magnitude (g)"
    assert plot.numbers()[1][-1] == [5.0, 1.0]


def test_a_picture_that_cannot_be_written_is_said(qtbot: QtBot, tmp_path: Path) -> None:
    plot = SignalPlot()
    qtbot.addWidget(plot)
    for name in ("plot.png", "plot.svg", "plot.csv"):
        plot.save(tmp_path / "no such folder" / name)
        box = plot.findChildren(QMessageBox)[-1]
        assert name in box.text() and "No such file" in box.text()
        box.close()


def test_every_plot_has_a_visible_button_that_saves(window: MainWindow, trained: Session, qtbot: QtBot) -> None:
    found = 0
    for page in window.pages:
        window.show_page(page.name)
        QApplication.processEvents()
        for plot in page.findChildren(Plot):
            if plot.isVisible():
                assert plot._save is not None and plot._save.isVisible()
                assert plot.rect().contains(plot._save.geometry())
                found += 1
    assert found >= 3


def test_the_confusion_matrix_is_saved_too(window: MainWindow, trained: Session, qtbot: QtBot, tmp_path: Path) -> None:
    window.show_page("Evaluate")
    evaluate = window.page("Evaluate")
    assert evaluate.findChildren(SaveButton)
    matrix = evaluate.matrix  # type: ignore[attr-defined]
    save_and_say(matrix, tmp_path / "matrix.csv", matrix.numbers)
    with (tmp_path / "matrix.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    run = trained.trainer.current
    assert run is not None
    assert rows[0] == ["truth", *run.labels]
    assert [(row[0], *map(int, row[1:])) for row in rows[1:]] == [
        (label, *counts) for label, counts in zip(run.labels, run.int8.confusion, strict=True)
    ]
