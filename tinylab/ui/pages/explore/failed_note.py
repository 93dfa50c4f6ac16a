"""Why the map could not be drawn anew, while the picture of before is still shown."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from tinylab.text import tr
from tinylab.ui.widgets.basic import button, set_tone, text_label
from tinylab.workflow.explore.feature_map import FeatureMap


class FailedNote(QWidget):
    """The reason, and a button that tries again."""

    def __init__(self, feature_map: FeatureMap) -> None:
        super().__init__()
        self._map = feature_map
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self.reason = text_label("", "small", wrap=True)
        set_tone(self.reason, "error")
        row.addWidget(self.reason, 1)
        self.again = button(tr("Try again"), feature_map.draw_again, "link")
        row.addWidget(self.again)

    def refresh(self) -> bool:
        """Draw it; returns whether anything failed."""
        reason = self._map.reason
        self.reason.setText(tr("{reason} The map of before is shown.", reason=reason) if reason else "")
        return bool(reason)
