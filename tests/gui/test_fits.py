"""Nothing is cut: each text has the room it asks for, and nothing reaches over the edge of what it lies in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fakes.windows import walk
from PySide6.QtCore import QPoint, QPointF, QRect
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QAbstractButton, QAbstractScrollArea, QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from tinylab.ui.plots.signal import SignalPlot
from tinylab.ui.shell.window import MainWindow
from tinylab.ui.widgets.cards import Fold
from tinylab.ui.widgets.table import Table
from tinylab.workflow.session import Session

SIZES = [(1024, 700), (1280, 800)]
_SLACK = 1  # px, for rounding


def texts_in(page: QWidget) -> Iterator[QLabel | QAbstractButton]:
    """The visible texts of a page that stay on one line."""
    for widget in page.findChildren(QWidget):
        if not widget.isVisible() or not isinstance(widget, QLabel | QAbstractButton) or not widget.text():
            continue
        if isinstance(widget, QLabel) and widget.wordWrap():
            continue
        yield widget


def cut_texts(page: QWidget) -> list[str]:
    """The texts that are wider than the widget they stand in."""
    return [
        f"{widget.text()!r} needs {widget.sizeHint().width()}, has {widget.width()}"
        for widget in texts_in(page)
        if widget.width() + _SLACK < widget.sizeHint().width()
    ]


def cut_cells(page: QWidget) -> list[str]:
    """The cells of tables whose text is wider than their column."""
    return [
        f"{item.text()!r} in {table.accessibleName()}"
        for table in page.findChildren(Table)
        if table.isVisible()
        for row in range(table.rowCount())
        for column in range(table.columnCount())
        if not table.isColumnHidden(column) and (item := table.item(row, column)) is not None
        if QFontMetrics(item.font()).horizontalAdvance(item.text()) > table.columnWidth(column) and not item.toolTip()
    ]


def over_the_edge(page: QWidget) -> list[str]:
    """What reaches over the right edge of the page, or of the part of it that scrolls up and down."""
    found = []
    for widget in page.findChildren(QWidget):
        if not widget.isVisible() or widget.window() is not page.window():
            continue
        holder = next((each for each in _parents(widget) if isinstance(each, QAbstractScrollArea)), None)
        edge = holder.viewport() if holder is not None and widget is not holder.viewport() else page
        if edge is widget or not edge.isAncestorOf(widget):
            continue
        right = QRect(widget.mapTo(edge, QPoint(0, 0)), widget.size()).right()
        if right > edge.width() + _SLACK:
            found.append(f"{type(widget).__name__} {widget.accessibleName()}: {right} of {edge.width()}")
    return found


def _parents(widget: QWidget) -> Iterator[QWidget]:
    above = widget.parentWidget()
    while above is not None:
        yield above
        above = above.parentWidget()


@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_cut_on_any_page(window: MainWindow, trained: Session, size: tuple[int, int], qtbot: QtBot) -> None:
    window.resize(*size)
    for fold in window.findChildren(Fold):
        fold.open()
    for name, page in walk(window):
        for _ in range(2):
            QApplication.processEvents()
        assert page.width() <= size[0] - window.navigation.width()
        assert cut_texts(page) == [], name
        assert cut_cells(page) == [], name
        assert over_the_edge(page) == [], name


@pytest.mark.parametrize("size", SIZES)
def test_the_start_page_fits(window: MainWindow, trained: Session, size: tuple[int, int]) -> None:
    window.resize(*size)
    trained.projects.close_project()
    for _ in range(3):
        QApplication.processEvents()
    assert window.stack.currentWidget() is window.start
    assert cut_texts(window.start) == []
    assert over_the_edge(window.start) == []


def test_the_reading_under_the_pointer_stays_inside_the_plot(
    window: MainWindow, trained: Session, qtbot: QtBot
) -> None:
    window.show_page("Evaluate")
    QApplication.processEvents()
    plot = window.page("Evaluate").findChild(SignalPlot)
    assert plot is not None
    plot.resize(420, 130)
    box = plot.getViewBox().sceneBoundingRect()
    inside = box.adjusted(3, 3, -3, -3)
    for corner in (inside.topLeft(), inside.topRight(), inside.bottomLeft(), inside.bottomRight(), inside.center()):
        plot._moved(QPointF(corner))
        assert plot._reading.isVisible()
        shown = plot._reading.mapRectToScene(plot._reading.boundingRect())
        assert shown.left() >= 0
        assert shown.right() <= plot.width()
        assert shown.top() >= -2
        assert shown.bottom() <= plot.height() + 2
