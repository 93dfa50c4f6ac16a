"""A take to work on: its regions with edges to drag, handles that trim it, gaps in grey, and where it plays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import pyqtgraph as pg
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent
from PySide6.QtWidgets import QWidget

from tinylab.text import tr
from tinylab.ui.plots.signal import SignalPlot
from tinylab.ui.plots.stretches import Stretch, put_name
from tinylab.ui.theme import theme

_LEAST_S = 0.02  # of a region that is drawn


@dataclass(frozen=True, slots=True)
class DrawnRegion:
    """A region as it is drawn, in s."""

    id: int
    label: str
    start: float
    end: float
    colour: QColor


class TakePlot(SignalPlot):
    """The signal of one take, with what can be dragged in it."""

    trimmed = Signal(float, float)  # the part to keep, in s
    region_drawn = Signal(float, float)
    region_moved = Signal(int, float, float)
    region_chosen = Signal(int)
    placed = Signal(float)  # a click: where to split, and where to play from

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("The take; click to choose a place, drag the blue edges to trim"))
        self.drawing = False  # dragging draws a region
        self._length = 0.0
        self._regions: tuple[DrawnRegion, ...] = ()
        self._from: float | None = None
        self._items: list[pg.LinearRegionItem] = []
        self._captions: list[pg.TextItem] = []
        self.handles = pg.LinearRegionItem(movable=False)
        self.handles.setBrush(QColor(0, 0, 0, 0))
        self.handles.setHoverBrush(QColor(0, 0, 0, 0))
        self.handles.setZValue(18)
        for line in self.handles.lines:
            line.setMovable(True)
            line.sigPositionChangeFinished.connect(self._handles_let_go)
        self.addItem(self.handles, ignoreBounds=True)
        self.cursor_line = pg.InfiniteLine(0.0, angle=90, movable=False)
        self.addItem(self.cursor_line, ignoreBounds=True)
        self.getViewBox().sigTransformChanged.connect(lambda _: self._put_names())
        self._sketch = pg.LinearRegionItem(movable=False)
        self._sketch.hide()
        self.addItem(self._sketch, ignoreBounds=True)
        self.paint_theme()

    def paint_curves(self) -> None:
        """Handles in the accent."""
        super().paint_curves()
        if hasattr(self, "cursor_line"):
            accent = theme.tokens.accent
            for line in self.handles.lines:
                line.setPen(pg.mkPen(accent, width=2))
                line.setHoverPen(pg.mkPen(accent, width=4))
            self.cursor_line.setPen(pg.mkPen(theme.tokens.text, width=1, style=Qt.PenStyle.DotLine))
            self._put_names()

    def show_take(self, seconds: float, regions: Sequence[DrawnRegion]) -> None:
        """Put handles at both ends, and draw the regions."""
        self._length = seconds
        self.handles.blockSignals(True)
        for line, place in zip(self.handles.lines, (0.0, seconds), strict=True):
            line.setBounds((0.0, seconds))
            line.setValue(place)
        self.handles.blockSignals(False)
        self._regions = tuple(regions)
        for item in (*self._items, *self._captions):
            self.removeItem(item)
        self._items, self._captions = [], []
        for region in regions:
            self._draw_region(region)
        self._put_names()

    def _put_names(self) -> None:
        """Also whenever another part is shown: a name is as long as what is seen of its region."""
        for region, item in zip(self._regions, self._captions, strict=False):
            put_name(self, item, Stretch(region.start, region.end, region.label, region.colour), self.top)

    def _draw_region(self, region: DrawnRegion) -> None:
        soft = QColor(region.colour)
        soft.setAlpha(55)
        item = pg.LinearRegionItem((region.start, region.end), bounds=(0.0, self._length), movable=True, brush=soft)
        item.setHoverBrush(soft)
        for line in item.lines:
            line.setPen(pg.mkPen(region.colour, width=2))
            line.setHoverPen(pg.mkPen(region.colour, width=4))
        item.setZValue(5)
        item.sigRegionChangeFinished.connect(partial(self._region_let_go, region.id))
        self.addItem(item, ignoreBounds=True)
        name = pg.TextItem(anchor=(0, 0))
        self.addItem(name, ignoreBounds=True)
        self._items.append(item)
        self._captions.append(name)

    def show_position(self, seconds: float) -> None:
        """Where it plays, or where it was clicked."""
        self.cursor_line.setValue(seconds)

    def _handles_let_go(self) -> None:
        start, end = sorted(line.value() for line in self.handles.lines)
        self.trimmed.emit(start, end)

    def _region_let_go(self, region_id: int, item: pg.LinearRegionItem) -> None:
        start, end = item.getRegion()
        self.region_moved.emit(region_id, float(start), float(end))

    # --- the mouse ----------------------------------------------------------------------------------------

    def _time_at(self, event: QMouseEvent) -> float:
        point = self.getViewBox().mapSceneToView(self.mapToScene(event.position().toPoint()))
        return float(min(max(point.x(), 0.0), self._length))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click chooses a place; while regions are drawn it begins one."""
        if event.button() is Qt.MouseButton.LeftButton:
            here = self._time_at(event)
            if self.drawing:
                self._from = here
                self._show_sketch(here)
                event.accept()
                return
            self.placed.emit(here)
            chosen = self._region_at(here)
            if chosen is not None:
                self.region_chosen.emit(chosen)
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draw on."""
        if self._from is not None:
            self._show_sketch(self._time_at(event))
            event.accept()
            return
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The region is drawn; one without a length is none."""
        if self._from is None:
            super().mouseReleaseEvent(event)
            return
        start, end = sorted((self._from, self._time_at(event)))
        self._from = None
        self._sketch.hide()
        if end - start >= _LEAST_S:
            self.region_drawn.emit(start, end)
        event.accept()

    def _show_sketch(self, here: float) -> None:
        assert self._from is not None
        self._sketch.setRegion(sorted((self._from, here)))
        self._sketch.show()

    def _region_at(self, seconds: float) -> int | None:
        found = (each.id for each in self._regions if each.start <= seconds <= each.end)
        return next(found, None)
