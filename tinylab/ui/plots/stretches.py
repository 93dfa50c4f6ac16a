"""Stretches of a signal drawn over a plot: labelled regions in their class's colour, and gaps in grey."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from tinylab.ui.formats import one_line
from tinylab.ui.theme import theme

_SOFT, _GAP_ALPHA = 50, 110
_LONGEST = 18
_CHARACTER_PX = 7.0


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the time axis, in s."""

    start: float
    end: float
    name: str
    colour: QColor


class Stretches:
    """Draws any number of stretches; items are used again, for the live plot draws them 60 times a second."""

    def __init__(self, plot: pg.PlotWidget) -> None:
        self._plot = plot
        self._bands: list[pg.LinearRegionItem] = []
        self._names: list[pg.TextItem] = []

    def show(self, stretches: Sequence[Stretch], top: float) -> None:
        """Draw these and no others; `top`: where on the y axis the names stand."""
        while len(self._bands) < len(stretches):
            self._make()
        for number, (band, name) in enumerate(zip(self._bands, self._names, strict=True)):
            there = number < len(stretches)
            band.setVisible(there)
            name.setVisible(there and bool(stretches[number].name))
            if there:
                _draw(band, stretches[number])
                put_name(self._plot, name, stretches[number], top)

    def _make(self) -> None:
        band = pg.LinearRegionItem(movable=False)
        band.setZValue(-9)
        name = pg.TextItem(anchor=(0, 0))
        name.setZValue(15)
        for item in (band, name):
            self._plot.addItem(item, ignoreBounds=True)
        self._bands.append(band)
        self._names.append(name)


def put_name(plot: pg.PlotWidget, item: pg.TextItem, stretch: Stretch, top: float) -> None:
    """The name of a stretch where its visible part begins, as long as that part: it never runs over the next one."""
    box = plot.getViewBox()
    left, right = box.viewRange()[0]
    start, end = max(stretch.start, left), min(stretch.end, right)
    room = int((end - start) / max(right - left, 1e-9) * box.width() / _CHARACTER_PX)
    item.setText(one_line(stretch.name, min(room, _LONGEST)) if room > 1 else "")
    item.setColor(theme.tokens.text)
    item.setPos(start, top)


def _draw(band: pg.LinearRegionItem, stretch: Stretch) -> None:
    soft = QColor(stretch.colour)
    soft.setAlpha(_SOFT if stretch.name else _GAP_ALPHA)
    band.setBrush(soft)
    for edge in band.lines:
        edge.setPen(pg.mkPen(stretch.colour, width=1, style=Qt.PenStyle.SolidLine))
    band.setRegion((stretch.start, stretch.end))
