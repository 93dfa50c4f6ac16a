"""The verdict on a take by all that is known: wire and time, the project's other takes, and what it holds."""

from __future__ import annotations

from statistics import median

from tinylab.data.recording import Header
from tinylab.data.samples import Gap
from tinylab.data.verdict import Verdict, judge
from tinylab.errors import TinyLabError
from tinylab.events import Event
from tinylab.workflow.explore.content_checks import ContentChecks
from tinylab.workflow.project.change import Change, ChangeKind
from tinylab.workflow.project.document import Document


class Verdicts:
    """Belongs to the owning thread. What a take holds is known only once the checks have looked at it."""

    def __init__(self, document: Document, checks: ContentChecks) -> None:
        self.changed: Event[frozenset[int]] = Event()  # ids of takes on which the verdict may be another now
        self._document, self._checks = document, checks
        self._usual_hz: float | None = None
        self._gaps: dict[Header, tuple[Gap, ...]] = {}
        document.changed.subscribe(self._follow)
        checks.changed.subscribe(self.changed.emit)

    def of(self, take: Header) -> Verdict:
        """The verdict on a take of the open project."""
        content = [finding.sentence for finding in self._checks.of(take.id)]
        return judge(take, gaps=self.gaps(take), usual_rate_hz=self._usual, content=content)

    def gaps(self, take: Header) -> tuple[Gap, ...]:
        """Where samples are missing inside a take; none where nobody can say."""
        if not take.lost:
            return ()
        if take not in self._gaps:
            try:
                self._gaps[take] = self._document.open_project().samples.gaps(take.id)
            except TinyLabError:
                return ()
        return self._gaps[take]

    @property
    def _usual(self) -> float:
        """The rate that most takes have, in Hz; 0 where there are too few to tell."""
        if self._usual_hz is None:
            rates = [take.rate_hz for take in self._document.takes]
            self._usual_hz = median(rates) if len(rates) > 2 else 0.0
        return self._usual_hz

    def _follow(self, change: Change) -> None:
        if change.kind is ChangeKind.PROJECT:
            self._gaps.clear()
        if change.kind in {ChangeKind.PROJECT, ChangeKind.TAKES}:
            self._usual_hz = None
