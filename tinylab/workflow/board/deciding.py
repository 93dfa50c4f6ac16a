"""How the connected board decides: read from it, and changed on it at once while thresholds are dragged."""

from __future__ import annotations

from tinylab.deploy.decision import BoardDecision, Decision
from tinylab.errors import CancelledError, TinyLabError
from tinylab.events import Event
from tinylab.link import wire
from tinylab.link.board import decision_settings, set_decision
from tinylab.text import tr
from tinylab.workflow.board.connection import Connection
from tinylab.workflow.board.opened_board import Linked
from tinylab.workflow.deployment.deploy_settings import DeploySettings
from tinylab.workflow.notices import Notices
from tinylab.workflow.task import Task, Tasks


class Deciding:
    """Thresholds, smoothing and consecutive decisions of the board that is connected.

    Changes go to the board in a task, the newest only: while one is on its way, the next ones wait and replace each
    other. `keep` puts them into the project, where the next image takes them from.
    """

    def __init__(self, connection: Connection, tasks: Tasks, notices: Notices, settings: DeploySettings) -> None:
        self.changed: Event[None] = Event()
        self.decision: BoardDecision | None = (
            None  # what decides now; None where nothing decides, or it is not known yet
        )
        self._connection, self._tasks, self._notices, self._settings = connection, tasks, notices, settings
        self._linked: Linked | None = None
        self._exact: Decision | None = None  # what was chosen last
        self._sending: Task[BoardDecision] | None = None
        self._waits = False  # a newer change, to be sent when the one on its way has arrived
        connection.changed.subscribe(lambda _: self._follow())
        settings.decided.subscribe(lambda _: self._follow_project())

    @property
    def on_board(self) -> bool:
        """Whether the board itself takes changes; an older firmware decides as it was built to."""
        linked = self._linked
        return linked is not None and bool(linked.identity.hello.capabilities & wire.CAPABILITY_DECISION)

    @property
    def labels(self) -> tuple[str, ...]:
        """The classes of the board."""
        return self._linked.identity.labels if self._linked else ()

    @property
    def thresholds(self) -> tuple[float, ...]:
        """The probability that each class needs; empty where it is not known."""
        return self.decision.probabilities() if self.decision else ()

    def set_threshold(self, number: int, threshold: float) -> None:
        """Change the threshold of a class, by its number, at once."""
        if self.decision is not None and 0 <= number < len(self.labels):
            now = self._as_chosen()
            self._use(now.with_threshold(self.labels[number], threshold))

    def keep(self) -> None:
        """Put what decides now into the project, as at the end of a drag."""
        if self.decision is not None:
            self._settings.set_decision(self._as_chosen())

    def _as_chosen(self) -> Decision:
        """What decides now, as it was chosen; a board alone knows it in steps of an int8."""
        assert self.decision is not None
        for known in (self._exact, self._settings.decision):
            if known is not None and known.settings(self.labels) == self.decision:
                return known
        return self.decision.decision(self.labels)

    # --- the board ----------------------------------------------------------------------------------------

    def _follow(self) -> None:
        """Another board, or the same after a new connection: how does it decide?"""
        linked = self._connection.linked
        if linked is not None and self._linked is not None and linked.link is self._linked.link:
            return
        self._linked, self.decision, self._waits = linked, None, False
        if linked is not None and linked.identity.has_model:
            if self.on_board:
                self._ask(linked)
            else:
                self.decision = self._settings.decision.settings(linked.identity.labels)
        self.changed.emit(None)

    def _ask(self, linked: Linked) -> None:
        task = self._tasks.start(tr("Asking how the board decides"), lambda _: _read(linked))
        task.then(lambda found: self._arrived(linked, found), lambda error: self._failed(linked, error))

    def _follow_project(self) -> None:
        """The page Deploy, or an undo, has changed the settings: the board that is connected follows."""
        if self.decision is not None and self._settings.decision.settings(self.labels) != self.decision:
            self._use(self._settings.decision)

    def _use(self, decision: Decision) -> None:
        self._exact, self.decision = decision, decision.settings(self.labels)
        self.changed.emit(None)
        if self.on_board:
            self._send()

    def _send(self) -> None:
        linked, decision = self._linked, self.decision
        if linked is None or decision is None:
            return
        if self._sending is not None:
            self._waits = True
            return

        def work(_: Task[BoardDecision]) -> BoardDecision:
            set_decision(linked.link, decision.consecutive, decision.smoothing, decision.thresholds)
            return decision

        self._sending = self._tasks.start(tr("Changing how the board decides"), work)
        self._sending.then(lambda _: self._sent(linked), lambda error: self._failed(linked, error))

    def _sent(self, linked: Linked) -> None:
        self._sending = None
        if self._waits:
            self._waits = False
            if linked is self._linked:
                self._send()

    def _arrived(self, linked: Linked, found: BoardDecision) -> None:
        if linked is self._linked and self._sending is None:
            self.decision = found if len(found.thresholds) == len(self.labels) else None
            self.changed.emit(None)

    def _failed(self, linked: Linked, error: TinyLabError) -> None:
        """The board refused or is gone: say so, and show what it really does."""
        self._sending, self._waits = None, False
        if linked is not self._linked or isinstance(error, CancelledError):
            return
        self._notices.error(error)
        if self._linked.link.error is None and self.decision is not None:
            self.decision = None
            self._ask(linked)
        self.changed.emit(None)


def _read(linked: Linked) -> BoardDecision:
    found = decision_settings(linked.link)
    return BoardDecision(found.consecutive, found.smoothing, tuple(map(int, found.thresholds)))
