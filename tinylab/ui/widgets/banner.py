"""A notice as a banner, with the one button that does the next thing."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout

from tinylab.text import tr
from tinylab.ui.widgets.basic import button, icon, keep_focus, text_label
from tinylab.workflow.notices import Notice, NoticeAction

_TONE_ICONS = {
    "good": "check-circle-outline",
    "info": "information-outline",
    "caution": "alert-outline",
    "error": "alert-circle-outline",
}


class Banner(QFrame):
    """A notice: what happened, what to do, one button that does it."""

    def __init__(self, notice: Notice, dismiss: Callable[[], object], *, closes: bool = True) -> None:
        super().__init__()
        self.setObjectName("banner")
        tone = notice.tone.value
        self.setProperty("tone", tone)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 8, 8)
        row.setSpacing(10)
        picture = QLabel()
        picture.setPixmap(icon(_TONE_ICONS[tone], "accent" if tone == "info" else tone).pixmap(18, 18))
        row.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        text = QVBoxLayout()
        text.setSpacing(1)
        head = text_label(notice.message, "", wrap=True)
        head.setStyleSheet("font-weight: 600;")
        text.addWidget(head)
        if notice.hint:
            text.addWidget(text_label(notice.hint, "", wrap=True))
        row.addLayout(text, 1)
        for action in notice.actions:
            row.addWidget(button(action.label, partial(_act, dismiss, action), "link"))
        if closes:
            row.addWidget(_close_button(dismiss), 0, Qt.AlignmentFlag.AlignTop)
        self.setAccessibleName(f"{notice.message} {notice.hint}")


def _close_button(dismiss: Callable[[], object]) -> QToolButton:
    made = QToolButton()
    made.setIcon(icon("close"))
    made.setAccessibleName(tr("Dismiss this notice"))
    made.clicked.connect(dismiss)
    keep_focus(made)
    return made


def _act(dismiss: Callable[[], object], action: NoticeAction) -> None:
    """The notice goes, then the next thing is done."""
    dismiss()
    action.act()
