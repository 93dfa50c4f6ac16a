"""Fingerprints as a heat map: a row for each take or class, a column for each feature."""

from __future__ import annotations

from typing import Final

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from tinylab.evaluation.take_views.fingerprint import Fingerprints
from tinylab.text import tr
from tinylab.ui.formats import one_line
from tinylab.ui.plots.plot import Plot
from tinylab.ui.theme import theme

_MOST: Final = 3.0  # spreads at which the colour is full
_LONGEST: Final = 16
_NAMES_WIDTH: Final = 118


class FingerprintPlot(Plot):
    """Blue is less than usual, orange more; a click or the arrow keys choose a row's take."""

    take_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        self._prints: Fingerprints | None = None
        super().__init__(tr("feature"), "", "", "", parent)
        self.setAccessibleName(tr("Fingerprints: features of each row, less than usual in blue, more in orange"))
        self._image = pg.ImageItem(axisOrder="row-major")
        self.addItem(self._image)
        self._box = pg.PlotCurveItem()
        self._box.setZValue(5)
        self.addItem(self._box, ignoreBounds=True)
        self._chosen = 0
        self.getViewBox().invertY(True)
        self.paint_theme()

    def paint_theme(self) -> None:
        """Room for the names at the left, and colours whose middle is the card."""
        super().paint_theme()
        if self.plotItem is not None:
            self.getAxis("left").setWidth(_NAMES_WIDTH)
            self.getAxis("bottom").setStyle(showValues=False, tickLength=0)
            self.showGrid(x=False, y=False)

    def paint_curves(self) -> None:
        """Blue, the card, orange."""
        if hasattr(self, "_image"):
            ends = ("#56B4E9", theme.tokens.surface, "#E69F00")
            self._image.setColorMap(pg.ColorMap([0.0, 0.5, 1.0], [pg.mkColor(end) for end in ends]))

    def show_prints(self, prints: Fingerprints | None, chosen: int) -> None:
        """Draw them, with a box around the rows of the chosen take."""
        self._prints, self._chosen = prints, chosen
        rows = len(prints.rows) if prints is not None else 0
        self._image.setVisible(rows > 0)
        if prints is None or not rows:
            self.getAxis("left").setTicks([[]])
            self._box.setData([], [])
            self.set_home((0.0, 1.0), (0.0, 1.0))
            return
        self._image.setImage(prints.values, levels=(-_MOST, _MOST))
        self._image.setRect(QRectF(0, 0, len(prints.features), rows))
        self.getAxis("left").setTicks([_ticks(prints.rows)])
        self.set_home((0.0, float(len(prints.features))), (0.0, float(rows)))
        at = prints.take_ids.index(chosen) if chosen and chosen in prints.take_ids else None
        self._box.setPen(pg.mkPen(theme.tokens.text, width=1.6))
        width = len(prints.features)
        self._box.setData(*(([0, width, width, 0, 0], [at, at, at + 1, at + 1, at]) if at is not None else ([], [])))

    def numbers(self) -> tuple[list[str], list[list[float]]]:
        """One column a feature, one line a row; the take's number first."""
        prints = self._prints
        if prints is None:
            return [], []
        return [tr("take"), *prints.features], [[float(each) for each in prints.take_ids], *prints.values.T.tolist()]

    def _row_at(self, place: QPointF) -> int | None:
        prints = self._prints
        inside = prints is not None and 0 <= place.y() < len(prints.rows) and 0 <= place.x() < len(prints.features)
        return int(place.y()) if inside else None

    def _moved(self, at: QPointF) -> None:
        box, prints = self.getViewBox(), self._prints
        place = box.mapSceneToView(at) if box.sceneBoundingRect().contains(at) else None
        row = self._row_at(place) if place is not None else None
        self._reading.setVisible(row is not None)
        if row is None or prints is None or place is None:
            return
        column = int(place.x())
        take = tr("take {id}, ", id=prints.take_ids[row]) if prints.take_ids[row] else ""
        self._reading.setText(
            tr(
                "{label}, {take}{feature}: {value:+.1f} spreads",
                label=one_line(prints.rows[row], _LONGEST), take=take, feature=prints.features[column],
                value=prints.values[row, column],
            )
        )  # fmt: skip
        self._reading.setAnchor(
            (1.05 if column > len(prints.features) / 2 else -0.05, 0 if row < len(prints.rows) / 2 else 1)
        )
        self._reading.setPos(place.x(), place.y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose the take of the row."""
        super().mouseReleaseEvent(event)
        row = self._row_at(self.getViewBox().mapSceneToView(self.mapToScene(event.position().toPoint())))
        if row is not None and event.button() is Qt.MouseButton.LeftButton:
            self._choose(row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down go through the rows."""
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        key, prints = Qt.Key(event.key()), self._prints
        if key in steps and prints is not None and prints.rows:
            known = self._chosen and self._chosen in prints.take_ids
            at = prints.take_ids.index(self._chosen) + steps[key] if known else 0
            self._choose(at % len(prints.rows))
        else:
            super().keyPressEvent(event)

    def _choose(self, row: int) -> None:
        assert self._prints is not None
        if self._prints.take_ids[row]:
            self.take_chosen.emit(self._prints.take_ids[row])


def _ticks(rows: tuple[str, ...]) -> list[tuple[float, str]]:
    """A label's name in the middle of its rows."""
    found = []
    for label in dict.fromkeys(rows):
        places = [number for number, each in enumerate(rows) if each == label]
        found.append(((places[0] + places[-1] + 1) / 2, one_line(label, _LONGEST)))
    return found
