"""Recording a take: countdown, so many samples straight from the reader thread into the project, a verdict."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import replace

from tinylab.data.editing.label_edits import AddLabel
from tinylab.data.recording import Header, tidy
from tinylab.data.takes import TakeWriter
from tinylab.data.verdict import judge
from tinylab.errors import CancelledError, DataError, LinkError, TinyLabError
from tinylab.evaluation.rest_class import REST_LABEL, is_rest_label
from tinylab.events import Event
from tinylab.text import tr
from tinylab.workflow.board.connection import Connection
from tinylab.workflow.capture.capture_states import TABLE, CaptureEvent, CaptureState
from tinylab.workflow.capture.habits import Habits
from tinylab.workflow.capture.next_take import LastTake, NextTake
from tinylab.workflow.capture.planned_take import check_start, planned_take, start_of, threshold_from_rest
from tinylab.workflow.capture.take_listener import TakeListener
from tinylab.workflow.capture.take_start import MotionStart, TakeStart, WaitedStart
from tinylab.workflow.inbox import Inbox
from tinylab.workflow.notices import NoticeAction, Notices, Tone, Topic
from tinylab.workflow.project.document import Document
from tinylab.workflow.state_table import StateTable
from tinylab.workflow.task import Task, Tasks


class Recorder:
    """The page Collect's state."""

    def __init__(
        self,
        inbox: Inbox,
        tasks: Tasks,
        connection: Connection,
        document: Document,
        notices: Notices,
        habits: Habits,
    ) -> None:
        self.table: StateTable[CaptureState, CaptureEvent] = StateTable(TABLE, CaptureState.IDLE)
        self.changed: Event[None] = Event()
        self.starting: Event[TakeStart] = Event()  # who moves the board may say where the take begins
        self.began: Event[NextTake] = Event()
        self.ending: Event[None] = Event()  # the take is about to be closed
        self.stopped: Event[None] = Event()  # no further take is wanted
        self.next = habits.recall()
        self.last: LastTake | None = None
        self.begin_at = 0.0  # when the countdown ends, by the inbox's clock
        self.session_name: Callable[[], str] = lambda: ""  # of the sitting that the next take belongs to
        self._last_first = 0  # number of the last take's first sample
        self._inbox, self._tasks, self._connection = inbox, tasks, connection
        self._document, self._notices = document, notices
        self._habits = habits
        self._listener: TakeListener | None = None
        self._start: TakeStart | None = None
        self._task: Task[Header] | None = None
        self.table.changed.subscribe(lambda _: self.changed.emit(None))
        connection.lost.subscribe(self._board_lost)
        inbox.every_pump(self._tick)

    @property
    def state(self) -> CaptureState:
        """Where the take stands."""
        return self.table.state

    @property
    def share(self) -> float:
        """How much of the running take is there, 0…1."""
        return self._listener.writer.share if self._listener else 0.0

    @property
    def writer(self) -> TakeWriter | None:
        """The take that runs."""
        return self._listener.writer if self._listener else None

    @property
    def first_sample(self) -> int:
        """Number in the stream of the first sample of the take that runs, else of the last one."""
        writer = self.writer
        return writer.sequence.first if writer is not None and writer.span else self._last_first

    @property
    def countdown_left_s(self) -> float:
        """Seconds until the take begins."""
        return max(0.0, self.begin_at - self._inbox.now())

    def why_not(self) -> str:
        """Why nothing can be recorded now, in words; empty where it can."""
        if not self._connection.connected:
            return tr("Connect a board first.")
        if self._document.read_only:
            return tr("This project is open for reading only.")
        return "" if self.next.label.strip() or self.next.unlabelled else tr("Choose or type a label first.")

    def set_next(self, take: NextTake) -> None:
        """Change what the next take will be."""
        if take != self.next:
            self.next = take
            if isinstance(self._start, MotionStart):
                self._start.threshold_g = take.threshold_g
            self.changed.emit(None)

    def suggest_threshold(self) -> None:
        """Put the trigger where rest does not reach it."""
        if self._connection.linked is not None:
            self.set_next(replace(self.next, threshold_g=threshold_from_rest(self._connection.linked)))

    def choose_label(self, label: str) -> None:
        """Choose the label of the next take; none: it gets regions only."""
        self.set_next(replace(self.next, label=label or self.next.label, unlabelled=not label))

    def add_label(self, label: str) -> None:
        """Offer a label that has no take yet and choose it; a notice says why where it cannot be one.

        With the first label of a project comes one for doing nothing: without it a board at rest chooses another.
        """
        first = not self._document.labels and not is_rest_label(tidy(label))
        if self._document.do(AddLabel(tidy(label), (REST_LABEL,) if first else ())):
            self.choose_label(tidy(label))

    def choose_first(self) -> None:
        """Fill in the next take where nothing was chosen yet, as the last one was recorded, so that Record works."""
        labels, subjects, last = self._document.labels, self._document.subjects, self._document.totals.last_recorded
        remembered = last.label if last is not None else ""
        label = next((each for each in (self.next.label, remembered) if each in labels), next(iter(labels), ""))
        subject = self.next.subject or (last.subject if last is not None else next(iter(subjects), ""))
        self.set_next(replace(self.next, label=label, subject=subject))

    def record(self, countdown_s: float | None = None) -> Task[Header]:
        """Count down, then record; the task's result is the header of the take. A notice says so where it fails.

        `countdown_s`: another time than the next take's own, as between the takes of a row.
        """
        if self._task is not None and self._task.running:
            return self._task
        try:
            if not self._connection.connected:
                raise DataError(
                    tr("No board is connected, so there is nothing to record."),
                    hint=tr("Connect one on the page Board."),
                )
            self.next.check()
            check_start(self.next, self._connection)
        except DataError as error:
            self._notices.error(error, about=Topic.TAKE)
            return self._tasks.failed(tr("Recording"), error)
        self.next = replace(self.next, label=tidy(self.next.label), subject=tidy(self.next.subject))
        self._habits.remember(self.next)
        self._task = Task(tr("Recording"), self._inbox)
        self.begin_at = self._inbox.now() + (self.next.countdown_s if countdown_s is None else countdown_s)
        self.table.fire(CaptureEvent.RECORD)
        return self._task

    def stop(self) -> None:
        """End the take now and keep what was recorded; during the countdown there is nothing to keep."""
        self.stopped.emit(None)
        if self._listener is None or self.state is CaptureState.WAITING:
            self.discard()
            return
        self._listener.end()
        self._listener.writer.stop()
        self._over()

    def discard(self) -> None:
        """Give up the countdown or the take; what was recorded of it is thrown away."""
        listener = self._stop_listening()
        if listener is not None:
            with contextlib.suppress(DataError):
                listener.writer.discard()
        self.table.fire(CaptureEvent.CANCEL)
        self._fail(CancelledError(tr("Cancelled.")))

    def _tick(self, now: float) -> None:
        if self._task is not None and self._task.running and self._task.cancelled():
            self.discard()
        if self.state is CaptureState.COUNTDOWN and now >= self.begin_at:
            self._begin()

    def _begin(self) -> None:
        linked = self._connection.linked
        try:
            if linked is None:
                raise DataError(tr("The board is gone."), hint=tr("Connect it, then record again."))
            if not self._document.save_if_missing():
                raise DataError(tr("There is no file to record into."), hint=tr("Open or make a project."))
            writer = self._document.open_project().begin_take(planned_take(self.next, linked, self.session_name()))
        except DataError as error:
            self.table.fire(CaptureEvent.CANCEL)
            self._notices.error(error, about=Topic.TAKE)
            self._fail(error)
            return
        self._start = start = start_of(self.next, linked, lambda: self._inbox.post(self._begun))
        self._listener = TakeListener(linked.link, writer, lambda: self._inbox.post(self._over), start)
        self._notices.settled(Topic.TAKE)
        if isinstance(start, WaitedStart):
            self.table.fire(CaptureEvent.WAIT)
            self.starting.emit(start)
            return
        self.starting.emit(start)
        self._begun()

    def _begun(self) -> None:
        """The take's first sample is known to come, or has come."""
        if self._listener is not None and self.state is not CaptureState.RECORDING:
            self.table.fire(CaptureEvent.BEGIN)
            self.began.emit(self.next)

    def begin_now(self) -> None:
        """What the take waits for has come, or the user is tired of waiting for it."""
        if self.state is CaptureState.WAITING and isinstance(self._start, WaitedStart):
            self._start.now()

    def _over(self) -> None:
        """The take is whole, or cannot go on: list it as far as it came."""
        self.ending.emit(None)
        listener = self._stop_listening()
        if listener is None:
            return
        self.table.fire(CaptureEvent.FINISH)
        try:
            if listener.error is not None:
                listener.writer.end(listener.error.message)
            take = listener.writer.finish()
        except TinyLabError as error:
            reason = listener.error or _nothing_recorded(listener.writer.ended, error)
            self._notices.error(reason, about=Topic.TAKE)
            self._fail(reason)
            return
        self._keep(take)

    def _keep(self, take: Header) -> None:
        self.last = LastTake(take, judge(take))
        self._document.take_recorded(take)
        if take.ended:
            self._notices.show(
                Tone.ERROR,
                tr("The take ended after {seconds:.1f} s: {ended}", seconds=take.seconds, ended=take.ended),
                tr("What arrived is kept and marked."),
                NoticeAction(tr("Delete it"), lambda: self._trash(take.id)),
                about=Topic.TAKE,
            )
        self.changed.emit(None)
        if self._task is not None:
            self._task.finish(take)

    def keep(self) -> None:
        """The user is content with the last take, whatever its verdict."""
        if self.last is not None:
            self.last = replace(self.last, kept=True)
            self.changed.emit(None)

    def _trash(self, take_id: int) -> None:
        if self._document.header(take_id) is not None:
            self._document.trash([take_id])

    def _fail(self, error: TinyLabError) -> None:
        if self._task is not None:
            self._task.fail(error)

    def _stop_listening(self) -> TakeListener | None:
        self._last_first = self.first_sample
        listener, self._listener = self._listener, None
        if listener is not None:
            listener.end()
        return listener

    def _board_lost(self, error: LinkError) -> None:
        """The take ends here, for the reason in `error`. What arrived is kept and marked."""
        if self._listener is None:
            if self.table.fire(CaptureEvent.CANCEL):
                hint = tr("Record again as soon as it is connected.")
                self._fail(DataError(tr("The take did not begin: {reason}", reason=error.message), hint=hint))
            return
        self._listener.end()
        self._listener.writer.end(error.message)
        self._over()

    def forget_project(self) -> None:
        """Another project was opened: a take that runs is kept in the old one, and nothing of that is shown."""
        self.stop()
        self.last, self.next = None, self._habits.recall()
        self.changed.emit(None)

    def close(self) -> None:
        """End a take that runs: it is kept as far as it came."""
        listener = self._stop_listening()
        if listener is not None:
            listener.writer.end(tr("TinyLab was closed before the take was whole."))
            with contextlib.suppress(TinyLabError):
                listener.writer.finish()
        self._fail(CancelledError(tr("TinyLab is closing.")))


def _nothing_recorded(ended: str, error: TinyLabError) -> TinyLabError:
    """Why there is no take: if that is known, it says more than that no sample arrived."""
    return DataError(tr("Nothing was recorded: {reason}", reason=ended), hint=error.hint) if ended else error
