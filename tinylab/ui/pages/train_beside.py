"""The choice of another run on the page Train, and its curves behind those of the current one."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox

from tinylab.text import tr
from tinylab.ui.formats import one_line
from tinylab.ui.plots.epochs import EpochPlot, Other
from tinylab.ui.plots.legend import Legend, beside_legend
from tinylab.workflow.training.run_beside import RunBeside
from tinylab.workflow.training.runs import TrainedRun

_SHORTEST = 12  # characters that the box has room for
_NAME = 8  # of them, of a run's name


class BesideChoice:
    """A box with the other runs, two plots to draw in, and a legend that names the one that is drawn."""

    def __init__(self, beside: RunBeside, loss: EpochPlot, accuracy: EpochPlot) -> None:
        self._beside, self._loss, self._accuracy = beside, loss, accuracy
        self.box = QComboBox()
        self.box.setAccessibleName(tr("Another run beside it"))
        self.box.setToolTip(tr("Draws the curves of another run in grey, and its F1 of each class on Evaluate."))
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.box.setMinimumContentsLength(_SHORTEST)
        self.box.setProperty("role", "slim")  # a higher one would take a row of the table below
        self.box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.box.activated.connect(lambda _: beside.choose(int(self.box.currentData())))
        self.legend: Legend = beside_legend()

    def refresh(self, *, busy: bool) -> None:
        """Draw the choice, and the curves of what is chosen; the plots draw themselves afterwards."""
        choices, run = self._beside.choices, self._beside.run
        self.box.setVisible(bool(choices) and not busy)
        self.box.clear()
        self.box.addItem(tr("none beside"), 0)
        for each in choices:
            name = f" {one_line(each.name, _NAME)}" if each.name else ""
            self.box.addItem(tr("beside: {n}{name}", n=each.number, name=name), each.number)
        self.box.setCurrentIndex(max(0, self.box.findData(0 if run is None else run.number)))
        shown = None if busy else run
        self._loss.put_beside(_other(shown, "loss"))
        self._accuracy.put_beside(_other(shown, "accuracy"))
        self.legend.setVisible(shown is not None)
        if shown is not None:
            self.legend.rename(tr("run {n}", n=shown.number))


def _other(run: TrainedRun | None, figure: str) -> Other:
    """The curve of those who were held back; where nobody was, that of everyone."""
    if run is None:
        return Other()
    checked = [(epoch.number, getattr(epoch, f"validation_{figure}")) for epoch in run.history if not epoch.final]
    pairs = [(number, value) for number, value in checked if math.isfinite(value)]
    name = tr("validation of run {n}", n=run.number)
    if not pairs:
        pairs = [(epoch.number, getattr(epoch, figure)) for epoch in run.history if epoch.final]
        name = tr("everyone of run {n}", n=run.number)
    return Other(name, [number for number, _ in pairs], [value for _, value in pairs])
