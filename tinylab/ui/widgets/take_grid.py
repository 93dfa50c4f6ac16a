"""The takes of a project as small pictures, one row for each label; an edit touches the takes that it changed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from PySide6.QtCore import QItemSelectionModel, QPoint, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QDragEnterEvent, QDropEvent, QKeyEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QListView, QVBoxLayout, QWidget

from tinylab.data.recording import Header
from tinylab.data.verdict import Verdict, judge
from tinylab.text import ntr, tr
from tinylab.ui.formats import one_line
from tinylab.ui.theme import class_colour, theme
from tinylab.ui.widgets.basic import Swatch, clear, text_label
from tinylab.ui.widgets.take_model import ID, TakeModel
from tinylab.ui.widgets.take_picture import SIZE, TakePictures
from tinylab.ui.widgets.whole_rows import WholeRows
from tinylab.workflow.project.change import Change, ChangeKind
from tinylab.workflow.project.document import Document

ROW_HEIGHT = SIZE.height() + 12
_ITEM_WIDTH = SIZE.width() + 8
_NAME_WIDTH, _NAME_LENGTH, _MORE_WIDTH = 132, 21, 40


class TakeGrid(QWidget):
    """One row of takes for each label; selecting and deleting by mouse and keyboard."""

    selected = Signal(list)  # ids
    delete_asked = Signal(list)  # ids
    opened = Signal(int)  # id of a take to look at
    menu_asked = Signal(list, QPoint)  # ids, and where on the screen
    dropped = Signal(list, str)  # ids that were dragged, and the label on which they were let go

    def __init__(self, document: Document, verdict_of: Callable[[Header], Verdict] = judge) -> None:
        super().__init__()
        self._document = document
        self.pictures = TakePictures(document.recording, verdict_of)
        self.pictures.ready.connect(self._draw_take)
        self.touched = 0  # takes whose place in the grid was made or drawn anew, for the benchmark
        self._rows = QVBoxLayout()
        self._rows.setSpacing(4)
        inner = QWidget()
        inner.setLayout(self._rows)
        self._rows.setContentsMargins(0, 0, 4, 0)
        area = WholeRows(ROW_HEIGHT, self._rows.spacing())
        area.setWidget(inner)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area = area
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)
        self.rows: dict[str, TakeRow] = {}
        self._place: dict[int, str] = {}  # label under which a take stands
        document.changed.subscribe(self.follow)
        theme.changed.connect(self.rebuild)
        self.rebuild()

    def follow(self, change: Change) -> None:
        """Draw what has changed and nothing else."""
        if change.kind is ChangeKind.PROJECT:
            self.pictures.forget()
            self.rebuild()
        elif [*self.rows] != self._wanted_rows():
            self.rebuild()
        elif change.kind is ChangeKind.TAKES:
            touched = {label for take_id in change.ids for label in self._move(take_id)}
            for label in touched:
                self.rows[label].count()
            self.selected.emit(self.selected_ids())

    def _wanted_rows(self) -> list[str]:
        """One for each label, and one for takes that have none."""
        unlabelled = any(not take.label for take in self._document.takes)
        return [*self._document.labels, *([""] if unlabelled else [])]

    def _move(self, take_id: int) -> set[str]:
        """Put one take where it belongs now; returns the labels of the rows that changed."""
        take = self._document.header(take_id)
        before = self._place.pop(take_id, None)
        after = take.label if take is not None and not take.trashed else None
        if before is not None and before != after:
            self.rows[before].model.take_out(take_id)
        if after is not None:
            self.rows[after].model.put(take_id)
            self._place[take_id] = after
        self.touched += 1
        return {label for label in (before, after) if label is not None}

    def rebuild(self) -> None:
        """Make all rows anew, as for another project or another label."""
        clear(self._rows)
        self.rows.clear()
        by_label: dict[str, list[int]] = {label: [] for label in self._wanted_rows()}
        for take in self._document.takes:
            by_label.setdefault(take.label, []).append(take.id)
        self._place = {take_id: label for label, ids in by_label.items() for take_id in ids}
        self.touched += len(self._place)
        for number, (name, ids) in enumerate(by_label.items()):
            row = TakeRow(name, number, self._document, self.pictures)
            row.model.show(ids)
            row.count()
            row.strip.selectionModel().selectionChanged.connect(lambda *_, chosen=row: self._row_selected(chosen))
            row.strip.activated.connect(lambda index: self.opened.emit(index.data(ID)))
            row.menu_asked.connect(self._ask_for_menu)
            row.dropped.connect(lambda label: self.dropped.emit(self.selected_ids(), label))
            row.delete_asked.connect(lambda: self.delete_asked.emit(self.selected_ids()))
            self._rows.addWidget(row)
            self.rows[name] = row
        self._rows.addStretch(1)
        self.selected.emit([])

    def judged_anew(self, take_ids: Iterable[int]) -> None:
        """The verdicts on these takes may be others now."""
        by_row: dict[str, list[int]] = {}
        for take_id in take_ids:
            if take_id in self._place:
                by_row.setdefault(self._place[take_id], []).append(take_id)
        for label, ids in by_row.items():  # one signal a row: a list lays itself out anew at each
            model = self.rows[label].model
            first, last = model.index(model.row_of(max(ids))), model.index(model.row_of(min(ids)))
            model.dataChanged.emit(first, last, [Qt.ItemDataRole.DecorationRole])

    def _draw_take(self, take_id: int) -> None:
        label = self._place.get(take_id)
        if label is not None:
            model = self.rows[label].model
            index = model.index(model.row_of(take_id))
            model.dataChanged.emit(index, index, [Qt.ItemDataRole.DecorationRole])

    def _row_selected(self, row: TakeRow) -> None:
        if row.selected_ids():
            for other in self.rows.values():
                if other is not row:
                    other.strip.selectionModel().blockSignals(True)
                    other.strip.clearSelection()
                    other.strip.selectionModel().blockSignals(False)
        self.selected.emit(self.selected_ids())

    def _ask_for_menu(self, at: QPoint) -> None:
        ids = self.selected_ids()
        if ids:
            self.menu_asked.emit(ids, at)

    def select(self, take_ids: Collection[int]) -> None:
        """Select these takes, in all rows, and bring the first of them into view."""
        for row in reversed(self.rows.values()):
            if row.strip.select(take_ids):
                self._area.ensureWidgetVisible(row)
        self.selected.emit(self.selected_ids())

    def selected_ids(self) -> list[int]:
        """The ids of the selected takes."""
        return [take_id for row in self.rows.values() for take_id in row.selected_ids()]


class TakeRow(QWidget):
    """A label's takes, newest first."""

    delete_asked = Signal()
    menu_asked = Signal(QPoint)
    dropped = Signal(str)

    def __init__(self, name: str, number: int, document: Document, pictures: TakePictures) -> None:
        super().__init__()
        self._document, self._name = document, name
        self.setAcceptDrops(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(Swatch(class_colour(number)))
        texts = QVBoxLayout()
        texts.setSpacing(0)
        caption = text_label(one_line(name, _NAME_LENGTH) if name else tr("unlabelled"), "" if name else "muted")
        caption.setFixedWidth(_NAME_WIDTH)
        caption.setToolTip(name)
        self._count = text_label("", "small")
        texts.addStretch(1)
        texts.addWidget(caption)
        texts.addWidget(self._count)
        texts.addStretch(1)
        row.addLayout(texts)
        self.model = TakeModel(document, pictures, self)
        self.strip = _Strip(self)
        self.strip.setModel(self.model)
        self.strip.setAccessibleName(tr("Takes of {label}", label=one_line(name)) if name else tr("Unlabelled takes"))
        row.addWidget(self.strip, 1)
        self._more = text_label("", "small")
        self._more.setFixedWidth(_MORE_WIDTH)
        row.addWidget(self._more)
        self.strip.fitted.connect(self._show_more)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Takes of another row may be let go here: they get this label."""
        if isinstance(event.source(), _Strip) and event.source() is not self.strip:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """They were."""
        event.acceptProposedAction()
        self.dropped.emit(self._name)

    def count(self) -> None:
        """Say how many takes of how many people there are."""
        takes = [take for take in map(self._document.header, self.model.ids) if take is not None]
        people = len({take.subject for take in takes if take.subject})
        takes_text = ntr("{count:,} take", "{count:,} takes", len(takes))
        self._count.setText(f"{takes_text} · {ntr('{count:,} person', '{count:,} people', people)}")
        self._show_more()

    def _show_more(self) -> None:
        """How many takes lie beyond the edge."""
        hidden = len(self.model.ids) - self.strip.fitting
        self._more.setText(f"+{hidden:,}" if hidden > 0 else "")
        self._more.setToolTip(
            tr("More takes: go there with the arrow keys, or Shift and the wheel.") if hidden > 0 else ""
        )

    def selected_ids(self) -> list[int]:
        """The ids of the selected takes, newest first."""
        return sorted((index.data(ID) for index in self.strip.selectionModel().selectedIndexes()), reverse=True)


class _Strip(QListView):
    """A horizontal strip of whole pictures that passes the Delete key on."""

    fitted = Signal()  # another number of pictures fits

    def __init__(self, row: TakeRow) -> None:
        super().__init__()
        self._row = row
        self.setProperty("role", "strip")
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setMovement(QListView.Movement.Static)
        self.setIconSize(SIZE)
        self.setUniformItemSizes(True)
        self.setDragEnabled(True)
        self.setAcceptDrops(False)  # the whole row takes them
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedHeight(ROW_HEIGHT)
        self.fitting = 0  # pictures that can be seen at once

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show whole pictures only."""
        step = self.sizeHintForColumn(0) if self.model() is not None and self.model().rowCount() else _ITEM_WIDTH
        fitting = max(1, (self.width() - 4) // max(step, 1))
        self.setViewportMargins(0, 0, max(0, self.width() - fitting * step + 4), 0)  # less the air after the last
        super().resizeEvent(event)
        if fitting != self.fitting:
            self.fitting = fitting
            self.fitted.emit()

    def select(self, take_ids: Collection[int]) -> bool:
        """Select those of these takes that are here, quietly; returns whether there are any."""
        chosen = [
            index
            for row in range(self.model().rowCount())
            if (index := self.model().index(row, 0)).data(ID) in take_ids
        ]
        with QSignalBlocker(self.selectionModel()):
            self.clearSelection()
            for index in chosen:
                self.selectionModel().select(index, QItemSelectionModel.SelectionFlag.Select)
        if chosen:
            self.scrollTo(chosen[0])
        self.viewport().update()
        return bool(chosen)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel goes through the labels; with Shift, or sideways, through the takes of one."""
        sideways = event.modifiers() & Qt.KeyboardModifier.ShiftModifier or event.angleDelta().x()
        if sideways:
            super().wheelEvent(event)
        else:
            event.ignore()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The right button, and the menu key."""
        self._row.menu_asked.emit(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete asks the page to delete what is selected; whatever writes something is a key of the page."""
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._row.delete_asked.emit()
        elif event.text().isprintable() and event.text():
            event.ignore()
        else:
            super().keyPressEvent(event)
