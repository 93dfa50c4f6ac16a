"""The trash of a project: what it holds, what emptying it frees, and what could then no longer be undone."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from tinylab.data.editing.take_edits import Restore
from tinylab.data.trash import TrashContents
from tinylab.data.verdict import judge
from tinylab.text import ntr, tr
from tinylab.ui.formats import one_line, size
from tinylab.ui.widgets.basic import button, text_label
from tinylab.ui.widgets.take_model import tip_of
from tinylab.workflow.project.document import Document

_STEPS_NAMED = 4
_ID = Qt.ItemDataRole.UserRole


class TrashDialog(QDialog):
    """A question that cannot be undone, so it is modal; bringing takes back can be."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.setWindowTitle(tr("Trash"))
        self.resize(520, 420)
        outer = QVBoxLayout(self)
        self.holds = text_label("", "", wrap=True)
        outer.addWidget(self.holds)
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Takes in the trash"))
        self.list.setSelectionMode(QListWidget.SelectionMode.ExtendedSelection)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        outer.addWidget(self.list, 1)
        self.consequence = text_label("", "small", wrap=True)
        outer.addWidget(self.consequence)
        row = QHBoxLayout()
        self.restore = button(tr("Bring back"), self._bring_back, "primary")
        self.empty = button(tr("Empty the trash"), self._empty)
        self.done_button = button(tr("Close"), self.accept)
        for widget in (self.restore, self.empty):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self.done_button)
        outer.addLayout(row)
        self.refresh()

    def refresh(self) -> None:
        """Draw what lies in the trash now."""
        contents = self._document.trash_contents()
        self.list.clear()
        for take in contents.takes:
            item = QListWidgetItem(f"{one_line(take.label, 24)} · {tip_of(take, judge(take))}")
            item.setData(_ID, take.id)
            item.setToolTip(item.text())
            self.list.addItem(item)
        self.holds.setText(
            tr(
                "{takes} in the trash. Emptying it frees {size}.",
                takes=ntr("{count:,} take", "{count:,} takes", len(contents.takes)),
                size=size(contents.bytes_freed),
            )
        )
        self.consequence.setText(consequence_of(contents))
        may_change = bool(contents.takes) and not self._document.read_only
        self.restore.setEnabled(may_change)
        self.empty.setEnabled(may_change)

    def _bring_back(self) -> None:
        chosen = [item.data(_ID) for item in self.list.selectedItems()]
        ids = chosen or [take.id for take in self._document.trashed]
        if self._document.do(Restore(tuple(ids))):
            self.refresh()

    def _empty(self) -> None:
        if self._document.empty_trash():
            self.refresh()


def consequence_of(contents: TrashContents) -> str:
    """Which steps of undo go with the takes, in a sentence."""
    if not contents.takes:
        return tr("Deleted takes wait here until you empty the trash.")
    if not contents.steps:
        return tr("They are then gone for good. Every step of undo stays.")
    named = ", ".join(contents.steps[-_STEPS_NAMED:])
    more = len(contents.steps) - _STEPS_NAMED
    others = ntr(" and one earlier", " and {count} earlier ones", more) if more > 0 else ""
    return tr(
        "They are then gone for good, and {steps} can no longer be undone or redone: {named}{others}.",
        steps=ntr("{count:,} step", "{count:,} steps", len(contents.steps)),
        named=named,
        others=others,
    )
