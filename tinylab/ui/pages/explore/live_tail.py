"""The live window in the feature map, with a short tail of where it was."""

from __future__ import annotations

from collections import deque
from typing import Final

import numpy as np

from tinylab.ui.plots.feature_map import MapPlot
from tinylab.workflow.explore.picture import Picture
from tinylab.workflow.session import Session

_MOMENTS: Final = 14  # that stay
_EVERY_S: Final = 0.1  # between two of them


class LiveTail:
    """Asks the map where the newest window lies while a board streams."""

    def __init__(self, session: Session, plot: MapPlot) -> None:
        self._session, self._plot = session, plot
        self._tail: deque[tuple[float, float]] = deque(maxlen=_MOMENTS)
        self._moved_at = 0.0

    def forget(self) -> None:
        """Another map is shown."""
        self._tail.clear()
        self._draw()

    def tick(self, picture: Picture | None) -> None:
        """Move on, where it is time to; called at the screen's pace."""
        now = self._session.inbox.now()
        if 0 <= now - self._moved_at < _EVERY_S:
            return
        self._moved_at = now
        linked = self._session.connection.linked
        point = None
        if linked is not None and picture is not None and picture.projection is not None:
            rate = linked.identity.hello.rate_hz
            shot = linked.link.stream.snapshot(round(picture.window_s * rate) + 1)
            point = self._session.explore.feature_map.live_point(shot.counts * linked.g_per_count, rate)
        if point is not None:
            self._tail.append(point)
            self._draw()
        elif self._tail:
            self.forget()

    def _draw(self) -> None:
        self._plot.show_live(np.array(self._tail).reshape(-1, 2))
