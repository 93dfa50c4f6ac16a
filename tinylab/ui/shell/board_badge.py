"""The board's chip, on every page: name, state, measured rate, losses; the way to connect."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from tinylab.text import tr
from tinylab.ui.formats import one_line
from tinylab.ui.theme import theme
from tinylab.ui.widgets.basic import keep_focus, text_label
from tinylab.workflow.board.link_states import LinkState
from tinylab.workflow.session import Session

_TOKENS = {LinkState.CONNECTED: "good", LinkState.LOST: "error", LinkState.DISCONNECTED: "muted"}


class _Lamp(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.colour = "muted"
        self.setFixedSize(QSize(10, 10))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A round lamp."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(self.colour))
        painter.drawEllipse(self.rect())


class BoardBadge(QPushButton):
    """Shows the connection in a few words."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.setObjectName("boardBadge")
        keep_focus(self)
        self.setFixedHeight(32)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 0, 14, 0)
        row.setSpacing(8)
        self._lamp, self._name, self._text = _Lamp(), text_label("", ""), text_label("", "muted")
        self._name.setStyleSheet("font-weight: 600;")
        for widget in (self._lamp, self._name, self._text):
            widget.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            row.addWidget(widget)
        session.connection.changed.subscribe(lambda _: self.refresh())
        theme.changed.connect(self.refresh)
        self.refresh()

    def sizeHint(self) -> QSize:
        """As wide as its words."""
        layout = self.layout()
        return QSize(layout.sizeHint().width() if layout else 200, 32)

    minimumSizeHint = sizeHint

    def refresh(self) -> None:
        """Draw the state and the stream's figures."""
        connection = self._session.connection
        name, text = self._name_and_text()
        if (name, text) != (self._name.text(), self._text.text()):
            self._name.setText(name)
            self._text.setText(text)
            self.setAccessibleName(f"{name}, {text}")
            self.updateGeometry()
        self._lamp.colour = "caution" if connection.silent_s else _TOKENS.get(connection.state, "caution")
        self._lamp.update()

    def _name_and_text(self) -> tuple[str, str]:
        connection = self._session.connection
        name = one_line(connection.wanted.name, 28) if connection.wanted else tr("No board")
        linked = connection.linked
        if connection.state is LinkState.CONNECTED and linked is not None:
            if connection.silent_s:
                return name, tr("no samples for {seconds} s …", seconds=int(connection.silent_s))
            stream = connection.stream
            rate = f"{stream.rate_hz:.1f}" if stream.rate_hz else "…"
            range_g = linked.identity.hello.range_g
            return name, tr("{rate} Hz · ±{range} g · {lost} lost", rate=rate, range=range_g, lost=stream.lost)
        text = {
            LinkState.DISCONNECTED: tr("click to connect"),
            LinkState.CONNECTING: tr("connecting again …") if connection.attempts else tr("connecting …"),
            LinkState.LOST: tr("lost, connecting again …") if connection.attempts else tr("lost, looking for it …"),
            LinkState.RELEASED: tr("deploying …"),
        }
        return name, text.get(connection.state, "")
