"""One side of the split: who is on it, to be dragged to another side or moved by keys, and how its labels balance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import QPoint, QRectF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QFontMetricsF,
    QKeyEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem, QMenu, QWidget

from tinylab.text import tr
from tinylab.ui.formats import one_line
from tinylab.ui.theme import SMALL_PX, class_colour, font, theme
from tinylab.ui.widgets.side_names import SIDE_NAMES

_LINE: Final = 19  # px of a label's bar
_NAME_SHARE, _COUNT_PX = 0.5, 26


class SideList(QListWidget):
    """People or takes; `moved` says which of them go to which side."""

    moved = Signal(list, str)  # keys, and the name of a side

    def __init__(self, side: str) -> None:
        super().__init__()
        self.side = side
        self.setAccessibleName(tr("{side}: left and right arrows move to another side", side=SIDE_NAMES[side]))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setDragEnabled(True)
        self.setAcceptDrops(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def show_members(self, members: Sequence[tuple[str, str]]) -> None:
        """Put (key, text) in; what is the same stays selected."""
        if [(self._key(row), self.item(row).text()) for row in range(self.count())] == list(members):
            return
        chosen = set(self.chosen)
        self.clear()
        for key, text in members:
            item = QListWidgetItem(text)
            item.setData(Qt.ItemDataRole.UserRole, key)
            item.setToolTip(text)
            self.addItem(item)
            item.setSelected(key in chosen)

    def _key(self, row: int) -> str:
        return str(self.item(row).data(Qt.ItemDataRole.UserRole))

    @property
    def chosen(self) -> list[str]:
        """The keys of the selected ones; without a selection the one that has the keys."""
        keys = [self._key(row) for row in range(self.count()) if self.item(row).isSelected()]
        current = self.currentRow()
        return keys or ([self._key(current)] if 0 <= current < self.count() and self.hasFocus() else [])

    def _move(self, side: str) -> None:
        if self.chosen and side != self.side:
            self.moved.emit(self.chosen, side)

    def menu(self) -> QMenu:
        """The other sides."""
        made = QMenu(self)
        made.aboutToHide.connect(made.deleteLater)
        for side, name in SIDE_NAMES.items():
            if side != self.side:
                made.addAction(tr("Move to {side}", side=name), partial(self._move, side))
        return made

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The right button, and the menu key."""
        if self.chosen:
            self.menu().popup(event.globalPos() or self.mapToGlobal(QPoint(8, 8)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right move to the side beside this one; digits and letters are the window's."""
        sides = list(SIDE_NAMES)
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        step = steps.get(Qt.Key(event.key()))
        if step is not None:
            at = sides.index(self.side) + step
            if 0 <= at < len(sides):
                self._move(sides[at])
        elif event.key() == Qt.Key.Key_Space or event.text().isalnum():
            event.ignore()
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Only those of another side are taken."""
        if self._from_other(event.source()):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Anywhere in the list."""
        if self._from_other(event.source()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """They were let go here."""
        source = event.source()
        event.setDropAction(Qt.DropAction.IgnoreAction)  # the list is drawn anew; nothing is moved by Qt
        event.accept()
        if isinstance(source, SideList):
            self.take_from(source)

    def take_from(self, source: SideList) -> None:
        """What is selected in another list belongs here now."""
        if source is not self:
            source._move(self.side)

    def _from_other(self, source: object) -> bool:
        return isinstance(source, SideList) and source is not self


class Balance(QWidget):
    """A bar for each label, all on one scale; a label that has nothing here is named in caution."""

    def __init__(self, accessible_name: str) -> None:
        super().__init__()
        self._counts: dict[str, int] = {}
        self._most = 1
        self._colour_of: Callable[[str], int] = lambda _label: 0
        self.setAccessibleName(accessible_name)
        theme.changed.connect(self.update)

    def show_counts(self, counts: dict[str, int], most: int, colour_of: Callable[[str], int]) -> None:
        """Draw takes by label; `most` fills the width."""
        self._counts, self._most, self._colour_of = counts, max(most, 1), colour_of
        self.setFixedHeight(_LINE * max(len(counts), 1))
        self.setAccessibleDescription(", ".join(f"{one_line(label)} {count}" for label, count in counts.items()))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Name, bar, count."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font(SMALL_PX))
        metrics = QFontMetricsF(font(SMALL_PX))
        name_px = self.width() * _NAME_SHARE
        room = self.width() - name_px - _COUNT_PX - 6
        middle = Qt.AlignmentFlag.AlignVCenter
        for row, (label, count) in enumerate(self._counts.items()):
            y = row * _LINE
            painter.setPen(theme.colour("muted" if count else "caution"))
            name = metrics.elidedText(one_line(label), Qt.TextElideMode.ElideRight, name_px - 6)
            painter.drawText(QRectF(0, y, name_px, _LINE), middle, name)
            painter.drawText(
                QRectF(self.width() - _COUNT_PX, y, _COUNT_PX, _LINE),
                middle | Qt.AlignmentFlag.AlignRight,
                f"{count:,}",
            )
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(class_colour(self._colour_of(label)))
            painter.drawRoundedRect(QRectF(name_px, y + 6, max(room * count / self._most, 0.0), _LINE - 12), 3, 3)
