"""The verdict on the last take in one line, and the two keys that answer it: keep, or record again."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout

from tinylab.data.verdict import Grade
from tinylab.text import tr
from tinylab.ui.formats import one_line, seconds
from tinylab.ui.widgets.basic import button, set_tone, text_label
from tinylab.ui.widgets.take_picture import GRADE_TONES
from tinylab.workflow.capture.recorder import Recorder
from tinylab.workflow.capture.take_row import TakeRow
from tinylab.workflow.explore.verdicts import Verdicts
from tinylab.workflow.project.document import Document


class VerdictBar(QFrame):
    """Shown as long as the last take is in use."""

    def __init__(self, recorder: Recorder, row: TakeRow, document: Document, verdicts: Verdicts) -> None:
        super().__init__()
        self._recorder, self._document, self._verdicts = recorder, document, verdicts
        self.setObjectName("verdict")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 6, 8, 6)
        layout.setSpacing(8)
        self.text = text_label("", "", wrap=True)
        self.keep = button(tr("Keep  K"), row.keep, "", tr("The take is as it should be (K)"))
        self.again = button(tr("Again  ⌫"), row.drop, "", tr("Delete it and record one in its place (Backspace)"))
        layout.addWidget(self.text, 1)
        layout.addWidget(self.keep)
        layout.addWidget(self.again)

    def refresh(self) -> None:
        """Draw the verdict on the last take."""
        last = self._recorder.last
        take = self._document.header(last.take.id) if last is not None else None
        there = last is not None and take is not None and not take.trashed
        self.setVisible(there)
        if last is None or take is None:
            return
        verdict = self._verdicts.of(take)
        measured = tr(
            "{time} at {rate:.2f} Hz, {lost} lost, {clipped} clipped",
            time=seconds(take.seconds),
            rate=take.rate_hz,
            lost=take.lost,
            clipped=take.clipped,
        )
        name = one_line(take.label, 24) if take.label else tr("unlabelled")
        kept = tr(" Kept.") if last.kept else ""
        self.text.setText(
            tr(
                "Take {id}, {label}: {verdict}. {measured}.{kept}",
                id=take.id,
                label=name,
                verdict=verdict,
                measured=measured,
                kept=kept,
            )
        )
        set_tone(self, GRADE_TONES[verdict.grade])
        set_tone(self.text, GRADE_TONES[verdict.grade])
        self.keep.setVisible(verdict.grade is not Grade.GOOD and not last.kept)
        self.again.setVisible(not last.kept)
