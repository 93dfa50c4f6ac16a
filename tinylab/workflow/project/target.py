"""The board a project is made for: chosen by the user, else the one that was connected, else the first there is."""

from __future__ import annotations

from tinylab.boards.catalog import Board, boards
from tinylab.events import Event
from tinylab.text import tr
from tinylab.workflow.project.document import Document

SETTING = "target_board"  # its HELLO.board_id


class TargetBoard:
    """Which board's sensor windows are cut for, and which board images are built for."""

    def __init__(self, document: Document) -> None:
        self.changed: Event[None] = Event()
        self._document = document

    @property
    def board(self) -> Board:
        """The project's target board."""
        number = self._document.setting(SETTING)
        return next((board for board in boards() if board.id == number), boards()[0])

    def choose(self, board: Board) -> None:
        """Make the project one for another board; can be undone."""
        if board != self.board and self._document.set_setting(SETTING, board.id, tr("target board")):
            self.changed.emit(None)
