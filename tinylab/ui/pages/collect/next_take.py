"""The panel at the right of Collect: what the next take will be."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
)

from tinylab.data.recording import tidy
from tinylab.text import tr
from tinylab.ui.pages.collect.label_list import LabelList
from tinylab.ui.widgets.basic import text_label
from tinylab.ui.widgets.cards import Panel
from tinylab.ui.widgets.motion import MotionPanel
from tinylab.ui.widgets.number_field import NumberField
from tinylab.workflow.board.connection import Connection
from tinylab.workflow.board.motion import Motion
from tinylab.workflow.capture.next_take import COUNTDOWN_SECONDS, TAKE_SECONDS
from tinylab.workflow.capture.recorder import Recorder
from tinylab.workflow.notices import Notices
from tinylab.workflow.project.document import Document


class NextTakePanel(Panel):
    """Label, subject, length and countdown; and what the virtual board plays."""

    typed = Signal()  # Enter was pressed in the subject

    def __init__(
        self, document: Document, connection: Connection, recorder: Recorder, motion: Motion, notices: Notices
    ) -> None:
        super().__init__(tr("Next take"))
        self._document, self._connection, self._recorder = document, connection, recorder
        self.body.addWidget(text_label(tr("Label"), "field"))
        self.labels = LabelList(document, recorder, notices)
        self.body.addWidget(self.labels)
        self.subject = QComboBox()
        self.subject.setEditable(True)
        self.subject.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.subject.currentTextChanged.connect(lambda text: self._set(subject=tidy(text)))
        typed = self.subject.lineEdit()
        assert typed is not None
        typed.returnPressed.connect(self.typed.emit)
        typed.editingFinished.connect(lambda: self.subject.setEditText(self._recorder.next.subject))
        self.field(tr("Subject"), self.subject, tr("Who performs it. Tests are fairer when several people record."))
        self.length = NumberField(
            *TAKE_SECONDS, step=0.5, decimals=2, unit="s", changed=lambda value: self._set(seconds=value)
        )
        self.wait = NumberField(
            *COUNTDOWN_SECONDS, decimals=1, unit="s", changed=lambda value: self._set(countdown_s=value)
        )
        self.pair((tr("Length"), self.length), (tr("Countdown"), self.wait))
        self.motion = MotionPanel(motion)
        self.body.addWidget(self.motion)
        self.stretch()
        self.measuring = text_label("", "small", wrap=True)
        self.body.addWidget(self.measuring)

    # --- drawing ----------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Draw everything."""
        self.labels.refresh()
        self._show_next()
        self.motion.refresh()
        sampling = self._connection.sampling
        self.measuring.setText(
            tr(
                "Measured at {rate} Hz, ±{range} g; change it on the page Board.",
                rate=sampling.rate_hz,
                range=sampling.range_g,
            )
        )

    def _show_next(self) -> None:
        wanted = self._recorder.next
        subjects = list(self._document.subjects)
        self.subject.blockSignals(True)
        if [self.subject.itemText(i) for i in range(self.subject.count())] != subjects:
            self.subject.clear()
            self.subject.addItems(subjects)
        if tidy(self.subject.currentText()) != wanted.subject:
            self.subject.setEditText(wanted.subject)
        self.subject.blockSignals(False)
        for box, value in ((self.length, wanted.seconds), (self.wait, wanted.countdown_s)):
            box.show_value(value)

    def _set(self, **changes: object) -> None:
        self._recorder.set_next(replace(self._recorder.next, **changes))  # type: ignore[arg-type]
