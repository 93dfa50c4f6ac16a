"""Tips show what users typed as they typed it: Qt would take a label such as <img src=…> for HTML."""

from __future__ import annotations

import html

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication, QToolTip, QWidget


def plain(text: str) -> str:
    """A text that Qt shows letter by letter, wherever it would guess whether it is HTML."""
    if not Qt.mightBeRichText(text):  # type: ignore[attr-defined]  # QtGui adds it at run time
        return text
    return "<qt>" + html.escape(text).replace("\n", "<br>") + "</qt>"


def show_tip(where: QPoint, text: str, widget: QWidget) -> None:
    """Show a tip at a place of the screen."""
    QToolTip.showText(where, plain(text), widget)


class PlainTips(QObject):
    """Shows the tips of all widgets of an application in Qt's place."""

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        application.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A tip is asked for: show it plain."""
        if event.type() is not QEvent.Type.ToolTip or not isinstance(watched, QWidget):
            return False
        assert isinstance(event, QHelpEvent)
        text = tip_at(watched, event.pos())
        if not text:
            return False  # Qt asks the widget that this one lies in
        show_tip(event.globalPos(), text, watched)
        return True


def tip_at(widget: QWidget, where: QPoint) -> str:
    """The tip of a widget, or of the item of a list under the pointer."""
    view = widget.parentWidget()
    if isinstance(view, QAbstractItemView) and view.viewport() is widget:
        index = view.indexAt(where)
        text = index.data(Qt.ItemDataRole.ToolTipRole) if index.isValid() else None
        return str(text) if text else view.toolTip()
    return widget.toolTip()
