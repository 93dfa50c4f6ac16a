"""What can be done with windows that were caught: relabel, play, trash; says what it will change before it does."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from tinylab.text import ntr, tr
from tinylab.ui.formats import one_line
from tinylab.ui.widgets.basic import button, text_label
from tinylab.workflow.capture.take_actions import TakeActions
from tinylab.workflow.explore.chosen_windows import ChosenWindows
from tinylab.workflow.project.document import Document

_LONGEST = 28


class LassoBar(QWidget):
    """A row of buttons; each act is one step of undo."""

    def __init__(
        self, document: Document, actions: TakeActions, play: Callable[[], object], leave: Callable[[], object]
    ) -> None:
        super().__init__()
        self._document, self._actions = document, actions
        self._chosen = ChosenWindows(0, (), (), ())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.text = text_label("", "head")
        self.relabel = button(tr("Relabel …"), self._ask_for_label, "", tr("Give them another label (L)"))
        self.play = button(tr("Play"), play, "", tr("One after the other (Space)"))
        self.trash = button("", self._trash, "")
        self.leave = button("✕", leave, "link", tr("Let them go (Esc)"))
        self.leave.setAccessibleName(tr("Let them go"))
        row.addWidget(self.text)
        row.addStretch(1)
        for widget in (self.relabel, self.play, self.trash, self.leave):
            row.addWidget(widget)

    def show_chosen(self, chosen: ChosenWindows) -> None:
        """Say what was caught."""
        self._chosen = chosen
        self.text.setText(chosen.sentence)
        takes = ntr("{count:,} take", "{count:,} takes", len(chosen.take_ids))
        self.trash.setText(tr("Trash {takes}", takes=takes))
        self.trash.setToolTip(tr("Their whole takes go into the trash (Del); Ctrl+Z brings them back"))
        may = not self._document.read_only and bool(chosen.take_ids)
        self.relabel.setEnabled(may)
        self.trash.setEnabled(may)

    def menu(self) -> QMenu:
        """The labels that can be given, below what would get them."""
        made = QMenu(self)
        made.aboutToHide.connect(made.deleteLater)
        head = made.addAction(tr("Gives a new label to {what}:", what=self._chosen.relabels))
        head.setEnabled(False)
        for label in self._document.labels:
            made.addAction(one_line(label, _LONGEST), partial(self.give, label))
        return made

    def give(self, label: str) -> None:
        """Give what was caught this label."""
        chosen = self._chosen
        if self.relabel.isEnabled():
            self._actions.relabel_parts(chosen.whole_takes, chosen.region_ids, label)

    def _ask_for_label(self) -> None:
        self.menu().popup(self.relabel.mapToGlobal(QPoint(0, self.relabel.height())))

    def _trash(self) -> None:
        self._actions.trash(self._chosen.take_ids)
