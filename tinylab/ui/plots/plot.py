"""A plot as every page shows it: named axes in the theme's colours, a reading, zoom, pictures to save."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QAction, QColor, QFontMetrics, QKeyEvent, QMouseEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QToolButton, QWidget

from tinylab.text import tr
from tinylab.ui.plots.saving import SaveButton, ask_and_save, save_and_say, save_picture
from tinylab.ui.theme import SMALL_PX, font, theme
from tinylab.ui.widgets.basic import icon, keep_focus

Range = tuple[float, float]

_BEYOND = 4  # px that the name of the left axis may be longer than the axis
_NEVER = ((0.0, 0.0),)  # pyqtgraph would write an accuracy of 0.9 as 900, in thousandths


class Plot(pg.PlotWidget):  # type: ignore[misc]
    """A plot as every page shows it: subclasses add curves and say how a point is read out."""

    _back: QToolButton | None = None  # Qt resizes a widget before it is whole
    _save: QToolButton | None = None

    def __init__(self, x_name: str, x_unit: str, y_name: str, y_unit: str, parent: QWidget | None = None) -> None:
        super().__init__(parent, enableMenu=False)  # pyqtgraph's menu takes half of the time that a plot takes to make
        self._names = (x_name, x_unit, y_name, y_unit)
        self.hideButtons()
        self.zoomed = False
        self._home: dict[str, Range | None] = {"x": None, "y": None}  # None: whatever the data need
        self.setMouseEnabled(x=False, y=False)  # until it is zoomed; before, the wheel is the page's
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._back = self._corner_button(
            "fit-to-screen-outline", tr("Show everything again"), tr("(double click, or Home)"), self.show_everything
        )
        self._back.hide()
        self._save = SaveButton(self, self.numbers, self)
        self.setAccessibleName(f"{y_name} {tr('over')} {x_name}")
        self._reading = pg.TextItem(anchor=(0, 1))
        self._reading.setZValue(20)
        self._reading.hide()
        self.addItem(self._reading, ignoreBounds=True)
        self._cross = pg.InfiniteLine(angle=90, movable=False)
        self._cross.hide()
        self.addItem(self._cross, ignoreBounds=True)
        self.scene().sigMouseMoved.connect(self._moved)
        self.getViewBox().sigResized.connect(lambda _: self._name_left())
        self._add_actions()
        theme.changed.connect(self.paint_theme)

    def _add_actions(self) -> None:
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        for text, work in (
            (tr("Show everything"), self.show_everything),
            (tr("Save picture or numbers …"), lambda: ask_and_save(self, self.numbers)),
        ):
            action = QAction(text, self)
            action.triggered.connect(lambda _checked=False, do=work: do())
            self.addAction(action)

    def sizeHint(self) -> QSize:
        """Modest: a plot takes the room that is left, and asks for none."""
        return QSize(320, 110)

    # --- zoom -------------------------------------------------------------------------------------------

    def _corner_button(self, icon_name: str, text: str, more: str, act: Callable[[], None]) -> QToolButton:
        made = QToolButton(self)
        made.setProperty("icon_name", icon_name)
        made.setIcon(icon(icon_name))
        made.setAccessibleName(text)
        made.setToolTip(f"{text} {more}")
        keep_focus(made)
        made.clicked.connect(act)
        return made

    def set_home(self, x: Range | None = None, y: Range | None = None) -> None:
        """What is shown while nobody has zoomed: a range for an axis, or None for whatever the data need."""
        self._home = {"x": x, "y": y}
        if not self.zoomed:
            self._go_home()

    def _go_home(self) -> None:
        box = self.getViewBox()
        for axis, name in enumerate(("x", "y")):
            wanted = self._home[name]
            if wanted is None:
                box.enableAutoRange(axis)
            else:
                (box.setXRange, box.setYRange)[axis](*wanted, padding=0)

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Show less (factor below 1) or more of the time, around a point of the plot or its middle."""
        box = self.getViewBox()
        self._set_zoomed(True)
        box.scaleBy(x=factor, center=at)

    def show_everything(self) -> None:
        """Undo zooming and panning; also what a new run or project begins with."""
        self._set_zoomed(False)
        self._go_home()

    def _set_zoomed(self, zoomed: bool) -> None:
        self.zoomed = zoomed
        self.setMouseEnabled(x=zoomed, y=False)
        if self._back is not None:
            self._back.setVisible(zoomed)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel zooms with Ctrl, or once the plot was clicked; else it scrolls the page."""
        ctrl = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if not (ctrl or self.hasFocus()):
            event.ignore()
            return
        point = self.getViewBox().mapSceneToView(self.mapToScene(event.position().toPoint()))
        self.zoom(0.999 ** event.angleDelta().y(), point)
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """A double click brings everything back."""
        self.show_everything()
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Plus and minus zoom, the arrows go along, Home brings everything back."""
        low, high = self.getViewBox().viewRange()[0]
        keys = {Qt.Key.Key_Plus: 0.7, Qt.Key.Key_Minus: 1 / 0.7}
        step = {Qt.Key.Key_Left: -0.2, Qt.Key.Key_Right: 0.2}
        key = Qt.Key(event.key())
        if key in keys:
            self.zoom(keys[key])
        elif key in step and self.zoomed:
            self.getViewBox().translateBy(x=step[key] * (high - low))
        elif key == Qt.Key.Key_Home:
            self.show_everything()
        else:
            event.ignore()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The buttons stay in their corner."""
        super().resizeEvent(event)
        right = self.width() - 6
        for each in (self._save, self._back):
            if each is not None:
                right -= each.sizeHint().width()
                each.move(right, 4)

    def paint_theme(self) -> None:
        """Take the theme's colours."""
        if self.plotItem is None:
            return  # closed, and only waiting to be forgotten
        t = theme.tokens
        self.setBackground(t.surface)
        x_name, x_unit, y_name, y_unit = self._names
        style = {"color": t.muted, "font-size": f"{SMALL_PX}px"}
        for each in (self._save, self._back):
            if each is not None:
                each.setIcon(icon(str(each.property("icon_name"))))
        for side, text in (("bottom", _named(x_name, x_unit)), ("left", _named(y_name, y_unit))):
            axis = self.getAxis(side)
            axis.setPen(pg.mkPen(t.line))
            axis.setTextPen(pg.mkPen(t.muted))
            axis.setTickFont(font(11))
            axis.setLabel(text, siPrefixEnableRanges=_NEVER, **style)
        self._name_left()
        self.getAxis("left").setWidth(58)
        self.showGrid(x=False, y=True, alpha=0.18)
        self._cross.setPen(pg.mkPen(t.muted, style=Qt.PenStyle.DotLine))
        self._reading.setColor(QColor(t.text))
        self._reading.fill = pg.mkBrush(t.surface)
        self._reading.border = pg.mkPen(t.line)
        self.paint_curves()

    def _name_left(self) -> None:
        """In a low plot only the unit stands at the left axis, for a name that is cut says nothing."""
        _, _, name, unit = self._names
        text = _named(name, unit)
        fits = QFontMetrics(font(SMALL_PX)).horizontalAdvance(text) <= self.getViewBox().height() + _BEYOND
        shown, axis = text if fits or not unit else unit, self.getAxis("left")
        if axis.labelText != shown:
            axis.setLabel(shown, siPrefixEnableRanges=_NEVER, **axis.labelStyle)
            axis.resizeEvent()  # puts it in the middle again

    def paint_curves(self) -> None:
        """Colours and line styles of a subclass's curves; called again with every theme."""

    def reading_at(self, _x: float) -> str:
        """What stands under the pointer, in words; empty for nothing."""
        return ""

    def _moved(self, at: QPointF) -> None:
        box = self.getViewBox()
        inside = box.sceneBoundingRect().contains(at)
        point = box.mapSceneToView(at) if inside else None
        text = self.reading_at(point.x()) if point is not None else ""
        self._reading.setVisible(bool(text))
        self._cross.setVisible(bool(text))
        if text and point is not None:
            (left, right), (low, high) = box.viewRange()
            beside = 1.05 if point.x() > (left + right) / 2 else -0.05  # towards the middle, so that nothing is cut
            self._reading.setAnchor((beside, 0 if point.y() > (low + high) / 2 else 1))
            self._reading.setText(text)
            self._reading.setPos(point.x(), point.y())
            self._cross.setPos(point.x())

    def leaveEvent(self, event: object) -> None:
        """The pointer has gone."""
        self._reading.hide()
        self._cross.hide()
        super().leaveEvent(event)

    def save(self, path: Path) -> None:
        """Write what is shown as PNG, SVG or CSV, by the file's ending; where that fails, say so."""
        save_and_say(self, path, self.numbers)

    def numbers(self) -> tuple[list[str], list[list[float]]]:
        """(names, columns) of what is drawn, two columns a curve: where, and how much."""
        names: list[str] = []
        columns: list[npt.NDArray[np.float64]] = []
        x_name, x_unit, y_name, y_unit = self._names
        for curve in self.getPlotItem().listDataItems():
            x, y = curve.getOriginalDataset()
            if x is not None and len(x) and curve.isVisible():
                name = curve.name() or y_name
                names += [_named(x_name, x_unit), _named(name, y_unit)]
                columns += [np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)]
        if columns and all(np.array_equal(columns[0], each) for each in columns[0::2]):
            names, columns = [names[0], *names[1::2]], [columns[0], *columns[1::2]]
        return names, [column.tolist() for column in columns]

    def save_picture(self, path: Path) -> None:
        """Write what is shown as PNG or SVG, by the file's ending; raises OSError where it cannot be written."""
        save_picture(self, path)


def _named(name: str, unit: str) -> str:
    return f"{name} ({unit})" if unit else name
