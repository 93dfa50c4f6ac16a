"""The facts of the open project and the advice that follows from them."""

from __future__ import annotations

from collections.abc import Callable

from tinylab.data.parts import Part
from tinylab.evaluation.advice import Advice, advice_of
from tinylab.evaluation.facts.fact import Fact, Known
from tinylab.evaluation.facts.menu import facts_of
from tinylab.events import Event
from tinylab.workflow.explore.content_checks import ContentChecks
from tinylab.workflow.project.change import Change, ChangeKind
from tinylab.workflow.project.document import Document

Overlaps = tuple[tuple[str, str], ...]


class ProjectFacts:
    """Computed when somebody asks and kept until something changes. Belongs to the owning thread."""

    def __init__(self, document: Document, checks: ContentChecks, window_s: Callable[[], float]) -> None:
        self.changed: Event[None] = Event()
        self._document, self._checks, self._window_s = document, checks, window_s
        self._overlaps: Overlaps | None = None
        self._facts: dict[str, Fact] | None = None
        document.changed.subscribe(self._document_changed)
        checks.changed.subscribe(lambda _: self.forget())

    @property
    def facts(self) -> dict[str, Fact]:
        """All facts by their names."""
        if self._facts is None:
            self._facts = facts_of(self._known())
        return self._facts

    @property
    def advice(self) -> tuple[Advice, ...]:
        """What they advise, what matters most first."""
        return advice_of(self.facts)

    def set_overlaps(self, overlaps: Overlaps | None) -> None:
        """What the feature map has shown of labels that lie among each other."""
        if overlaps != self._overlaps:
            self._overlaps = overlaps
            self.forget()

    def forget(self) -> None:
        """Something has changed: compute anew when somebody asks."""
        self._facts = None
        self.changed.emit(None)

    def _document_changed(self, change: Change) -> None:
        if change.kind is ChangeKind.PROJECT:
            self._overlaps = None
        if change.kind is not ChangeKind.LABELS:
            self.forget()

    def _known(self) -> Known:
        document, checks = self._document, self._checks
        parts: dict[int, tuple[Part, ...]] = {}
        for take, part in document.parts:
            parts[take.id] = (*parts.get(take.id, ()), part)
        return Known(document.takes, parts, self._window_s(), checks.findings, checks.duplicates, self._overlaps)
