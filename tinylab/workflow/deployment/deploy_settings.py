"""What the user chose for the board: when it decides, and which range it measures with; a setting of the project."""

from __future__ import annotations

from typing import Any

from tinylab.deploy.decision import Decision
from tinylab.events import Event
from tinylab.text import tr
from tinylab.workflow.project.change import Change, ChangeKind
from tinylab.workflow.project.document import Document

SETTING = "deployment"


class DeploySettings:
    """Kept in the project, so that undo takes a change back; the next image is built with them."""

    def __init__(self, document: Document) -> None:
        self.changed: Event[None] = Event()
        self.decided: Event[None] = Event()  # the decision of this project was changed, by the user or an undo
        self._document = document
        self._unsaved: dict[str, Any] = {}  # where the project cannot be written, they count until it is closed
        self._last = self.decision
        document.changed.subscribe(self._follow)

    def _follow(self, change: Change) -> None:
        if change.kind is ChangeKind.PROJECT:
            self._unsaved = {}
            self._last = self.decision
            self.changed.emit(None)
        elif change.kind is ChangeKind.SETTINGS:
            self._report()

    def _report(self) -> None:
        before, self._last = self._last, self.decision
        self.changed.emit(None)
        if self._last != before:
            self.decided.emit(None)

    def _stored(self) -> dict[str, Any]:
        found = self._document.setting(SETTING)
        return {**(found if isinstance(found, dict) else {}), **self._unsaved}

    @property
    def decision(self) -> Decision:
        """When the board commits itself to a class."""
        try:
            return Decision.from_json(self._stored()["decision"])
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
            return Decision()

    @property
    def range_g(self) -> int | None:
        """The range that the user chose for the board; None: as the takes, with headroom."""
        found = self._stored().get("range_g")
        return found if isinstance(found, int) and not isinstance(found, bool) and found > 0 else None

    def set_decision(self, decision: Decision) -> None:
        """Change when the board commits itself; changes in a row are one step of undo."""
        self._change("decision", decision.to_json(), tr("settings of the decision"))

    def set_range(self, range_g: int | None) -> None:
        """Change what the board measures with."""
        self._change("range_g", range_g, tr("range of the board"))

    def _change(self, name: str, value: Any, what: str) -> None:
        stored = self._stored()
        if stored.get(name) == value:
            return
        if self._document.project is None or self._document.read_only:
            self._unsaved[name] = value
            self._report()
        elif not self._document.set_setting(SETTING, {**stored, name: value}, what, joins=True):
            self._report()  # what is shown is what is stored, so that it can be done again
