"""What one press records: one take, several in a row with pauses, or one that is cut into several."""

from __future__ import annotations

from enum import Enum, auto

from tinylab.data.editing.cut_edits import SplitAt
from tinylab.data.recording import Header
from tinylab.errors import TinyLabError
from tinylab.events import Event
from tinylab.text import tr
from tinylab.workflow.capture.capture_states import CaptureState
from tinylab.workflow.capture.next_take import Series
from tinylab.workflow.capture.recorder import Recorder
from tinylab.workflow.notices import Notices, Tone, Topic
from tinylab.workflow.project.document import Document


class _Then(Enum):
    """What happens when the running take has ended without being kept."""

    END = auto()
    GO_ON = auto()  # it was dropped, and the row records another one


class TakeRow:
    """Records takes one after the other. A take that is dropped is recorded once more, while the row goes on."""

    def __init__(self, recorder: Recorder, document: Document, notices: Notices) -> None:
        self.changed: Event[None] = Event()
        self.asked = 1
        self.ids: list[int] = []  # of the takes it has so far, oldest first
        self.running = False
        self._recorder, self._document, self._notices = recorder, document, notices
        self._then = _Then.END
        recorder.changed.subscribe(lambda _: self.changed.emit(None))
        recorder.stopped.subscribe(lambda _: self._no_more())

    @property
    def in_row(self) -> bool:
        """Whether more than one take was asked for."""
        return self.asked > 1

    @property
    def pausing(self) -> bool:
        """Whether the time to the next take runs, after the first one."""
        return self.running and bool(self.ids) and self._recorder.state is CaptureState.COUNTDOWN

    def start(self) -> None:
        """Record what the next take asks for; does nothing while a row runs."""
        if not self.running:
            self.asked, self.ids = self._recorder.next.in_row, []
            self._begin(None)

    def _begin(self, countdown_s: float | None) -> None:
        self.running, self._then = True, _Then.END
        self._recorder.record(countdown_s).then(self._taken, self._ended)
        self.changed.emit(None)

    def stop(self) -> None:
        """End the row; a take that runs is kept as far as it came."""
        self._recorder.stop()

    def _no_more(self) -> None:
        """The take that runs is the row's last, whoever stopped it: the user, or a project that closes."""
        if self.running:
            self.asked = len(self.ids) + 1

    def cancel(self) -> None:
        """End the row; a take that runs is thrown away, the ones before stay."""
        self._then = _Then.END
        self._recorder.discard()

    def drop(self) -> None:
        """Throw the running take away, or else delete the last one; another one is recorded in its place."""
        if self._recorder.state in (CaptureState.RECORDING, CaptureState.WAITING):
            self._then = _Then.GO_ON
            self._recorder.discard()
        elif self.running and self.ids:
            self._trash(self.ids.pop())
            self.changed.emit(None)
        elif not self.running and self._last() is not None:
            self._again()

    def _again(self) -> None:
        """Delete the last take and record one in its place."""
        last = self._last()
        assert last is not None
        self._recorder.last = None
        self.asked, self.ids = 1, []
        self._trash(last.id)
        self._begin(None)

    def keep(self) -> None:
        """The user is content with the last take."""
        if self._last() is not None:
            self._recorder.keep()

    def _last(self) -> Header | None:
        """The last take, as long as it is in use."""
        last = self._recorder.last
        take = self._document.header(last.take.id) if last is not None else None
        return None if take is None or take.trashed else take

    def _trash(self, take_id: int) -> None:
        take = self._document.header(take_id)
        if take is not None and not take.trashed:
            self._document.trash([take_id])

    def _taken(self, take: Header) -> None:
        self.ids.append(take.id)
        if take.ended or len(self.ids) >= self.asked:
            self._finish(take)
        else:
            self._begin(self._recorder.next.pause_s)

    def _ended(self, error: TinyLabError) -> None:
        del error  # the recorder has said it
        if self._then is _Then.GO_ON:
            self._begin(self._recorder.next.pause_s)
            return
        self.running = False
        self.changed.emit(None)

    def _finish(self, take: Header) -> None:
        self.running = False
        wanted = self._recorder.next
        if wanted.series is Series.CUT and not wanted.free and not take.ended:
            self._cut(take, wanted.takes)
        elif take.ended and self.in_row:
            self._notices.show(
                Tone.CAUTION,
                tr("The row ended after {n} of {asked} takes.", n=len(self.ids), asked=self.asked),
                tr("Record again as soon as the board is back."),
                about=Topic.TAKE,
            )
        self.changed.emit(None)

    def _cut(self, take: Header, parts: int) -> None:
        """Cut a take into parts of the same length; one step of undo of its own."""
        points = tuple(round(take.samples * number / parts) for number in range(1, parts))
        if points and take.samples >= parts:
            self._document.do(SplitAt(take.id, points))
