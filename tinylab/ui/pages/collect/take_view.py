"""One take, large: its signal to zoom into, the reading under the pointer, and what is known of it."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from tinylab.data.recording import Header
from tinylab.data.verdict import judge
from tinylab.errors import TinyLabError
from tinylab.text import tr
from tinylab.ui.formats import one_line, seconds
from tinylab.ui.plots.legend import axes_legend
from tinylab.ui.plots.signal import SignalPlot
from tinylab.ui.theme import class_colour
from tinylab.ui.widgets.basic import Swatch, button, clear, text_label
from tinylab.workflow.project.change import Change, ChangeKind
from tinylab.workflow.project.document import Document


class TakeView(QDialog):
    """Shows the takes of a label one after the other; the window behind it goes on."""

    def __init__(self, document: Document, take_id: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._document, self._take_id = document, take_id
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(920, 560)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(20, 16, 20, 16)
        outer.setSpacing(10)
        head = QHBoxLayout()
        self._mark = QHBoxLayout()
        head.addLayout(self._mark)
        self.title = text_label("", "title")
        head.addWidget(self.title)
        head.addStretch(1)
        head.addWidget(axes_legend())
        outer.addLayout(head)
        self.facts = text_label("", "muted", wrap=True)
        outer.addWidget(self.facts)
        self.plot = SignalPlot()
        outer.addWidget(self.plot, 1)
        outer.addWidget(
            text_label(tr("Zoom with Ctrl and the wheel, or + and −; a double click shows everything."), "small")
        )
        outer.addLayout(self._buttons())
        self._unsubscribe = document.changed.subscribe(self._follow)
        self.refresh()

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self.before = button(tr("◂ Previous"), lambda: self._step(-1), tip=tr("The take before (Page up)"))
        self.after = button(tr("Next ▸"), lambda: self._step(1), tip=tr("The take after (Page down)"))
        self.delete = button(tr("Delete"), self._delete, tip=tr("Into the trash (Del); Ctrl+Z brings it back"))
        close = button(tr("Close"), self.close)
        for widget in (self.before, self.after, self.delete):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(close)
        return row

    @property
    def take(self) -> Header | None:
        """The take that is shown; None where it is gone."""
        return self._document.header(self._take_id)

    def refresh(self) -> None:
        """Draw the take."""
        take = self.take
        if take is None or take.trashed:
            self.close()
            return
        self.setWindowTitle(tr("Take {id}", id=take.id))
        labels = self._document.labels
        clear(self._mark)
        self._mark.addWidget(
            Swatch(class_colour(labels.index(take.label) if take.label in labels else len(labels)), 16)
        )
        self.title.setText(one_line(take.label, 48))
        who = one_line(take.subject) or tr("no subject")
        measured = tr(
            "{time} at {rate:.2f} Hz, {lost} lost, {clipped} clipped",
            time=seconds(take.seconds), rate=take.rate_hz, lost=take.lost, clipped=take.clipped,
        )  # fmt: skip
        self.facts.setText(f"{tr('Take {id}', id=take.id)} · {who} · {measured} · {judge(take)}")
        self._draw(take)
        siblings = self._siblings()
        self.before.setEnabled(take.id != siblings[0])
        self.after.setEnabled(take.id != siblings[-1])
        self.delete.setEnabled(not self._document.read_only)

    def _draw(self, take: Header) -> None:
        try:
            recording = self._document.recording(take.id)
        except TinyLabError as error:
            self.facts.setText(f"{error.message} {error.hint}".strip())
            self.plot.show_signal(np.empty(0), np.empty((0, 3)))
            return
        times = np.arange(len(recording.counts)) / take.rate_hz
        self.plot.show_signal(times, recording.in_g)
        self.plot.show_everything()

    def _siblings(self) -> list[int]:
        take = self.take
        return [each.id for each in self._document.takes if take is not None and each.label == take.label]

    def _step(self, by: int) -> None:
        siblings = self._siblings()
        place = siblings.index(self._take_id) + by
        if 0 <= place < len(siblings):
            self._take_id = siblings[place]
            self.refresh()

    def _delete(self) -> None:
        siblings = self._siblings()
        place = siblings.index(self._take_id)
        left = siblings[place + 1 :] or siblings[:place][::-1]
        gone, self._take_id = self._take_id, left[0] if left else self._take_id
        self._document.trash([gone])

    def _follow(self, change: Change) -> None:
        if change.kind is ChangeKind.PROJECT:
            self.close()
        elif change.kind in (ChangeKind.TAKES, ChangeKind.LABELS):
            self.refresh()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Page up and down go through the takes, Del deletes."""
        keys = {Qt.Key.Key_PageUp: self.before, Qt.Key.Key_PageDown: self.after, Qt.Key.Key_Delete: self.delete}
        pressed = keys.get(Qt.Key(event.key()))
        if pressed is None:
            super().keyPressEvent(event)
        elif pressed.isEnabled():
            pressed.click()

    def done(self, result: int) -> None:
        """Follow the project no more."""
        self._unsubscribe()
        super().done(result)
