"""The feature map: a point for each window, a cloud and a name for each class, the live window with its tail."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from tinylab.text import tr
from tinylab.ui.plots.clouds import Clouds, Group, name_ground
from tinylab.ui.plots.lasso import Lasso
from tinylab.ui.plots.plot import Plot, Range
from tinylab.ui.theme import theme

Points = npt.NDArray[np.float64]

_SIZE, _SMALL, _CHOSEN, _LIVE = 7, 5, 15, 16
_MANY: Final = 1200  # points, from which on they are small and let others shine through
_SEEN_ALPHA: Final = 150
_NEAR_PX: Final = 14.0  # how far beside a point a click may be
_AIR: Final = 0.08  # of the spread, around all points
_EDGE: Final = 0.02  # of what is shown
_TAIL_ALPHA: Final = 150
_STEPS: Final = {
    Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)
}  # fmt: skip


class MapPlot(Plot):
    """Points that are clicked, walked through with the arrow keys, and caught with a line drawn around them."""

    point_chosen = Signal(int)  # row
    caught = Signal(list)  # rows
    opened = Signal(int)  # row

    def __init__(self, parent: QWidget | None = None) -> None:
        self._pressed: QPointF | None = None
        super().__init__(tr("first direction"), "", tr("second direction"), "", parent)
        self.setAccessibleName(
            tr("Feature map: arrow keys go through the windows, Shift and arrows catch several, Enter opens the take")
        )
        self.lassoing = False  # dragging draws a line around points
        self.describe: Callable[[int], str] = lambda _row: ""  # what stands beside a point under the pointer
        self.points: Points = np.empty((0, 2))
        self.chosen: int | None = None
        self.marked: list[int] = []
        self._groups: Sequence[Group] = ()
        self._with_clouds = False
        self._dots: list[pg.ScatterPlotItem] = []
        self.clouds, self._lasso = Clouds(self), Lasso(self)
        self._marks, self._ring, self._tail = self._layer(12), self._layer(14), self._layer(17)
        self._you = pg.TextItem(tr("you, now"), anchor=(-0.15, 0.5))
        self._you.setZValue(18)
        self._you.hide()
        self.addItem(self._you, ignoreBounds=True)
        self.getViewBox().sigResized.connect(lambda _: self._draw_clouds())
        self.paint_theme()

    def _layer(self, height: int) -> pg.ScatterPlotItem:
        made = pg.ScatterPlotItem(pxMode=True)
        made.setZValue(height)
        self.addItem(made, ignoreBounds=True)
        return made

    def paint_theme(self) -> None:
        """No numbers at the axes, for the directions have no unit."""
        super().paint_theme()
        if self.plotItem is not None:
            for side in ("left", "bottom"):
                self.getAxis(side).setStyle(showValues=False, tickLength=0)
            self.getAxis("left").setWidth(24)
            self.showGrid(x=False, y=False)

    def paint_curves(self) -> None:
        """The marks over the points; groups bring their own colours."""
        if hasattr(self, "_you"):
            self._you.setColor(QColor(theme.tokens.text))
            self._you.fill = pg.mkBrush(name_ground())
            self._draw_marks()

    # --- what is shown ----------------------------------------------------------------------------------

    def show_map(self, points: Points, groups: Sequence[Group], *, clouds: bool) -> None:
        """Draw points (n, 2) in groups; with `clouds` each group has its name in it."""
        if len(points) != len(self.points):
            self.chosen, self.marked = None, []
        self.points, self._groups, self._with_clouds = points, groups, clouds
        for item in self._dots:
            self.removeItem(item)
        self._dots = []
        many = len(points) > _MANY
        edge = pg.mkPen(None) if many else pg.mkPen(theme.tokens.surface, width=0.7)
        for group in groups:
            at = points[group.rows]
            brush = pg.mkBrush(_see_through(group.colour) if many else group.colour)
            size = _SMALL if many else _SIZE
            dots = pg.ScatterPlotItem(at[:, 0], at[:, 1], size=size, symbol=group.symbol, pen=edge, brush=brush)
            self.addItem(dots, ignoreBounds=True)
            self._dots.append(dots)
        self.set_home(*(_with_air(points[:, axis]) for axis in (0, 1)))
        self._draw_clouds()
        self._draw_marks()

    def _draw_clouds(self) -> None:
        """Also whenever the plot has another size: names keep away from each other by pixels."""
        x, y = (_with_air(self.points[:, axis]) for axis in (0, 1))
        box = self.getViewBox()
        pixel = (x[1] - x[0]) / max(box.width(), 1.0), (y[1] - y[0]) / max(box.height(), 1.0)
        self.clouds.show(self.points, self._groups if self._with_clouds else (), pixel)

    def choose(self, row: int | None) -> None:
        """Put a ring around a point."""
        self.chosen = row
        self._draw_marks()

    def mark(self, rows: Sequence[int]) -> None:
        """Mark points as caught."""
        self.marked = list(rows)
        self._draw_marks()

    def _draw_marks(self) -> None:
        ink = theme.tokens.text
        marked = self.points[self.marked]
        self._marks.setData(marked[:, 0], marked[:, 1], size=_SIZE + 3, pen=pg.mkPen(ink, width=2), brush=None)
        ring = self.points[[self.chosen] if self.chosen is not None else []]
        self._ring.setData(
            ring[:, 0], ring[:, 1], size=_CHOSEN, pen=pg.mkPen(theme.tokens.accent, width=2.5), brush=None
        )

    def show_live(self, tail: Points) -> None:
        """Where the live window was and is, (moments, 2), the newest last; none of them hides it."""
        self._you.setVisible(len(tail) > 0)
        seen = self._to_edge(tail)
        if len(tail):
            away = bool((seen[-1] != tail[-1]).any())
            self._you.setText(tr("you, now: unlike all of them") if away else tr("you, now"))
            self._you.setAnchor((1.08 if seen[-1, 0] > self.getViewBox().viewRect().center().x() else -0.12, 0.5))
            self._you.setPos(*seen[-1])
        ages = np.linspace(0.25, 1.0, len(tail))
        brushes = []
        for age in ages:
            colour = QColor(theme.tokens.text)
            colour.setAlpha(255 if age == 1.0 else round(_TAIL_ALPHA * age))
            brushes.append(pg.mkBrush(colour))
        edge = pg.mkPen(theme.tokens.surface, width=1.5)
        self._tail.setData(seen[:, 0], seen[:, 1], size=_LIVE * ages, pen=edge, brush=brushes)

    def _to_edge(self, places: Points) -> Points:
        """What lies far outside is drawn at the edge, where it can be seen."""
        limits = [_with_air(self.points[:, axis]) for axis in (0, 1)]
        inner = [(low + _EDGE * (high - low), high - _EDGE * (high - low)) for low, high in limits]
        seen: Points = np.clip(places, [low for low, _ in inner], [high for _, high in inner])
        return seen

    def numbers(self) -> tuple[list[str], list[list[float]]]:
        """Where each point lies."""
        return [tr("first direction"), tr("second direction")], [self.points[:, 0].tolist(), self.points[:, 1].tolist()]

    # --- zoom, in both directions -----------------------------------------------------------------------

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Show less or more, around a point or the middle."""
        self._set_zoomed(True)
        self.getViewBox().scaleBy(x=factor, y=factor, center=at)

    def _set_zoomed(self, zoomed: bool) -> None:
        super()._set_zoomed(zoomed)
        self.setMouseEnabled(x=zoomed, y=zoomed)

    # --- mouse and keys ---------------------------------------------------------------------------------

    def nearest(self, at: QPointF) -> int | None:
        """The row of the point at a place of the scene; None where there is none."""
        box = self.getViewBox()
        if not len(self.points) or not box.sceneBoundingRect().contains(at):
            return None
        place = box.mapSceneToView(at)
        (left, right), (low, high) = box.viewRange()
        scale = np.array([box.width() / (right - left), box.height() / (high - low)])
        away = np.hypot(*((self.points - [place.x(), place.y()]) * scale).T)
        row = int(away.argmin())
        return row if away[row] <= _NEAR_PX else None

    def _view(self, event: QMouseEvent) -> QPointF:
        point: QPointF = self.getViewBox().mapSceneToView(self.mapToScene(event.position().toPoint()))
        return point

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """With Shift, or while the lasso is on, a line begins; else a point may be clicked."""
        if event.button() is Qt.MouseButton.LeftButton:
            if self.lassoing or event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self._lasso.begin(self._view(event))
                event.accept()
                return
            self._pressed = event.position()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draw on."""
        if self._lasso.drawing:
            self._lasso.go_on(self._view(event))
            event.accept()
            return
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The line is closed, or a point was clicked."""
        if self._lasso.drawing:
            self.caught.emit(self._lasso.end(self.points))
            event.accept()
            return
        pressed, self._pressed = self._pressed, None
        super().mouseReleaseEvent(event)
        if pressed is not None and (event.position() - pressed).manhattanLength() < _NEAR_PX / 2:
            row = self.nearest(self.mapToScene(event.position().toPoint()))
            if row is not None:
                self.point_chosen.emit(row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right go through the windows of a class, up and down through the classes; with Shift they catch."""
        key = Qt.Key(event.key())
        if key in _STEPS and len(self.points):
            before = self.chosen
            row = self._beside(*_STEPS[key])
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                caught = [*self.marked, *([before] if before is not None else []), row]
                self.caught.emit(list(dict.fromkeys(caught)))
            self.point_chosen.emit(row)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.chosen is not None:
            self.opened.emit(self.chosen)
        else:
            super().keyPressEvent(event)

    def _beside(self, by: int, groups: int) -> int:
        """The row that lies so many windows and groups further; the first of all where none is chosen."""
        filled = [group.rows.tolist() for group in self._groups if len(group.rows)]
        for number, rows in enumerate(filled):
            if self.chosen in rows:
                if groups:
                    return int(filled[(number + groups) % len(filled)][0])
                return int(rows[(rows.index(self.chosen) + by) % len(rows)])
        return int(filled[0][0])

    def _moved(self, at: QPointF) -> None:
        row = self.nearest(at)
        text = self.describe(row) if row is not None else ""
        self._reading.setVisible(bool(text))
        if text and row is not None:
            x, y = self.points[row]
            (left, right), (low, high) = self.getViewBox().viewRange()
            self._reading.setAnchor((1.05 if x > (left + right) / 2 else -0.05, 0 if y > (low + high) / 2 else 1))
            self._reading.setText(text)
            self._reading.setPos(x, y)


def _see_through(colour: QColor) -> QColor:
    made = QColor(colour)
    made.setAlpha(_SEEN_ALPHA)
    return made


def _with_air(values: npt.NDArray[np.float64]) -> Range:
    low, high = (float(values.min()), float(values.max())) if len(values) else (-1.0, 1.0)
    air = max(high - low, 1e-6) * _AIR
    return low - air, high + 2 * air
