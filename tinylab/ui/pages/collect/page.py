"""The page Collect: perform a gesture while the board listens."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QLabel,
    QProgressBar,
)

from tinylab.data.verdict import Grade, judge
from tinylab.evaluation.rest_class import rest_advice
from tinylab.text import ntr, tr
from tinylab.ui.formats import one_line, seconds
from tinylab.ui.pages.collect.next_take import NextTakePanel
from tinylab.ui.pages.collect.take_view import TakeView
from tinylab.ui.pages.collect.trash import TrashDialog
from tinylab.ui.plots.legend import axes_legend
from tinylab.ui.plots.signal import SignalPlot
from tinylab.ui.theme import class_colour
from tinylab.ui.widgets.basic import button, set_tone, text_label
from tinylab.ui.widgets.cards import Card
from tinylab.ui.widgets.empty_state import EmptyState
from tinylab.ui.widgets.page import Page
from tinylab.ui.widgets.take_grid import TakeGrid
from tinylab.workflow.board.board_actions import BoardActions
from tinylab.workflow.board.connection import Connection
from tinylab.workflow.board.motion import Motion
from tinylab.workflow.capture.capture_states import CaptureState
from tinylab.workflow.capture.recorder import Recorder
from tinylab.workflow.notices import Notices
from tinylab.workflow.project.document import Document
from tinylab.workflow.project.importer import Importer
from tinylab.workflow.session import Session

_SHOWN_S = 8.0
_GRADE_TONES = {Grade.GOOD: "good", Grade.REMARKS: "caution", Grade.AGAIN: "error"}


def make_page(session: Session) -> Page:
    """The page, given its parts of the session."""
    return CollectPage(
        session.document,
        session.connection,
        session.boards,
        session.recorder,
        session.importer,
        session.motion,
        session.notices,
    )


class CollectPage(Page):
    """Shows the capture and the takes; recording is one key."""

    name = "Collect"
    icon_name = "record-circle-outline"

    def __init__(
        self,
        document: Document,
        connection: Connection,
        boards: BoardActions,
        recorder: Recorder,
        importer: Importer,
        motion: Motion,
        notices: Notices,
    ) -> None:
        super().__init__(
            tr("Collect"), tr("Perform a gesture while the board listens; every take is checked before it counts.")
        )
        self._document = document
        self._connection = connection
        self._boards = boards
        self._recorder = recorder
        self._importer = importer
        self.primary(tr("Record"), self.record_or_stop, tr("Space"))
        self.discard = button(tr("Discard"), recorder.discard, tip=tr("Throw the running take away (Esc)"))
        self.beside_primary(self.discard)
        self._build_main()
        self.next_take = NextTakePanel(document, connection, recorder, motion, notices)
        self.next_take.typed.connect(self.setFocus)  # Space records next
        self.side.addWidget(self.next_take)
        self.follow(recorder.changed, document.changed, connection.changed, motion.changed)

    def _build_main(self) -> None:
        self.signal = Card(tr("Signal now"))
        self.signal.corner.addWidget(axes_legend())
        self.plot = SignalPlot()
        self.plot.setMinimumHeight(170)
        self.signal.body.addWidget(self.plot, 1)
        self.no_board = EmptyState(
            "usb-port",
            tr("No board is connected"),
            tr("Without one there is no signal; the virtual board needs no hardware."),
        )
        self.no_board.add(button(tr("Connect the virtual board"), self._boards.connect_virtual))
        self.signal.body.addWidget(self.no_board, 1)
        self.progress = QProgressBar()
        self.progress.setRange(0, 1000)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(tr("How much of the take is recorded"))
        self.countdown = QLabel("")
        self.countdown.setProperty("role", "huge")
        self.countdown.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.countdown.setAccessibleName(tr("Countdown"))
        self.signal.body.addWidget(self.countdown)
        self.signal.body.addWidget(self.progress)
        self.main.addWidget(self.signal, 5)
        self._build_takes()

    def _build_takes(self) -> None:
        self.verdict = text_label("", "", wrap=True)
        self.verdict.setContentsMargins(4, 0, 4, 0)
        self.main.addWidget(self.verdict)
        self.takes_card = Card(tr("Takes"))
        self.delete_button = button(
            tr("Delete"), self._delete_selected, tip=tr("Delete the selected takes (Del); Ctrl+Z brings them back")
        )
        self.trash_button = button(tr("Trash"), self._open_trash, "link", tr("What was deleted, until you empty it"))
        self.takes_card.corner.addWidget(self.trash_button)
        self.takes_card.corner.addWidget(self.delete_button)
        self.takes = TakeGrid(self._document)
        self.takes.selected.connect(lambda _: self._show_selection())
        self.takes.delete_asked.connect(lambda _: self._delete_selected())
        self.takes.opened.connect(self._open_take)
        self.takes_card.body.addWidget(self.takes, 1)
        self.advice = text_label("", "small", wrap=True)
        self.takes_card.body.addWidget(self.advice)
        self.empty = EmptyState(
            "gesture-tap",
            tr("No takes yet"),
            tr("Name a label at the right, press Record and perform it. Or bring recordings along."),
        )
        self.empty.add(button(tr("Load the example"), self._importer.load_example))
        self.takes_card.body.addWidget(self.empty, 1)
        self.main.addWidget(self.takes_card, 6)

    # --- drawing ----------------------------------------------------------------------------------------

    def state(self) -> tuple[str, str]:
        """How many takes there are."""
        count = len(self._document.takes)
        return ("", ntr("{count:,} take", "{count:,} takes", count)) if count else ("", "")

    def refresh(self) -> None:
        """Draw everything but the signal."""
        recorder, document = self._recorder, self._document
        idle = recorder.state is CaptureState.IDLE
        why_not = recorder.why_not()
        self.action.setText(tr("● Record   Space") if idle else tr("■ Stop   Space"))
        self.action.setEnabled(not why_not or not idle)
        self.action.setToolTip(why_not if idle else tr("Ends the take and keeps it; Esc throws it away"))
        self.discard.setVisible(not idle)
        self.next_take.refresh()
        there = self._connection.linked is not None
        self.plot.setVisible(there)
        self.no_board.setVisible(not there)
        has_takes = bool(document.labels)
        self.takes.setVisible(has_takes)
        self.advice.setVisible(has_takes)
        self.empty.setVisible(not has_takes)
        self.takes_card.heading.setText(
            tr("Takes: {n}, {time}", n=len(document.takes), time=seconds(document.seconds))
            if has_takes
            else tr("Takes")
        )
        trashed = len(document.trashed)
        self.trash_button.setVisible(trashed > 0)
        self.trash_button.setText(tr("Trash ({n})", n=trashed))
        self.advice.setText(self._advice(why_not))
        self._show_verdict()
        self._show_selection()

    def _advice(self, why_not: str) -> str:
        counts = self._document.takes_by_label
        labels = self._document.labels
        if why_not and self._connection.connected:  # that there is no board is said above
            return why_not
        if len(labels) < 2:
            return tr("One label alone teaches nothing: add a second one.")
        fewest = min(labels, key=lambda name: counts[name])
        most = max(counts.values(), default=0)
        if counts[fewest] < most:
            return tr(
                "“{label}” has the fewest takes: record {n} more.", label=one_line(fewest), n=most - counts[fewest]
            )
        return rest_advice(labels) or tr("Every label has as many takes as the others.")

    def _show_verdict(self) -> None:
        last = self._recorder.last
        self.verdict.setVisible(last is not None)
        if last is None:
            return
        take, verdict = last.take, last.verdict
        measured = tr(
            "{time} at {rate:.2f} Hz, {lost} lost, {clipped} clipped",
            time=seconds(take.seconds),
            rate=take.rate_hz,
            lost=take.lost,
            clipped=take.clipped,
        )
        name = one_line(take.label)
        self.verdict.setText(
            tr("Last take, {label}: {verdict}. {measured}.", label=name, verdict=verdict, measured=measured)
        )
        set_tone(self.verdict, _GRADE_TONES[verdict.grade])

    def _show_selection(self) -> None:
        ids = self.takes.selected_ids()
        self.delete_button.setVisible(bool(ids))
        self.delete_button.setText(tr("Delete {n}", n=len(ids)) if len(ids) > 1 else tr("Delete"))
        if len(ids) == 1:
            take = self._document.header(ids[0])
            if take is not None:
                who = one_line(take.subject) or tr("no subject")
                self.advice.setText(f"{who} · {seconds(take.seconds)} · {take.rate_hz:.2f} Hz · {judge(take)}")

    def tick(self) -> None:
        """Draw the signal, the countdown and the take's progress; called at the screen's pace."""
        recorder, linked = self._recorder, self._connection.linked
        self.countdown.setVisible(recorder.state is CaptureState.COUNTDOWN)
        if recorder.state is CaptureState.COUNTDOWN:
            self.countdown.setText(str(int(recorder.countdown_left_s) + 1))
        self.progress.setVisible(recorder.state is CaptureState.RECORDING)
        self.progress.setValue(round(recorder.share * 1000))
        if linked is None:
            return
        rate = linked.identity.hello.rate_hz
        shot = linked.link.stream.snapshot(int(_SHOWN_S * rate))
        self.plot.show_live(shot.counts, linked.g_per_count, rate, _SHOWN_S)
        self._mark_take(shot.last_sample, rate)

    def _mark_take(self, newest: int, rate: float) -> None:
        recorder = self._recorder
        if recorder.state is not CaptureState.RECORDING:
            self.plot.unmark()
            return
        start = (recorder.first_sample - newest) / rate
        labels = self._document.labels
        number = labels.index(recorder.next.label) if recorder.next.label in labels else len(labels)
        self.plot.mark(max(start, -_SHOWN_S), 0.0, class_colour(number))

    # --- clicks and keys --------------------------------------------------------------------------------

    def record_or_stop(self) -> None:
        """The primary action: begin a take, or end it and keep it."""
        if self._recorder.state is CaptureState.IDLE:
            self._recorder.record()
        else:
            self._recorder.stop()

    def on_space(self) -> None:
        """Space records, and stops."""
        self.record_or_stop()

    def on_escape(self) -> None:
        """Esc throws the running take away."""
        self._recorder.discard()

    def on_digit(self, number: int) -> None:
        """The keys 1 to 9 choose the label."""
        self.next_take.labels.choose_number(number)

    def _delete_selected(self) -> None:
        ids = self.takes.selected_ids()
        if ids:
            self._document.trash(ids)

    def _open_take(self, take_id: int) -> None:
        TakeView(self._document, take_id, self.window()).show()

    def _open_trash(self) -> None:
        TrashDialog(self._document, self).exec()
