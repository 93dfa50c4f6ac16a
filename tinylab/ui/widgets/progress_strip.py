"""The five steps of a deployment in a row: waiting, running, done, or failed and why."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from tinylab.text import tr
from tinylab.ui.theme import font, theme
from tinylab.ui.widgets.basic import text_label
from tinylab.ui.widgets.cards import Card
from tinylab.workflow.deployment.deploy_job import DeployStep
from tinylab.workflow.deployment.deploy_states import DeployStepState, DeployStepStatus

_TOKENS = {
    DeployStepState.WAITING: ("line", "muted", ""),
    DeployStepState.RUNNING: ("accent", "on_accent", ""),
    DeployStepState.DONE: ("good_soft", "good", "✓"),
    DeployStepState.SKIPPED: ("line", "muted", "–"),
    DeployStepState.FAILED: ("error_soft", "error", "!"),
}
_STATES = {
    DeployStepState.WAITING: tr("waiting"),
    DeployStepState.RUNNING: tr("running"),
    DeployStepState.DONE: tr("done"),
    DeployStepState.SKIPPED: tr("skipped"),
    DeployStepState.FAILED: tr("failed"),
}


class _Dot(QWidget):
    def __init__(self, number: int) -> None:
        super().__init__()
        self._number = number
        self.state = DeployStepState.WAITING
        self.setFixedSize(QSize(24, 24))
        theme.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A circle with its number, or what became of it."""
        behind, ink, sign = _TOKENS[self.state]
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(behind))
        box = QRectF(0, 0, 24, 24)
        painter.drawEllipse(box)
        painter.setPen(theme.colour(ink))
        painter.setFont(font(12, QFont.Weight.Bold))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, sign or str(self._number))


class StepRow(Card):
    """Check · Build · Try · Flash · Prove."""

    def __init__(self) -> None:
        super().__init__()
        columns = QHBoxLayout()
        columns.setSpacing(12)
        self._dots: dict[DeployStep, _Dot] = {}
        self._text = {}
        for number, step in enumerate(DeployStep, start=1):
            dot, text = _Dot(number), text_label("", "small", wrap=True)
            name = text_label(step.title, "")
            name.setStyleSheet("font-weight: 600;")
            head = QHBoxLayout()
            head.setSpacing(8)
            head.addWidget(dot)
            head.addWidget(name, 1)
            column = QVBoxLayout()
            column.setSpacing(4)
            column.addLayout(head)
            column.addWidget(text, 1, Qt.AlignmentFlag.AlignTop)
            columns.addLayout(column, 1)
            self._dots[step], self._text[step] = dot, text
        self.body.addLayout(columns)

    def show_steps(self, steps: Mapping[DeployStep, DeployStepStatus]) -> None:
        """Draw where each step stands."""
        for step, status in steps.items():
            self._dots[step].state = status.state
            self._dots[step].update()
            self._text[step].setText(status.text)
            self._dots[step].setAccessibleName(
                tr("{step}: {state}. {text}", step=step.title, state=_STATES[status.state], text=status.text)
            )
