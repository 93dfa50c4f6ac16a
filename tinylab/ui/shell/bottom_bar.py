"""The bottom line: running tasks with progress and cancel, and what the project holds."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from tinylab.data.space import bytes_used
from tinylab.text import ntr, tr
from tinylab.ui.formats import seconds, size
from tinylab.ui.theme import theme
from tinylab.ui.widgets.basic import button, text_label
from tinylab.workflow.session import Session


class BottomBar(QWidget):
    """Shows the newest task; without one, a summary and what Undo would take back."""

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
        session.tasks.changed.subscribe(lambda _: self.refresh())
        session.document.changed.subscribe(lambda _: self.refresh())
        theme.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Draw the newest task, or the summary."""
        tasks = self._session.tasks.running
        self.progress.setVisible(bool(tasks))
        self.cancel.setVisible(bool(tasks))
        document = self._session.document
        space = size(bytes_used(document.project.path)) if document.project is not None else ""
        undo = tr("Undo with Ctrl+Z: {text}", text=document.undo_text) if document.undo_text else ""
        saved = tr("Not saved: the file is gone") if document.unsaved else tr("Saved")
        state = tr("Read-only") if document.read_only else saved
        self.saved.setText(" · ".join(each for each in (state, space, undo) if each) if space else "")
        if not tasks and document.project is None:
            self.text.setText(tr("Open or make a project, and the pages at the left open with it."))
            return
        if not tasks:
            self.text.setText(
                tr(
                    "Recorded {time} · {takes} · {labels} · {subjects}",
                    time=seconds(document.seconds),
                    takes=ntr("{count:,} take", "{count:,} takes", len(document.takes)),
                    labels=ntr("{count:,} label", "{count:,} labels", len(document.labels)),
                    subjects=ntr("{count:,} subject", "{count:,} subjects", len(document.subjects)),
                )
            )
            return
        task = tasks[-1]
        self.text.setText(f"{task.title} · {task.detail}" if task.detail else task.title)
        if task.fraction is None:
            self.progress.setRange(0, 0)
        else:
            self.progress.setRange(0, 1000)
            self.progress.setValue(round(task.fraction * 1000))
        self.cancel.setCursor(Qt.CursorShape.PointingHandCursor)

    def _cancel(self) -> None:
        tasks = self._session.tasks.running
        if tasks:
            tasks[-1].cancel()
