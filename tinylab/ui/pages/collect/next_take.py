"""The panel at the right of Collect: what the next take will be, who performs it, and how it is recorded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from PySide6.QtWidgets import QHBoxLayout

from tinylab.data.recording import tidy
from tinylab.text import tr
from tinylab.ui.formats import one_line
from tinylab.ui.pages.collect.how_panel import HowFields
from tinylab.ui.pages.collect.label_list import LabelList
from tinylab.ui.pages.collect.people_list import PeopleList
from tinylab.ui.widgets.basic import button, text_label
from tinylab.ui.widgets.cards import Panel
from tinylab.ui.widgets.motion import MotionPanel
from tinylab.ui.widgets.question import AskName
from tinylab.workflow.board.connection import Connection
from tinylab.workflow.board.motion import Motion
from tinylab.workflow.capture.balance import Balance
from tinylab.workflow.capture.capture_states import CaptureState
from tinylab.workflow.capture.marking import Marking
from tinylab.workflow.capture.people import People, Sitting
from tinylab.workflow.capture.recorder import Recorder
from tinylab.workflow.notices import Notices
from tinylab.workflow.project.document import Document


class NextTakePanel(Panel):
    """Label, person, session, and how; and what the virtual board plays."""

    def __init__(
        self,
        document: Document,
        connection: Connection,
        recorder: Recorder,
        marking: Marking,
        people: People,
        sitting: Sitting,
        motion: Motion,
        notices: Notices,
        now: Callable[[], datetime] = lambda: datetime.now().astimezone(),
    ) -> None:
        super().__init__(tr("Next take"))
        self._document, self._connection, self._recorder = document, connection, recorder
        self._people, self._sitting, self._now = people, sitting, now
        self.body.addWidget(text_label(tr("Label"), "field"))
        self.labels = LabelList(document, recorder, marking, notices)
        self.body.addWidget(self.labels)
        self.body.addWidget(text_label(tr("Who"), "field"))
        self.people = PeopleList(document, people)
        self.people.chosen.connect(lambda name: self._set(subject=name))
        self.body.addWidget(self.people)
        self._add_session()
        self.how = HowFields(recorder, self)
        self.motion = MotionPanel(motion)
        self.body.addWidget(self.motion)
        self.stretch()
        self.measuring = text_label("", "small", wrap=True)
        self.body.addWidget(self.measuring)

    def _add_session(self) -> None:
        row = QHBoxLayout()
        self.session = text_label("", "small")
        row.addWidget(self.session, 1)
        self.new_session = button(tr("New session"), self._ask_for_session, "link")
        row.addWidget(self.new_session)
        self.body.addLayout(row)

    # --- drawing ----------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Draw everything."""
        wanted, document = self._recorder.next, self._document
        self.labels.refresh()
        self.people.refresh(wanted.subject, self.balance)
        self.how.show_next(wanted, enabled=self._recorder.state is CaptureState.IDLE)
        self.motion.refresh()
        there = document.project is not None
        name = self._sitting.name(self._now()) if there else ""
        self.session.setText(one_line(name, 16))
        self.session.setToolTip(tr("Session {name}: takes of one sitting", name=name) if there else "")
        self.new_session.setEnabled(there and not document.read_only)
        sampling = self._connection.sampling
        self.measuring.setText(
            tr(
                "Measured at {rate} Hz, ±{range} g; change it on the page Board.",
                rate=sampling.rate_hz,
                range=sampling.range_g,
            )
        )

    @property
    def balance(self) -> Balance:
        """How the takes are spread over classes and people."""
        return Balance(self._document.labels, self._people.names, self._document.totals.part_counts)

    def choose_person(self, by: int) -> None:
        """The person after the chosen one (1) or before (-1)."""
        names = self._people.names
        if names:
            here = names.index(self._recorder.next.subject) if self._recorder.next.subject in names else -1
            self._set(subject=names[(here + by) % len(names)] if here >= 0 else names[0 if by > 0 else -1])

    def _ask_for_session(self) -> None:
        text = tr("Takes of one sitting belong together; without a name it is called by its time.")
        AskName(tr("New session"), text, "", tr("Begin"), self._begin_session, self.window())

    def _begin_session(self, name: str) -> str:
        if not self._sitting.begin(tidy(name), self._now()):
            return tr("That name cannot be used.")
        self.refresh()
        return ""

    def _set(self, **changes: object) -> None:
        self._recorder.set_next(replace(self._recorder.next, **changes))  # type: ignore[arg-type]
