"""Labelling while a take is recorded: a label is held down while the movement happens, and becomes a region."""

from __future__ import annotations

from collections.abc import Callable

from tinylab.errors import TinyLabError
from tinylab.events import Event
from tinylab.workflow.capture.capture_states import CaptureState
from tinylab.workflow.capture.recorder import Recorder
from tinylab.workflow.notices import Notices, Topic


class Marking:
    """The label that is held down now, and what was marked in the running take so far."""

    def __init__(self, recorder: Recorder, notices: Notices) -> None:
        self.changed: Event[None] = Event()
        self.label = ""  # held down now; empty where none is
        self.since = 0  # sample of the take at which it was pressed
        self.window_s: Callable[[], float] = lambda: 2.0  # length of the windows that will be learned from
        self._recorder, self._notices = recorder, notices
        recorder.ending.subscribe(lambda _: self.release())

    @property
    def possible(self) -> bool:
        """Whether a label that is pressed now marks a region: in a take longer than one window."""
        take = self._recorder.next
        long = take.free or take.whole_s > self.window_s()
        return self._recorder.state is CaptureState.RECORDING and (long or take.unlabelled)

    def press(self, label: str) -> None:
        """The movement begins; another label that is held down ends here."""
        if label == self.label or self._recorder.writer is None:
            return
        self.release()
        self.label, self.since = label, self._recorder.writer.span
        self.changed.emit(None)

    def release(self) -> None:
        """The movement is over; a notice says so where its region cannot be stored."""
        label, self.label = self.label, ""
        writer = self._recorder.writer
        if not label:
            return
        if writer is not None and writer.span > self.since:
            try:
                writer.mark(label, self.since, writer.span)
            except TinyLabError as error:
                self._notices.error(error, about=Topic.TAKE)
        self.changed.emit(None)

    def toggle(self, label: str) -> None:
        """For a click: the same label ends, another one begins."""
        if label == self.label:
            self.release()
        else:
            self.press(label)

    @property
    def marks(self) -> tuple[tuple[str, int, int], ...]:
        """(label, first sample, first sample behind it) of the running take, with the one that is held down."""
        writer = self._recorder.writer
        if writer is None:
            return ()
        done = [(mark.label, mark.first, mark.last) for mark in writer.marks]
        return (*done, (self.label, self.since, max(writer.span, self.since + 1))) if self.label else tuple(done)
