"""The figures of a run at the head of the page Evaluate, each with how sure it is."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from tinylab.evaluation.intervals import too_few_text
from tinylab.text import ntr, percent, tr
from tinylab.ui.formats import simple_words
from tinylab.ui.widgets.cards import Tile
from tinylab.workflow.training.runs import FLOAT32, INT8, TrainedRun

_SPACING = 8


class FigureTiles(QWidget):
    """float32, int8, macro F1 and the baseline, side by side."""

    def __init__(self) -> None:
        super().__init__()
        self.float32, self.int8, self.macro, self.majority = tiles = [
            Tile(name, bar=False)
            for name in (tr("float32, PC"), tr("int8, board"), tr("macro F1, int8"), tr("baseline"))
        ]
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(_SPACING)
        for tile in tiles:
            row.addWidget(tile, 1)

    def show_run(self, run: TrainedRun) -> None:
        """Put the figures of a run in whose test is open."""
        of = ntr("{count:,} unseen window", "{count:,} unseen windows", run.int8.windows)
        below = "\n".join(filter(None, (_sure(run, FLOAT32), of)))
        self.float32.show_figure(percent(run.float32.accuracy), "", below, run.float32.accuracy)
        points = (run.int8.accuracy - run.float32.accuracy) * 100
        against = "\n".join(filter(None, (_sure(run, INT8), tr("{p:+.1f} points", p=points))))
        self.int8.show_figure(percent(run.int8.accuracy), "", against, run.int8.accuracy)
        self.macro.show_figure(f"{run.int8.macro_f1:.3f}", "", tr("classes count alike"), run.int8.macro_f1)
        self.majority.show_figure(percent(run.int8.majority), "", simple_words(run), run.int8.majority)


def _sure(run: TrainedRun, variant: str) -> str:
    """What stands below an accuracy: its 95 % interval, or that the tested takes are too few to tell."""
    interval = run.intervals.get(variant)
    return too_few_text(run.test_takes) or (tr("95 %: {interval}", interval=interval) if interval else "")
