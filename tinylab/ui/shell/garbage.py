"""Garbage is collected in the window's thread alone.

Python collects wherever it happens to allocate, so also in the thread that reads the board. If what it finds there is a
Qt object, its destructor needs a lock of Qt that the window's thread may hold while that waits for Python's own: both
stand still for ever. Seen once, between a link and a menu.
"""

from __future__ import annotations

import gc
from typing import Final

from PySide6.QtCore import QObject, QTimer

_EVERY_MS: Final = 500


class GarbageCollector(QObject):
    """Does on a timer what Python does by itself, by Python's own thresholds."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self.collect)
        self._timer.start()

    def collect(self) -> None:
        """The oldest generation that is due, and with it the younger ones."""
        due = [count > most for count, most in zip(gc.get_count(), gc.get_threshold(), strict=True)]
        for generation in (2, 1, 0):
            if due[generation]:
                gc.collect(generation)
                return


def collect_here(application: QObject) -> None:
    """From now on no other thread collects; called in the window's thread, and again does no harm."""
    gc.disable()
    if application.findChild(GarbageCollector) is None:
        GarbageCollector(application)
