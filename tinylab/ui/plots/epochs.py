"""A figure of training and of validation over the epochs of a run."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from tinylab.text import tr
from tinylab.ui.plots.plot import Plot
from tinylab.ui.theme import VALIDATION, theme


class EpochPlot(Plot):
    """A figure of training and of validation over epochs."""

    def __init__(self, y_name: str, *, words_at: float = 0.94) -> None:
        super().__init__(tr("epoch"), "", y_name, "")
        self._training = self.plot([], [])
        self._validation = self.plot([], [])
        self._best = pg.InfiniteLine(angle=90, movable=False, label="", labelOpts={"position": words_at})
        self._best.hide()
        self.addItem(self._best, ignoreBounds=True)
        self._data: tuple[Sequence[int], Sequence[float], Sequence[float]] = ((), (), ())
        self.paint_theme()

    def paint_curves(self) -> None:
        """Training solid, validation dashed."""
        t = theme.tokens
        self._training.setPen(pg.mkPen(t.accent, width=2))
        self._validation.setPen(pg.mkPen(VALIDATION, width=2, style=Qt.PenStyle.DashLine))
        self._best.setPen(pg.mkPen(t.muted, style=Qt.PenStyle.DashLine))
        self._best.label.setColor(QColor(t.muted))

    def show_epochs(
        self,
        numbers: Sequence[int],
        training: Sequence[float],
        validation: Sequence[float],
        best: int = 0,
        at_most: int = 0,
    ) -> None:
        """Draw the epochs so far; `best` is marked, and the axis reaches to `at_most` where that is given."""
        self._data = (numbers, training, validation)
        marks = {"symbol": "o", "symbolSize": 5} if len(numbers) == 1 else {"symbol": None}
        self._training.setData(numbers, training, **marks)
        self._validation.setData(numbers, validation, **marks)
        self._best.setVisible(best > 0)
        if best:
            side = 1.0 if best > 0.5 * max(at_most, numbers[-1]) else 0.0  # the words stay inside the plot
            self._best.label.anchors = [(side, 0.5), (side, 0.5)]
            self._best.setPos(best)
            self._best.label.setFormat(tr("best: {n}", n=best))
        last = max(at_most, numbers[-1] if numbers else 0, 2)
        self.set_home((-0.02 * last, 1.02 * last))

    def reading_at(self, x: float) -> str:
        """The epoch nearest."""
        numbers, training, validation = self._data
        if not numbers:
            return ""
        i = int(np.abs(np.asarray(numbers) - x).argmin())
        return tr("epoch {n}: training {t:.3f}, validation {v:.3f}", n=numbers[i], t=training[i], v=validation[i])
