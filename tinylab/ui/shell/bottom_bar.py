"""The bottom line: running jobs with progress and cancel, and what the project holds."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from tinylab.ui.formats import plural, seconds, tr
from tinylab.ui.theme import theme
from tinylab.ui.widgets.basic import button, text_label
from tinylab.workflow.session import Session


class BottomBar(QWidget):
    """Shows the newest job; without one, a summary and what Undo would take back."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.setObjectName("bottom")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(34)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(12)
        self.text = text_label("", "")
        self.progress = QProgressBar()
        self.progress.setFixedWidth(160)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(tr("Progress"))
        self.cancel = button(tr("Cancel"), self._cancel, "link")
        self.saved = text_label("", "muted")
        row.addWidget(self.text)
        row.addWidget(self.progress)
        row.addWidget(self.cancel)
        row.addStretch(1)
        row.addWidget(self.saved)
        for event in (session.jobs.changed, session.library.changed, session.history.changed):
            event.subscribe(lambda _: self.refresh())
        theme.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Draw the newest job, or the summary."""
        jobs = self._session.jobs.running
        self.progress.setVisible(bool(jobs))
        self.cancel.setVisible(bool(jobs))
        library, history = self._session.library, self._session.history
        undo = tr("Undo with Ctrl+Z: {text}").format(text=history.undo_text) if history.undo_text else ""
        self.saved.setText(tr("Saved") + (f" · {undo}" if undo else ""))
        if not jobs:
            self.text.setText(
                tr("Recorded {time} · {takes} · {labels} · {subjects}").format(
                    time=seconds(library.seconds),
                    takes=plural(len(library.recordings), tr("take"), tr("takes")),
                    labels=plural(len(library.labels), tr("label"), tr("labels")),
                    subjects=plural(len(library.subjects), tr("subject"), tr("subjects")),
                )
            )
            return
        job = jobs[-1]
        self.text.setText(f"{job.title} · {job.detail}" if job.detail else job.title)
        if job.fraction is None:
            self.progress.setRange(0, 0)
        else:
            self.progress.setRange(0, 1000)
            self.progress.setValue(round(job.fraction * 1000))
        self.cancel.setCursor(Qt.CursorShape.PointingHandCursor)

    def _cancel(self) -> None:
        jobs = self._session.jobs.running
        if jobs:
            jobs[-1].cancel()
