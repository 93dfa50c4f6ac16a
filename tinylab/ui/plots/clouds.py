"""What of a feature map has no single point: a soft cloud for each group, and its name where nothing covers it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtGui import QColor, QFont

from tinylab.ui.contrast import readable
from tinylab.ui.formats import one_line
from tinylab.ui.theme import font, theme

Points = npt.NDArray[np.float64]

_SPREADS: Final = 1.7  # standard deviations that a cloud reaches
_CORNERS: Final = 48
_LEAST: Final = 3  # points of a cloud
_SOFT: Final = 34  # of 255
_GROUND: Final = 215  # behind a name
_LONGEST: Final = 18
_CHARACTER_PX, _NAME_HEIGHT_PX = 7.6, 18.0  # that a name is given


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Points that have one colour."""

    name: str  # what a legend says
    colour: QColor
    rows: npt.NDArray[np.int64]
    symbol: str = "o"


class Clouds:
    """Ellipses and names in a plot."""

    def __init__(self, plot: pg.PlotWidget) -> None:
        self._plot = plot
        self._items: list[pg.PlotCurveItem | pg.TextItem] = []
        self.names: list[tuple[str, float, float]] = []  # as they stand

    def show(self, points: Points, groups: Sequence[Group], pixel: tuple[float, float]) -> None:
        """Draw these; `pixel` is how far one pixel reaches along x and y."""
        for item in self._items:
            self._plot.removeItem(item)
        self._items, self.names = [], []
        for group in sorted(groups, key=lambda each: -_top(points[each.rows])):
            of_group = points[group.rows]
            if len(of_group) >= _LEAST:
                self._add_cloud(ellipse(of_group), group.colour)
            if len(of_group) and group.name:
                self._add_name(group, of_group, pixel)

    def _add_cloud(self, edge: Points, colour: QColor) -> None:
        soft = _with_alpha(colour, _SOFT)
        cloud = pg.PlotCurveItem(edge[:, 0], edge[:, 1], pen=None, fillLevel="enclosed", brush=soft)
        cloud.setZValue(-8)
        self._plot.addItem(cloud, ignoreBounds=True)
        self._items.append(cloud)

    def _add_name(self, group: Group, points: Points, pixel: tuple[float, float]) -> None:
        text = one_line(group.name, _LONGEST)
        x, y = float(np.median(points[:, 0])), _top(points)
        character, height = _CHARACTER_PX * pixel[0], _NAME_HEIGHT_PX * pixel[1]
        while any(
            abs(x - at) < character * (len(text) + len(name)) / 2 and abs(y - up) < height
            for name, at, up in self.names
        ):
            y -= height / 2
        item = pg.TextItem(text, color=readable(group.colour), anchor=(0.5, 1))
        item.fill = pg.mkBrush(name_ground())
        item.setFont(font(12, QFont.Weight.DemiBold))
        item.setPos(x, y)
        item.setZValue(16)
        self._plot.addItem(item, ignoreBounds=True)
        self._items.append(item)
        self.names.append((text, x, y))


def name_ground() -> QColor:
    """What lies behind a name, so that it can be read over points."""
    return _with_alpha(theme.colour("surface"), _GROUND)


def _with_alpha(colour: QColor, alpha: int) -> QColor:
    made = QColor(colour)
    made.setAlpha(alpha)
    return made


def _top(points: Points) -> float:
    """The upper edge of most of a group, for one window far away is not where its name belongs."""
    return float(np.quantile(points[:, 1], 0.97)) if len(points) else 0.0


def ellipse(points: Points) -> Points:
    """The edge (corners, 2) of the ellipse that holds most of the points (n, 2)."""
    values, vectors = np.linalg.eigh(np.cov(points.T))
    angles = np.linspace(0, 2 * np.pi, _CORNERS)
    circle = np.stack([np.cos(angles), np.sin(angles)]) * (_SPREADS * np.sqrt(np.maximum(values, 0.0)))[:, None]
    edge: Points = (vectors @ circle).T + points.mean(axis=0)
    return edge
