"""A line drawn around points of a plot, and which of them it holds."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt

from tinylab.ui.theme import theme

Points = npt.NDArray[np.float64]


def inside(polygon: Points, points: Points) -> npt.NDArray[np.bool_]:
    """Which of the points (n, 2) lie inside a polygon (corners, 2), by counting the edges to their right."""
    found = np.zeros(len(points), dtype=np.bool_)
    x, y = points[:, 0], points[:, 1]
    for (x1, y1), (x2, y2) in zip(polygon, np.roll(polygon, -1, axis=0), strict=True):
        if y1 == y2:
            continue
        crosses = (y1 > y) != (y2 > y)
        found ^= crosses & (x < (x2 - x1) * (y - y1) / (y2 - y1) + x1)
    return found


class Lasso:
    """The line while it is drawn; places are those of the plot."""

    def __init__(self, plot: pg.PlotWidget) -> None:
        self._line = pg.PlotCurveItem()
        self._line.setZValue(19)
        plot.addItem(self._line, ignoreBounds=True)
        self._corners: list[tuple[float, float]] = []
        self.drawing = False

    def begin(self, at: QPointF) -> None:
        """Begin a line."""
        self.drawing = True
        self._line.setPen(pg.mkPen(theme.tokens.accent, width=2, style=Qt.PenStyle.DashLine))
        self._corners = []
        self.go_on(at)

    def go_on(self, at: QPointF) -> None:
        """Draw on."""
        self._corners.append((at.x(), at.y()))
        closed = np.array([*self._corners, self._corners[0]])
        self._line.setData(closed[:, 0], closed[:, 1])

    def end(self, points: Points) -> list[int]:
        """The line is closed: the rows of the points that it holds."""
        self.drawing = False
        self._line.setData([], [])
        if len(self._corners) < 3:
            return []
        return np.flatnonzero(inside(np.array(self._corners), points)).tolist()
