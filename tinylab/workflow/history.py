"""Undo and redo: every edit of the project knows its way back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tinylab.events import Event


@dataclass(frozen=True, slots=True)
class Edit:
    """Something that was done to the project, and how to take it back."""

    text: str  # "delete 2 takes"
    redo: Callable[[], None]
    undo: Callable[[], None]


class History:
    """Two stacks of edits."""

    def __init__(self) -> None:
        self.changed: Event[None] = Event()
        self._done: list[Edit] = []
        self._undone: list[Edit] = []

    @property
    def undo_text(self) -> str:
        """What Undo would take back; empty where there is nothing."""
        return self._done[-1].text if self._done else ""

    @property
    def redo_text(self) -> str:
        """What Redo would do again; empty where there is nothing."""
        return self._undone[-1].text if self._undone else ""

    def do(self, edit: Edit) -> None:
        """Carry out an edit and remember it."""
        edit.redo()
        self.remember(edit)

    def remember(self, edit: Edit) -> None:
        """Remember an edit that has been carried out already."""
        self._done.append(edit)
        self._undone.clear()
        self.changed.emit(None)

    def undo(self) -> None:
        """Take the last edit back; does nothing where there is none."""
        if self._done:
            self._done[-1].undo()  # where it fails, it can be tried again
            self._undone.append(self._done.pop())
            self.changed.emit(None)

    def redo(self) -> None:
        """Do again what was taken back last; does nothing where there is none."""
        if self._undone:
            self._undone[-1].redo()
            self._done.append(self._undone.pop())
            self.changed.emit(None)

    def clear(self) -> None:
        """Forget everything, as when another project is opened."""
        self._done.clear()
        self._undone.clear()
        self.changed.emit(None)
