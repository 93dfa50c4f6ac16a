"""Makes the parts that the page Explore shows, and lets them feed each other."""

from __future__ import annotations

from tinylab.workers.client import WorkerClient
from tinylab.workflow.explore.content_checks import ContentChecks
from tinylab.workflow.explore.feature_map import FeatureMap
from tinylab.workflow.explore.picture import Layout, Picture
from tinylab.workflow.explore.project_facts import ProjectFacts
from tinylab.workflow.explore.proposals import Proposals
from tinylab.workflow.explore.split_view import SplitSides
from tinylab.workflow.explore.take_views import TakeViews
from tinylab.workflow.explore.verdicts import Verdicts
from tinylab.workflow.inbox import Inbox
from tinylab.workflow.project.document import Document
from tinylab.workflow.training.trainer import Trainer


class Exploring:
    """All of it; `checks` and `feature_map` sleep until their `start`, `proposals` until its `look`."""

    def __init__(self, inbox: Inbox, document: Document, trainer: Trainer, worker: WorkerClient) -> None:
        self.checks = ContentChecks(inbox, document)
        self.verdicts = Verdicts(document, self.checks)
        self.facts = ProjectFacts(document, self.checks, lambda: trainer.settings.windows.window_s)
        self.feature_map = FeatureMap(inbox, document, trainer, worker)
        self.proposals = Proposals(inbox, document, trainer)
        self.split_sides = SplitSides(document, trainer, lambda: self.checks.duplicates or ())
        self.take_views = TakeViews(inbox, document, self.checks, lambda: trainer.settings.windows.window_s)
        self._seen: Picture | None = None
        self.feature_map.changed.subscribe(lambda _: self._follow_map())

    def close(self) -> None:
        """End what runs; the worker must be closed before, for nothing waits for its answers then."""
        self.checks.close()
        self.feature_map.close()
        self.proposals.close()
        self.take_views.close()

    def _follow_map(self) -> None:
        """What a new picture shows is said to those who use it."""
        picture = self.feature_map.picture
        if picture is self._seen:
            return
        self._seen = picture
        self.proposals.set_odd(picture.around.odd if picture is not None else ())
        if picture is None or picture.layout is not Layout.LAYER:  # a network has learned the labels, features have not
            self.facts.set_overlaps(picture.around.overlaps if picture is not None else None)
