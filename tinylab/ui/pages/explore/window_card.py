"""The chosen window on its signal, with the way to its take and to hear and see it again."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtGui import QColor

from tinylab.errors import TinyLabError
from tinylab.text import tr
from tinylab.ui.formats import one_line
from tinylab.ui.plots.legend import axes_legend
from tinylab.ui.plots.signal import SignalPlot
from tinylab.ui.widgets.basic import button, text_label
from tinylab.ui.widgets.cards import Card
from tinylab.workflow.project.document import Document

_AROUND = 2.0  # windows of signal that are shown on each side


class WindowCard(Card):
    """Shows a stretch of a take; what the buttons do is its owner's."""

    def __init__(self, heading: str, document: Document, play: Callable[[], object], go: Callable[[], object]) -> None:
        super().__init__(heading)
        self.tighten()
        self._document = document
        self._shown: tuple[object, ...] = ()
        self.text = text_label("", "small")
        self.play = button(tr("Play"), play, "link", tr("Also on the virtual board (Space)"))
        self.go = button(tr("Go to this take"), go, "link", tr("Large, to work on (Enter)"))
        for widget in (axes_legend(), self.play, self.go):
            self.corner.addWidget(widget)
        self.plot = SignalPlot()
        self.plot.setMinimumHeight(84)
        self.body.addWidget(self.text)
        self.body.addWidget(self.plot, 1)
        self.show_nothing()

    def show_nothing(self) -> None:
        """No window is chosen."""
        self._shown = ()
        self.text.setText(tr("Click a point, or go there with the arrow keys, to see its window on its signal."))
        self.plot.show_signal(np.empty(0), np.empty((0, 3)))
        self.plot.unmark()
        self.plot.look_at(0.0, 1.0)
        self.plot.show_everything()
        for each in (self.play, self.go):
            each.setEnabled(False)

    def show_window(self, take_id: int, start_s: float, length_s: float, label: str, colour: QColor) -> None:
        """Draw this stretch of a take shaded, with what lies around it."""
        take = self._document.header(take_id)
        shown = (take, start_s, length_s, label, colour.rgba())
        if shown == self._shown:
            return
        self._shown = shown
        if take is None:
            self.show_nothing()
            return
        end_s = start_s + length_s
        who = one_line(take.subject, 16) or tr("no subject")
        self.text.setText(
            tr(
                "{label} · take {id} · {who} · {start:.1f} to {end:.1f} s",
                label=one_line(label, 18) or tr("unlabelled"), id=take.id, who=who, start=start_s, end=end_s,
            )
        )  # fmt: skip
        try:
            recording = self._document.recording(take_id)
        except TinyLabError as error:
            self.show_nothing()
            self.text.setText(one_line(error.message, 70))
            return
        self.plot.show_signal(np.arange(len(recording.counts)) / take.rate_hz, recording.in_g)
        self.plot.mark(start_s, end_s, colour)
        self.plot.look_at(max(0.0, start_s - _AROUND * length_s), min(take.seconds, end_s + _AROUND * length_s))
        self.plot.show_everything()
        for each in (self.play, self.go):
            each.setEnabled(True)
