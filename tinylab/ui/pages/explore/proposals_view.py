"""Labels that are proposed, most doubtful first: accepted with Enter, corrected with a number; copies that can go."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from tinylab.evaluation.proposals import Proposal
from tinylab.text import ntr, percent, tr
from tinylab.ui.formats import one_line
from tinylab.ui.pages.explore.window_card import WindowCard
from tinylab.ui.theme import class_colour, theme
from tinylab.ui.widgets.basic import button, clear, set_tone, text_label
from tinylab.ui.widgets.cards import Card
from tinylab.ui.widgets.empty_state import EmptyState
from tinylab.ui.widgets.table import Table
from tinylab.workflow.explore.window_player import Window
from tinylab.workflow.session import Session

_COLUMNS: Final = (tr("proposed"), tr("instead of"), tr("take"), tr("sure"))
_KEYS: Final = 9  # labels that a number chooses
_IN_A_ROW: Final = 5
_NAMED: Final = 6  # takes of a group of copies


class ProposalsView(QWidget):
    """The list, the current one on its signal, and what can be answered."""

    def __init__(self, session: Session, go: Callable[[int], None], play: Callable[[list[Window]], None]) -> None:
        super().__init__()
        self._session, self._proposals = session, session.explore.proposals
        self._document, self._checks = session.document, session.explore.checks
        self._go, self._play = go, play
        self._labels: tuple[str, ...] = ()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(12)
        outer.addWidget(self._copies())
        self.card = Card(tr("Proposed labels"))
        self.card.tighten()
        self.look = button(tr("Look again"), self._proposals.look, "link")
        self.card.corner.addWidget(self.look)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(tr("Progress of the proposals"))
        self.card.body.addWidget(self.progress)
        self.table = Table(_COLUMNS, tr("Proposals"), text_columns=3, selectable=True, row_height=26)
        self.table.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the keys are the page's: Enter accepts, arrows go on
        self.table.row_chosen.connect(self._proposals.choose)
        self.card.body.addWidget(self.table, 1)
        self.empty = EmptyState("check-all", tr("Nothing to ask about"), "")
        self.card.body.addWidget(self.empty, 1)
        outer.addWidget(self.card, 4)
        outer.addWidget(self._asked(), 5)

    def _copies(self) -> Card:
        self.copies = Card()
        self.copies.tighten()
        row = QHBoxLayout()
        self.copies_text = text_label("", "", wrap=True)
        set_tone(self.copies_text, "caution")
        self.delete_copies = button(
            tr("Delete the copies"), self._delete_copies, "", tr("The oldest of each stays; Ctrl+Z brings them back")
        )  # fmt: skip
        row.addWidget(self.copies_text, 1)
        row.addWidget(self.delete_copies)
        self.copies.body.addLayout(row)
        return self.copies

    def _asked(self) -> WindowCard:
        self.asked = WindowCard(tr("Is this right?"), self._document, self._play_it, self._open)
        self.question = text_label("", "", wrap=True)
        self.asked.body.insertWidget(0, self.question)
        row = QHBoxLayout()
        row.setSpacing(8)
        self.accept = button("", self._proposals.accept, "", tr("Enter"))
        self.refuse = button(tr("Right as it is"), self._proposals.refuse, "", tr("Ask about it no more (Backspace)"))
        self.after = button(tr("Next ▸"), self._proposals.next, "", tr("Leave it and go on (right arrow)"))
        for widget in (self.accept, self.refuse, self.after):
            row.addWidget(widget)
        row.addStretch(1)
        self.asked.body.addLayout(row)
        self.numbers = QGridLayout()
        self.numbers.setSpacing(4)
        self.asked.body.addLayout(self.numbers)
        return self.asked

    # --- drawing ----------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Draw everything."""
        proposals, task = self._proposals, self._proposals.task
        found, current = proposals.all or (), proposals.current
        self._show_copies()
        self.progress.setVisible(task is not None)
        self.look.setVisible(task is None)
        self.table.setVisible(bool(found))
        self.empty.setVisible(not found)
        self._show_empty()
        self.card.heading.setText(
            ntr("{count:,} proposal, most doubtful first", "{count:,} proposals, most doubtful first", len(found))
            if found
            else tr("Proposed labels")
        )
        self.table.show_rows([self._row(each) for each in found])
        if found:
            self.table.selectRow(proposals.at)
            self.table.setCurrentCell(proposals.at, 0)
        self.asked.setVisible(current is not None)
        if current is not None:
            self._show_asked(current)

    def _show_empty(self) -> None:
        busy, never = self._proposals.task is not None, self._proposals.all is None
        self.empty.title.setText(tr("Looking …") if busy else tr("Nothing to ask about"))
        self.empty.text.setText(
            self._proposals.reason
            or (tr("The labelled takes are compared with each other.") if busy or never else "")
            or tr("Every take has a label, and none of them looks like another one's.")
        )

    def _row(self, each: Proposal) -> tuple[str, ...]:
        take = self._document.header(each.take_id)
        who = f" · {one_line(take.subject, 12)}" if take is not None and take.subject else ""
        instead = one_line(each.instead_of, 18) or tr("no label")
        return one_line(each.label, 18), instead, f"{each.take_id}{who}", percent(1 - each.doubt)

    def _show_asked(self, current: Proposal) -> None:
        take, labels = self._document.header(current.take_id), self._document.labels
        rate = take.rate_hz if take is not None else 1.0
        colour = class_colour(labels.index(current.label)) if current.label in labels else theme.colour("muted")
        self.question.setText(_question(current))
        self.asked.show_window(
            current.take_id, current.start / rate, current.count / rate, current.instead_of, colour
        )  # fmt: skip
        may = not self._document.read_only
        self.accept.setText(tr("“{label}”  Enter", label=one_line(current.label, 24)))
        self.accept.setEnabled(may)
        self.refuse.setVisible(bool(current.instead_of))
        if labels != self._labels:
            self._labels = labels
            clear(self.numbers)
            for number, label in enumerate(labels[:_KEYS]):
                text = f"{number + 1}  {one_line(label, 10)}"
                made = button(text, partial(self.on_digit, number), "choice", one_line(label))
                made.setAccessibleName(tr("It is {label}", label=one_line(label)))
                self.numbers.addWidget(made, number // _IN_A_ROW, number % _IN_A_ROW)
        for row in range(self.numbers.count()):
            item = self.numbers.itemAt(row)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.setEnabled(may)

    def _show_copies(self) -> None:
        groups = self._groups
        self.copies.setVisible(bool(groups))
        if not groups:
            return
        names = ", ".join(str(take_id) for take_id in groups[0][:_NAMED])
        more = tr(" and {n} more groups", n=len(groups) - 1) if len(groups) > 1 else ""
        self.copies_text.setText(tr("The same samples are in takes {names}{more}.", names=names, more=more))
        self.delete_copies.setEnabled(not self._document.read_only)

    @property
    def _groups(self) -> list[list[int]]:
        """Takes with the same samples that are all in use."""
        known = [
            [take_id for take_id in group if (take := self._document.header(take_id)) is not None and not take.trashed]
            for group in self._checks.duplicates or ()
        ]
        return [sorted(group) for group in known if len(group) > 1]

    def tick(self) -> None:
        """Draw how far the look is."""
        task = self._proposals.task
        if task is not None:
            self.progress.setRange(0, 0 if task.fraction is None else 1000)
            self.progress.setValue(round((task.fraction or 0.0) * 1000))

    # --- what a user does -------------------------------------------------------------------------------

    def _delete_copies(self) -> None:
        self._session.take_actions.trash([take_id for group in self._groups for take_id in group[1:]])

    @property
    def wanted(self) -> list[Window]:
        """The stretch to play."""
        current = self._proposals.current
        take = self._document.header(current.take_id) if current is not None else None
        if current is None or take is None:
            return []
        return [(take.id, current.start / take.rate_hz, (current.start + current.count) / take.rate_hz)]

    def _play_it(self) -> None:
        self._play(self.wanted)

    def _open(self) -> None:
        current = self._proposals.current
        if current is not None:
            self._go(current.take_id)

    def on_digit(self, number: int) -> None:
        """A label's number: that is what it is."""
        labels = self._document.labels
        if number < len(labels):
            self._proposals.correct(labels[number])

    def on_key(self, key: Qt.Key) -> bool:
        """Enter accepts, the arrows go on and back, Backspace leaves it as it is."""
        proposals = self._proposals
        acts: dict[Qt.Key, Callable[[], object]] = {
            Qt.Key.Key_Return: proposals.accept, Qt.Key.Key_Enter: proposals.accept,
            Qt.Key.Key_Right: proposals.next, Qt.Key.Key_Down: proposals.next,
            Qt.Key.Key_Left: lambda: proposals.choose(proposals.at - 1),
            Qt.Key.Key_Up: lambda: proposals.choose(proposals.at - 1),
            Qt.Key.Key_Backspace: proposals.refuse,
        }  # fmt: skip
        if key in acts and proposals.current is not None:
            acts[key]()
            return True
        return False


def _question(current: Proposal) -> str:
    label, known = one_line(current.label, 18), one_line(current.instead_of, 18)
    if current.odd_windows:
        return ntr(
            "“{known}”, but {count} window lies among “{label}”",
            "“{known}”, but {count} windows lie among “{label}”",
            current.odd_windows, known=known, label=label,
        )  # fmt: skip
    if known:
        return tr("“{known}”, or rather “{label}”?", known=known, label=label)
    return tr("No label yet: is it “{label}”?", label=label)
