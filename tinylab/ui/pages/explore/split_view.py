"""Who is in training, validation and test, and why: shown before anything is trained, and changed by dragging."""

from __future__ import annotations

from collections import Counter
from typing import Final

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from tinylab.data.recording import Header
from tinylab.text import ntr, tr
from tinylab.ui.formats import one_line, seconds
from tinylab.ui.pages.explore.side_list import Balance, SideList
from tinylab.ui.widgets.basic import button, show_text, text_label
from tinylab.ui.widgets.cards import Card
from tinylab.ui.widgets.empty_state import EmptyState
from tinylab.ui.widgets.segments import Segments
from tinylab.ui.widgets.side_names import SIDE_NAMES
from tinylab.workflow.explore.split_view import SplitSides, SplitView, two_sided
from tinylab.workflow.project.document import Document

_PERSON, _TAKE = "person:", "take:"  # what keys of members begin with
_SHOWN: Final = 400  # members of a side


class SplitPage(QWidget):
    """Three lists; what is dragged becomes an edit of the takes."""

    def __init__(self, document: Document, sides: SplitSides) -> None:
        super().__init__()
        self._document, self._sides = document, sides
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(12)
        why = Card()
        why.tighten()
        row = QHBoxLayout()
        self.reason = text_label("", "", wrap=True)
        self.by = Segments(tr("What is moved"), [tr("people"), tr("takes")])
        self.by.chosen.connect(lambda _: self.refresh())
        row.addWidget(self.reason, 1)
        row.addWidget(self.by)
        why.body.addLayout(row)
        self.warning = text_label("", "small", wrap=True, tone="caution")
        why.body.addWidget(self.warning)
        self.again = button(tr("Divide again by itself"), sides.divide_again, "link")
        why.body.addWidget(self.again)
        outer.addWidget(why)
        self.columns = QWidget()
        three = QHBoxLayout(self.columns)
        three.setContentsMargins(0, 0, 0, 0)
        three.setSpacing(10)
        self.lists, self.balances, self.cards = {}, {}, {}
        for side, name in SIDE_NAMES.items():
            card = Card(name)
            card.tighten()
            self.lists[side], self.cards[side] = SideList(side), card
            self.balances[side] = Balance(tr("Takes by label: {side}", side=name))
            self.lists[side].moved.connect(self._move)
            card.body.addWidget(self.lists[side], 1)
            card.body.addWidget(self.balances[side])
            three.addWidget(card, 1)
        outer.addWidget(self.columns, 1)
        self.hint = text_label(tr("Drag them, or move them with the left and right arrow keys."), "small", wrap=True)
        outer.addWidget(self.hint)
        self.empty = EmptyState("call-split", tr("Nothing to divide yet"), "")
        outer.addWidget(self.empty, 1)

    # --- drawing ----------------------------------------------------------------------------------------

    def forget(self) -> None:
        """Another project is shown."""
        self.by.show_choice(0)

    def refresh(self) -> None:
        """Draw the split as the next run would make it."""
        view = self._sides.view
        there = bool(view.sides)
        for widget in (self.columns, self.hint, self.reason):
            widget.setVisible(there)
        self.empty.setVisible(not there)
        self.empty.text.setText(f"{view.sentence} {view.hint}".strip())
        self.again.setVisible(self._sides.given)
        self.by.setVisible(there and bool(self._document.subjects))
        show_text(self.warning, _warning(view) if there else "")
        if there:
            self.reason.setText(view.sentence)
            self._show_sides(view)

    def _show_sides(self, view: SplitView) -> None:
        all_takes = sum(len(side.takes) for side in view.sides)
        most = max((count for side in view.sides for count in side.takes_by_label.values()), default=1)
        labels = self._document.labels
        for side in view.sides:
            takes = ntr("{count:,} take", "{count:,} takes", len(side.takes))
            share = len(side.takes) / max(all_takes, 1) * 100
            self.cards[side.name].heading.setText(f"{SIDE_NAMES[side.name]}  {share:.0f} %")
            self.cards[side.name].heading.setToolTip(f"{takes}, {seconds(side.seconds)}")
            self.lists[side.name].show_members(self._members(side.takes))
            self.lists[side.name].setDragEnabled(not self._document.read_only)
            self.balances[side.name].show_counts(side.takes_by_label, most, labels.index)

    def _members(self, takes: tuple[Header, ...]) -> list[tuple[str, str]]:
        """(key, text) of people or takes; takes of nobody stand for themselves."""
        by_person = self.by.current == 0
        counts = Counter(take.subject for take in takes if take.subject) if by_person else Counter[str]()
        people = [(_PERSON + name, f"{one_line(name, 18)} · {count:,}") for name, count in sorted(counts.items())]
        alone = [
            (f"{_TAKE}{take.id}", f"{take.id} {one_line(take.label, 14) or tr('regions')}")
            for take in takes
            if not (by_person and take.subject)
        ]
        return [*people, *alone[:_SHOWN]]

    # --- what a user does -------------------------------------------------------------------------------

    def _move(self, keys: list[str], side: str) -> None:
        for key in keys:
            if key.startswith(_PERSON):
                self._sides.move_person(key.removeprefix(_PERSON), side)
        takes = [int(key.removeprefix(_TAKE)) for key in keys if key.startswith(_TAKE)]
        if takes:
            self._sides.move_takes(takes, side)


def _warning(view: SplitView) -> str:
    """Who is on both sides, and which label is missing where."""
    found = [two_sided(view)]
    for side in view.sides:
        if side.missing and (side.takes or side.name != "validation"):
            names = ", ".join(one_line(label, 16) for label in side.missing[:3])
            found.append(tr("{side} has no take of {labels}.", side=SIDE_NAMES[side.name], labels=names))
    return " ".join(filter(None, found))
