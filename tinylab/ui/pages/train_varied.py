"""What varying does to windows, drawn: one as it was recorded, and copies as the network will learn from them."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from tinylab.errors import TinyLabError
from tinylab.text import tr
from tinylab.ui.formats import one_line
from tinylab.ui.plots.legend import axes_legend
from tinylab.ui.plots.signal import SignalPlot, fitting_range
from tinylab.ui.widgets.basic import button, text_label
from tinylab.workflow.training.varied_windows import COPIES, Example, VariedWindows

_SIZE = (820, 560)  # px
_LOWEST = 96  # px, of a plot


class VariedDialog(QDialog):
    """One window above, its copies below; opened without holding anything up, and gone when it is closed."""

    def __init__(self, windows: VariedWindows, parent: QWidget) -> None:
        super().__init__(parent)
        self._windows = windows
        self.setWindowTitle(tr("Varied windows"))
        self.resize(*_SIZE)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(8)
        head = QHBoxLayout()
        head.addWidget(text_label(tr("Varied windows"), "brand"), 1)
        head.addWidget(axes_legend())
        column.addLayout(head)
        self.words = text_label("", "", wrap=True)
        column.addWidget(self.words)
        self.recorded = _plot(tr("The window as it was recorded"))
        column.addWidget(self.recorded, 1)
        column.addWidget(text_label(tr("Copies, varied as in training"), "small"))
        self.copies = [_plot(tr("Copy {n}, varied", n=number + 1)) for number in range(COPIES)]
        grid = QGridLayout()
        for number, plot in enumerate(self.copies):
            grid.addWidget(plot, number // 2, number % 2)
        column.addLayout(grid, 2)
        self._add_buttons(column)
        self.finished.connect(self.deleteLater)
        self.draw()
        self.open()

    def _add_buttons(self, column: QVBoxLayout) -> None:
        row = QHBoxLayout()
        row.addStretch(1)
        self.others = button(tr("Draw others"), self.draw)
        close = button(tr("Close"), self.reject, "primary")
        close.setDefault(True)
        row.addWidget(self.others)
        row.addWidget(close)
        column.addLayout(row)

    def draw(self) -> None:
        """Another window, and other copies."""
        try:
            example = self._windows.draw()
        except TinyLabError as error:
            self.words.setText(str(error))
            return
        self.words.setText(_words(example))
        times = np.arange(len(example.recorded)) / example.rate_hz
        everything = np.concatenate([example.recorded, *example.copies])
        for plot, signal in zip([self.recorded, *self.copies], [example.recorded, *example.copies], strict=True):
            plot.show_signal(times, signal)
            plot.set_home(None, fitting_range(everything))  # one scale for all: what is stronger looks stronger
            plot.show_everything()


def _plot(name: str) -> SignalPlot:
    made = SignalPlot()
    made.setAccessibleName(name)
    made.setMinimumHeight(_LOWEST)
    return made


def _words(example: Example) -> str:
    who = one_line(example.take.subject) or tr("no subject")
    start_s = max(0.0, example.start_s)  # of a gesture shorter than a window, the ends are held
    said = tr(
        "“{label}” of {who}, take {id} from {s:.1f} s, as it was recorded.",
        label=one_line(example.label), who=who, id=example.take.id, s=start_s,
    )  # fmt: skip
    if example.varied:
        return said
    return said + " " + tr("No variation is switched on, so the copies are the window itself.")
