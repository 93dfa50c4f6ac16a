"""What the pictures say: advice in words, each with the button that shows what it is about; good news, too."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QVBoxLayout

from tinylab.evaluation.advice import Advice, Severity, Show
from tinylab.text import ntr, tr
from tinylab.ui.formats import one_line
from tinylab.ui.theme import theme
from tinylab.ui.widgets.basic import button, clear, icon, text_label
from tinylab.ui.widgets.cards import Panel

_ICONS: Final = {
    Severity.PROBLEM: ("alert-circle-outline", "error"),
    Severity.CAUTION: ("alert-outline", "caution"),
    Severity.GOOD: ("check", "good"),
}


class AdvicePanel(Panel):
    """One row an advice, what matters most first."""

    def __init__(self, bring_up: Callable[[Show], None]) -> None:
        super().__init__(tr("What the pictures say"))
        self._bring_up = bring_up
        self._shown: tuple[object, ...] = ()
        self.none = text_label(tr("Nothing yet: there are no takes."), "small", wrap=True)
        self.body.addWidget(self.none)
        self.rows = QVBoxLayout()
        self.rows.setSpacing(8)
        self.body.addLayout(self.rows)
        self.stretch()

    def show_advice(self, advice: Sequence[Advice]) -> None:
        """Draw these, where they are not drawn already."""
        shown = (tuple(advice), theme.tokens.dark)
        if shown == self._shown:
            return
        self._shown = shown
        clear(self.rows)
        self.none.setVisible(not advice)
        for each in advice:
            self.rows.addWidget(_Row(each, self._bring_up))


class _Row(QFrame):
    """A mark, a sentence, and “Show me”."""

    def __init__(self, advice: Advice, bring_up: Callable[[Show], None]) -> None:
        super().__init__()
        self.setObjectName("advice")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 2, 0, 6)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(0)
        grid.setColumnStretch(1, 1)
        name, token = _ICONS[advice.severity]
        mark = QLabel()
        mark.setPixmap(icon(name, token).pixmap(16, 16))
        grid.addWidget(mark, 0, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(text_label(advice.sentence, "", wrap=True), 0, 1)
        if advice.severity is not Severity.GOOD or advice.show.view:
            show = button(act_of(advice), partial(bring_up, advice.show), "link")
            show.setAccessibleDescription(advice.sentence)
            grid.addWidget(show, 1, 1, Qt.AlignmentFlag.AlignLeft)


def act_of(advice: Advice) -> str:
    """What the button of an advice says."""
    show = advice.show
    if show.page == "Explore":
        return tr("Show me")
    if show.takes:
        return ntr("Show me the take", "Show me the {count} takes", len(show.takes))
    if show.label:
        return tr("Record “{label}”", label=one_line(show.label, 14))
    return tr("Record more") if advice.severity is not Severity.GOOD else tr("Show me")
