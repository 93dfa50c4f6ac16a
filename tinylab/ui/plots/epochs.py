"""A figure of training and of validation over the epochs of a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from tinylab.text import tr
from tinylab.ui.plots.plot import Plot
from tinylab.ui.theme import VALIDATION, theme


@dataclass(frozen=True, slots=True)
class Curves:
    """Epoch numbers with a figure each; NaN where there is none."""

    numbers: Sequence[int] = ()  # of the network that validation checks
    training: Sequence[float] = ()
    validation: Sequence[float] = ()
    final_numbers: Sequence[int] = ()  # of the network that everyone teaches
    final: Sequence[float] = ()


@dataclass(frozen=True, slots=True)
class Other:
    """A curve of another run, beside those that are drawn."""

    name: str = ""
    numbers: Sequence[int] = ()
    values: Sequence[float] = ()


class EpochPlot(Plot):
    """A figure of training and of validation over epochs, first with some held back, then with everyone."""

    def __init__(self, y_name: str, *, words_at: float = 0.94) -> None:
        super().__init__(tr("epoch"), "", y_name, "")
        self._beside = self.plot([], [])  # first, so that it lies behind the others
        self._other = Other()
        self._training = self.plot([], [])
        self._validation = self.plot([], [])
        self._best = pg.InfiniteLine(angle=90, movable=False, label="", labelOpts={"position": words_at})
        self._best.hide()
        self.addItem(self._best, ignoreBounds=True)
        self._final = self.plot([], [])
        self._data = Curves()
        self.paint_theme()

    def paint_curves(self) -> None:
        """Training solid, validation dashed, everyone dotted."""
        t = theme.tokens
        self._beside.setPen(pg.mkPen(t.muted, width=1))
        self._training.setPen(pg.mkPen(t.accent, width=2))
        self._validation.setPen(pg.mkPen(VALIDATION, width=2, style=Qt.PenStyle.DashLine))
        self._final.setPen(pg.mkPen(t.accent, width=2, style=Qt.PenStyle.DotLine))
        self._best.setPen(pg.mkPen(t.muted, style=Qt.PenStyle.DashLine))
        self._best.label.setColor(QColor(t.muted))

    def put_beside(self, other: Other) -> None:
        """Draw a curve of another run, thin and grey; the axis follows with the next `show_epochs`."""
        self._other = other
        self._beside.setData(np.asarray(other.numbers, float), np.asarray(other.values, float), connect="finite")

    def show_epochs(self, curves: Curves, best: int = 0, at_most: int = 0) -> None:
        """Draw the epochs so far; `best` is marked, and the axis reaches to `at_most` where that is given."""
        self._data = curves
        pairs = (
            (self._training, curves.numbers, curves.training),
            (self._validation, curves.numbers, curves.validation),
            (self._final, curves.final_numbers, curves.final),
        )
        for curve, numbers, values in pairs:
            marks = {"symbol": "o", "symbolSize": 5} if len(numbers) == 1 else {"symbol": None}
            curve.setData(np.asarray(numbers, float), np.asarray(values, float), connect="finite", **marks)
        numbers = [*curves.numbers, *curves.final_numbers]
        self._best.setVisible(best > 0)
        if best:
            side = 1.0 if best > 0.5 * max(at_most, *numbers) else 0.0  # the words stay inside the plot
            self._best.label.anchors = [(side, 0.5), (side, 0.5)]
            self._best.setPos(best)
            self._best.label.setFormat(tr("best: {n}", n=best))
        last = max(at_most, 2, *numbers, *self._other.numbers)
        self.set_home((-0.02 * last, 1.02 * last))

    def reading_at(self, x: float) -> str:
        """The epoch nearest."""
        found = [
            (number, value, name)
            for numbers, values, name in (
                (self._data.numbers, self._data.training, tr("training")),
                (self._data.numbers, self._data.validation, tr("validation")),
                (self._data.final_numbers, self._data.final, tr("everyone")),
                (self._other.numbers, self._other.values, self._other.name),
            )
            for number, value in zip(numbers, values, strict=True)
            if np.isfinite(value)
        ]
        if not found:
            return ""
        nearest = min((number for number, _, _ in found), key=lambda number: abs(number - x))
        said = ", ".join(f"{name} {value:.3f}" for number, value, name in found if number == nearest)
        return tr("epoch {n}: {figures}", n=nearest, figures=said)
