"""The bell: how many notices came, and the list of the last ones."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QToolButton, QVBoxLayout, QWidget

from tinylab.text import ntr, tr
from tinylab.ui.theme import theme
from tinylab.ui.widgets.banner import Banner
from tinylab.ui.widgets.basic import clear, icon, keep_focus, text_label
from tinylab.workflow.notices import Notices

_WIDTH, _HEIGHT = 460, 420


class Bell(QToolButton):
    """Opens the list; the number beside it is what came since it was last open."""

    def __init__(self, notices: Notices) -> None:
        super().__init__()
        self._notices = notices
        self.list = NoticeList(notices, self)
        keep_focus(self)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.clicked.connect(self.open_list)
        notices.changed.subscribe(lambda _: self.refresh())
        theme.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Draw the number."""
        unseen = self._notices.unseen
        self.setIcon(icon("bell-badge-outline" if unseen else "bell-outline", "accent" if unseen else "muted"))
        self.setText(str(unseen) if unseen else "")
        said = ntr("{count:,} new notice", "{count:,} new notices", unseen)
        self.setAccessibleName(tr("Notices, {unseen}", unseen=said))
        self.setToolTip(tr("What TinyLab has reported in this project"))

    def open_list(self) -> None:
        """Show the last notices below the bell."""
        self.list.fill()
        corner = self.mapToGlobal(QPoint(self.width() - _WIDTH, self.height() + 4))
        self.list.move(corner)
        self.list.show()
        self._notices.seen()


class NoticeList(QFrame):
    """The last notices, newest first; a click beside it closes it."""

    def __init__(self, notices: Notices, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._notices = notices
        self.setObjectName("card")
        self.resize(_WIDTH, _HEIGHT)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(12, 10, 12, 12)
        outer.addWidget(text_label(tr("Notices"), "head"))
        self.none_yet = text_label(tr("Nothing was reported yet."), "small")
        outer.addWidget(self.none_yet)
        inner = QWidget()
        self._rows = QVBoxLayout(inner)
        self._rows.setContentsMargins(0, 0, 6, 0)
        self._rows.setSpacing(8)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inner)
        outer.addWidget(area, 1)

    def fill(self) -> None:
        """Make the rows anew."""
        clear(self._rows)
        history = self._notices.history
        self.none_yet.setVisible(not history)
        for notice in reversed(history):
            row = QHBoxLayout()
            when = text_label(datetime.fromtimestamp(notice.at).strftime("%H:%M"), "small")
            row.addWidget(when, 0, Qt.AlignmentFlag.AlignTop)
            row.addWidget(Banner(notice, self.hide, closes=False), 1)
            held = QWidget()
            held.setLayout(row)
            row.setContentsMargins(0, 0, 0, 0)
            self._rows.addWidget(held)
        self._rows.addStretch(1)
