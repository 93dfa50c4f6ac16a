"""The pieces by themselves: what they show and what they say when clicked."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tinylab.text import ntr, percent
from tinylab.ui.contrast import LEAST_CONTRAST, contrast, ink_on, over_card
from tinylab.ui.formats import one_line, seconds, short_path
from tinylab.ui.plots.bars import DecisionStrip, ProbabilityBars
from tinylab.ui.plots.epochs import Curves, EpochPlot
from tinylab.ui.plots.matrix import ConfusionMatrix
from tinylab.ui.plots.parity import ParitySquares
from tinylab.ui.plots.signal import SignalPlot
from tinylab.ui.shell.application import make_application
from tinylab.ui.shell.window import fitting_size
from tinylab.ui.theme import DARK, LIGHT, Tokens, class_colour, style_sheet, theme
from tinylab.ui.widgets.table import Table
from tinylab.ui.widgets.whole_rows import WholeRows


@pytest.fixture(autouse=True)
def _themed(qtbot: QtBot) -> None:
    make_application("light")


def test_a_path_is_shown_without_the_name_of_the_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    assert short_path(tmp_path / "cache" / "MICROBIT") == str(Path("~", "cache", "MICROBIT"))
    assert short_path(Path("/media/MICROBIT")) == str(Path("/media/MICROBIT"))


def test_a_cell_of_the_matrix_can_be_clicked_and_walked(qtbot: QtBot) -> None:
    matrix = ConfusionMatrix()
    qtbot.addWidget(matrix)
    matrix.show_counts(("idle", "wave"), (0, 1), ((5, 1), (2, 7)))
    matrix.resize(500, 400)
    matrix.show()
    cell = int(matrix._cell())
    with qtbot.waitSignal(matrix.chosen) as clicked:
        qtbot.mouseClick(matrix, Qt.MouseButton.LeftButton, pos=QPoint(132 + cell // 2, 76 + cell + cell // 2))
    assert clicked.args == [1, 0]
    with qtbot.waitSignal(matrix.chosen) as walked:
        qtbot.keyClick(matrix, Qt.Key.Key_Right)
    assert walked.args == [1, 1]


def test_the_matrix_says_how_another_runs_answers_differ(qtbot: QtBot) -> None:
    matrix = ConfusionMatrix()
    qtbot.addWidget(matrix)
    matrix.show_counts(("idle", "wave", "jab"), (0, 1, 2), ((5, 5, 0), (2, 8, 0), (1, 0, 1)))
    counts = {("wave", "wave"): 4, ("wave", "idle"): 0, ("wave", "poke"): 0, ("idle", "idle"): 1, ("idle", "wave"): 3}
    matrix.put_beside("run 1", {**counts, ("poke", "poke"): 9, ("jab", "jab"): 0})
    points = [[matrix.points_more(row, column) for column in range(3)] for row in range(3)]
    assert points == [[25, -25, None], [20, -20, None], [None, None, None]]
    matrix.resize(500, 400)
    bare = matrix.grab().toImage()
    matrix.put_beside("", {})
    assert matrix.points_more(0, 0) is None
    assert matrix.grab().toImage() != bare


def test_the_signal_under_the_pointer_is_read_out_in_a_sentence(qtbot: QtBot) -> None:
    plot = SignalPlot()
    qtbot.addWidget(plot)
    plot.show_signal(np.array([0.0, 0.5]), np.array([[0.0, 0.0, 1.0], [0.25, -0.5, 1.0]]))
    assert plot.reading_at(0.45) == "0.50 s: x +0.25, y -0.50, z +1.00 g"


def test_axes_carry_names_and_units(qtbot: QtBot) -> None:
    plot = SignalPlot()
    qtbot.addWidget(plot)
    assert plot.getAxis("bottom").labelText == "time (s)"
    assert plot.getAxis("left").labelText == "acceleration (g)"


def test_in_a_low_plot_only_the_unit_stands_at_the_left_axis(qtbot: QtBot) -> None:
    plot = SignalPlot()
    qtbot.addWidget(plot)
    plot.show()
    shown = []
    for height in (300, 110, 300):
        plot.resize(500, height)
        QApplication.processEvents()
        axis = plot.getAxis("left")
        shown.append(axis.labelText)
        middle = axis.label.mapRectToParent(axis.label.boundingRect()).center().y()
        assert middle == pytest.approx(axis.size().height() / 2, abs=6)
    assert shown == ["acceleration (g)", "g", "acceleration (g)"]


@pytest.mark.parametrize("height", range(150, 180, 5))
def test_a_table_never_shows_half_a_row(height: int, qtbot: QtBot) -> None:
    table = Table(("label", "takes"), "Labels", row_height=26)
    qtbot.addWidget(table)
    table.resize(300, height)
    table.show()
    table.show_rows([(str(number), "5") for number in range(20)])
    QApplication.processEvents()
    room = table.viewport().height()
    assert room % 26 == 0
    assert room + 26 > height - table.horizontalHeader().height()
    table.show_rows([("wave", "5")])
    QApplication.processEvents()
    assert table.viewport().height() == height - table.horizontalHeader().height(), "one row leaves nothing free"


@pytest.mark.parametrize(("height", "rows"), [(219, 3), (220, 4), (221, 4), (275, 4), (276, 5)])
def test_as_many_whole_rows_are_shown_as_there_is_room_for(height: int, rows: int, qtbot: QtBot) -> None:
    area = WholeRows(52, 4)
    qtbot.addWidget(area)
    area.resize(300, height)
    area.show()
    assert area.viewport().height() == rows * 56 - 4


def test_an_accuracy_is_never_written_in_thousandths(qtbot: QtBot) -> None:
    plot = EpochPlot("accuracy")
    qtbot.addWidget(plot)
    plot.show()
    plot.show_epochs(Curves([1, 2, 3], [0.65, 0.8, 0.95], [0.8, 0.82, 0.85]))
    plot.grab()  # only drawing fits the axis to the data
    theme.choose("dark")
    theme.choose("light")
    axis = plot.getAxis("left")
    plot.grab()
    assert axis.autoSIPrefixScale == 1.0
    assert axis.tickStrings([0.7, 0.9], axis.autoSIPrefixScale, 0.1) == ["0.7", "0.9"]


@pytest.mark.parametrize("ending", ["png", "svg"])
def test_a_plot_can_be_saved_as_a_picture(qtbot: QtBot, tmp_path: Path, ending: str) -> None:
    plot = EpochPlot("loss")
    qtbot.addWidget(plot)
    plot.resize(300, 200)
    plot.show()
    plot.show_epochs(Curves([1, 2], [1.0, 0.5], [1.1, 0.7]), best=2)
    path = tmp_path / f"loss.{ending}"
    plot.save_picture(path)
    assert path.stat().st_size > 500


def test_an_epoch_is_read_out_in_a_sentence(qtbot: QtBot) -> None:
    plot = EpochPlot("loss")
    qtbot.addWidget(plot)
    plot.show_epochs(Curves([1, 2], [1.0, 0.5], [1.1, 0.7], [0, 1], [1.5, 1.2]))
    assert plot.reading_at(1.9) == "epoch 2: training 0.500, validation 0.700"


def test_parity_is_reported_to_screen_readers(qtbot: QtBot) -> None:
    squares = ParitySquares()
    qtbot.addWidget(squares)
    squares.show_results([True, True, False], 32)
    assert squares.accessibleName() == "2 of 32 windows identical"


def test_bars_and_strips_paint_any_number_of_classes(qtbot: QtBot) -> None:
    bars, strip = ProbabilityBars(), DecisionStrip()
    for widget in (bars, strip):
        qtbot.addWidget(widget)
    labels = [f"class {i}" for i in range(20)]
    bars.show_values(labels, list(range(20)), np.full(20, 0.05))
    strip.show_decisions([0, -1, 19])
    for widget in (bars, strip):
        widget.resize(400, 300)
        assert not widget.grab().isNull()


def test_classes_have_colours_of_their_own() -> None:
    assert len({class_colour(i).name() for i in range(16)}) == 16


@pytest.mark.parametrize("tokens", [LIGHT, DARK])
def test_the_style_sheet_knows_every_token_it_names(tokens: object) -> None:
    assert "$" not in style_sheet(tokens)  # type: ignore[arg-type]


@pytest.mark.parametrize("tokens", [LIGHT, DARK])
def test_text_can_be_read_on_every_ground_it_stands_on(tokens: Tokens) -> None:
    def ratio(ink: str, ground: str) -> float:
        return contrast(QColor(getattr(tokens, ink)), QColor(getattr(tokens, ground)))

    grounds = {
        "text": ("background", "surface", "field", "accent_soft", "good_soft", "caution_soft", "error_soft", "line"),
        "muted": ("background", "surface", "field", "accent_soft", "good_soft", "caution_soft", "error_soft", "line"),
        "accent": ("background", "surface", "field", "accent_soft", "good_soft", "caution_soft", "error_soft"),
        "good": ("background", "surface", "field", "good_soft"),
        "caution": ("background", "surface", "field", "caution_soft"),
        "error": ("background", "surface", "field", "error_soft"),
        "on_accent": ("accent",),
    }
    low = {(ink, ground): ratio(ink, ground) for ink, behind in grounds.items() for ground in behind}
    assert {pair: round(value, 2) for pair, value in low.items() if value < LEAST_CONTRAST} == {}


@pytest.mark.parametrize("choice", ["light", "dark"])
def test_the_numbers_of_the_matrix_can_be_read_on_every_shade(choice: str, qtbot: QtBot) -> None:
    make_application("light")
    theme.choose(choice)
    for token in ("good", "caution"):
        for share in range(13, 101):
            colour = theme.colour(token)
            colour.setAlphaF(share / 100)
            assert contrast(ink_on(colour), over_card(colour)) >= LEAST_CONTRAST
    theme.choose("light")


def test_the_window_opens_no_larger_than_the_screen() -> None:
    assert fitting_size(QSize(1920, 1080)) == QSize(1280, 800)
    assert fitting_size(QSize(1024, 700)) == QSize(1024, 700)
    assert fitting_size(QSize(800, 600)) == QSize(1024, 660)


def test_numbers_keep_the_digits_that_mean_something() -> None:
    assert percent(0.9262) == "92.6 %"
    assert seconds(75.3) == "1 min 15 s"
    assert seconds(4.04) == "4.0 s"
    assert seconds(4860) == "1 h 21 min"
    assert ntr("{count:,} take", "{count:,} takes", 1) == "1 take"
    assert ntr("{count:,} take", "{count:,} takes", 1200) == "1,200 takes"
    assert one_line("a\nb  c") == "a b c"
    assert one_line("x" * 50, 10) == "x" * 9 + "…"
