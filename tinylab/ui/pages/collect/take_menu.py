"""What can be done with the selected takes, by the right button or the menu key."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtWidgets import QMenu, QWidget

from tinylab.text import ntr, tr
from tinylab.ui.formats import one_line
from tinylab.ui.widgets.question import AskName
from tinylab.ui.widgets.side_names import SIDES
from tinylab.workflow.capture.people import People
from tinylab.workflow.capture.take_actions import TakeActions
from tinylab.workflow.project.document import Document

_LONGEST = 28


class TakeMenu(QMenu):
    """Acts on one take or several; each act is one step of undo."""

    def __init__(
        self,
        ids: Sequence[int],
        document: Document,
        actions: TakeActions,
        people: People,
        open_take: Callable[[int], object],
        play: Callable[[int], object],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._ids, self._document, self._actions, self._people = tuple(ids), document, actions, people
        self.aboutToHide.connect(self.deleteLater)
        if len(ids) == 1:
            self.addAction(f"{tr('Open')}\t{tr('Enter')}", partial(open_take, ids[0]))
            self.addAction(tr("Play"), partial(play, ids[0]))
            self.addSeparator()
        if document.read_only:
            return
        self._add_names()
        self.addSeparator()
        self._add_cuts()
        self.addSeparator()
        delete = ntr("Delete", "Delete {count}", len(ids))
        self.addAction(f"{delete}\t{tr('Del')}", partial(actions.trash, self._ids))

    def _add_names(self) -> None:
        actions, ids = self._actions, self._ids
        labels = self.addMenu(tr("Label"))
        for label in self._document.labels:
            labels.addAction(one_line(label, _LONGEST), partial(actions.relabel, ids, label))
        labels.addAction(tr("unlabelled"), partial(actions.relabel, ids, ""))
        who = self.addMenu(tr("Who"))
        for name in self._people.names:
            who.addAction(one_line(name, _LONGEST), partial(actions.set_subject, ids, name))
        who.addAction(tr("nobody in particular"), partial(actions.set_subject, ids, ""))
        who.addAction(tr("Somebody else …"), self._ask_who)
        sides = self.addMenu(tr("Used to"))
        for side, text in SIDES.items():
            sides.addAction(text, partial(actions.set_split, ids, side))
        self.addAction(tr("Session …"), self._ask_session)
        if len(ids) == 1:
            self.addAction(tr("Note …"), self._ask_note)

    def _add_cuts(self) -> None:
        actions, ids = self._actions, self._ids
        if len(ids) == 1:
            self.addAction(tr("Trim to motion"), partial(actions.trim_to_motion, ids[0]))
            self.addAction(tr("Split by motion"), partial(actions.split_by_motion, ids[0]))
            self.addAction(tr("Split at the gaps"), partial(actions.split_at_gaps, ids[0]))
        else:
            self.addAction(tr("Merge {n} takes", n=len(ids)), partial(actions.merge, ids))

    def _ask_who(self) -> None:
        AskName(tr("Somebody else"), tr("Who performed it?"), "", tr("Take over"), self._take_who, self._window())

    def _take_who(self, name: str) -> str:
        return "" if self._actions.set_subject(self._ids, name) else tr("That name cannot be used.")

    def _ask_session(self) -> None:
        first = self._document.header(self._ids[0])
        known = first.session if first is not None else ""
        AskName(tr("Session"), tr("Which sitting?"), known, tr("Take over"), self._take_session, self._window())

    def _take_session(self, name: str) -> str:
        return "" if self._actions.set_session(self._ids, name) else tr("That name cannot be used.")

    def _ask_note(self) -> None:
        first = self._document.header(self._ids[0])
        known = first.note if first is not None else ""
        AskName(tr("Note"), "", known, tr("Take over"), self._take_note, self._window())

    def _take_note(self, text: str) -> str:
        return "" if self._actions.set_note(self._ids[0], text) else tr("That note cannot be stored.")

    def _window(self) -> QWidget:
        parent = self.parentWidget()
        assert parent is not None
        return parent.window()
