"""Recording a take: countdown, so many samples straight from the reader thread into the project, a verdict."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

import numpy as np

from tinylab.data.project import Project
from tinylab.data.recording import Origin, Recording, check_name
from tinylab.data.verdict import Verdict, judge
from tinylab.errors import DataError, TinyLabError
from tinylab.events import Event
from tinylab.link.link import Link
from tinylab.link.wire import Samples
from tinylab.workflow.connection import Connection, Linked
from tinylab.workflow.inbox import Inbox
from tinylab.workflow.library import Library
from tinylab.workflow.notices import Notices, Tone
from tinylab.workflow.state_table import StateTable


class CaptureState(Enum):
    """Where the take stands."""

    IDLE = auto()
    COUNTDOWN = auto()
    RECORDING = auto()


class CaptureEvent(Enum):
    """What can happen to it."""

    RECORD = auto()
    BEGIN = auto()
    FINISH = auto()
    CANCEL = auto()


_S, _E = CaptureState, CaptureEvent
_TABLE: Final = {
    (_S.IDLE, _E.RECORD): _S.COUNTDOWN,
    (_S.COUNTDOWN, _E.BEGIN): _S.RECORDING,
    (_S.RECORDING, _E.FINISH): _S.IDLE,
    (_S.COUNTDOWN, _E.CANCEL): _S.IDLE,
    (_S.RECORDING, _E.CANCEL): _S.IDLE,
}


@dataclass(frozen=True, slots=True)
class NextTake:
    """What the next take will be."""

    label: str = ""
    subject: str = ""
    seconds: float = 4.0
    countdown_s: float = 3.0

    def check(self) -> None:
        """Raise DataError where it cannot be recorded."""
        check_name("label", self.label)
        check_name("subject", self.subject, may_be_empty=True)
        if not 0.2 <= self.seconds <= 600:
            raise DataError("A take lasts between 0.2 and 600 seconds.", hint="Correct the length.")


class TakeWriter:
    """Sits in the reader thread: stores each block as it comes, until the take is whole."""

    def __init__(self, project: Project, link: Link, take_id: int, samples: int, done: Callable[[], None]) -> None:
        self.take_id = take_id
        self.error: TinyLabError | None = None
        self._project, self._link, self._done = project, link, done
        self._wanted = samples
        self._received = 0
        self._first: int | None = None
        self._over = False
        self._lock = threading.Lock()
        link.on_samples.append(self._take)

    @property
    def share(self) -> float:
        """How much of the take is there, 0…1."""
        return min(1.0, self._received / self._wanted)

    def _take(self, block: Samples) -> None:
        with self._lock:
            if self._over:
                return
            if self._first is None:
                self._first = block.sample_number
            # By sample number, so that a lossy wire does not make the take longer than asked.
            room = self._first + self._wanted - block.sample_number
            counts = np.asarray(block.counts)[: max(room, 0)]
            try:
                if len(counts):
                    self._project.append(self.take_id, block.sample_number, block.time_us, block.overruns, counts)
            except TinyLabError as error:
                self.error, room = error, 0
            self._received = self._wanted - max(0, room - len(block.counts))
            if room <= len(block.counts):
                self._over = True
                self._done()

    def end(self) -> None:
        """Take no more samples; when this returns none is being written."""
        with self._lock:
            self._over = True
        if self._take in self._link.on_samples:
            self._link.on_samples.remove(self._take)


@dataclass(frozen=True, slots=True)
class LastTake:
    """What became of the take just recorded."""

    recording: Recording
    verdict: Verdict


class Capture:
    """The page Collect's state."""

    def __init__(self, inbox: Inbox, connection: Connection, library: Library, notices: Notices) -> None:
        self.table: StateTable[CaptureState, CaptureEvent] = StateTable(_TABLE, CaptureState.IDLE)
        self.changed: Event[None] = Event()
        self.began: Event[NextTake] = Event()
        self.next = NextTake()
        self.last: LastTake | None = None
        self.begin_at = 0.0  # time.monotonic() when the countdown ends
        self.first_sample = 0  # number of the take's first sample in the stream
        self._inbox, self._connection, self._library, self._notices = inbox, connection, library, notices
        self._writer: TakeWriter | None = None
        self.table.changed.subscribe(lambda _: self.changed.emit(None))
        connection.lost.subscribe(lambda _: self._board_lost())
        inbox.every_pump(self._tick)

    @property
    def state(self) -> CaptureState:
        """Where the take stands."""
        return self.table.state

    @property
    def share(self) -> float:
        """How much of the running take is there, 0…1."""
        return self._writer.share if self._writer else 0.0

    @property
    def countdown_left_s(self) -> float:
        """Seconds until the take begins."""
        return max(0.0, self.begin_at - time.monotonic())

    def why_not(self) -> str:
        """Why nothing can be recorded now, in words; empty where it can."""
        if not self._connection.connected:
            return "Connect a board first."
        return "" if self.next.label.strip() else "Choose or type a label first."

    def set_next(self, take: NextTake) -> None:
        """Change what the next take will be."""
        if take != self.next:
            self.next = take
            self.changed.emit(None)

    def record(self) -> None:
        """Count down, then record; raises nothing, tells a notice where it cannot."""
        try:
            if not self._connection.connected:
                raise DataError(
                    "No board is connected, so there is nothing to record.", hint="Connect one on the page Board."
                )
            self.next.check()
        except DataError as error:
            self._notices.error(error)
            return
        self.begin_at = time.monotonic() + self.next.countdown_s
        self.table.fire(CaptureEvent.RECORD)

    def cancel(self) -> None:
        """Give up the countdown or the take; what was recorded of it is thrown away."""
        writer = self._stop_writing()
        if writer is not None and self._library.project is not None:
            self._library.project.discard(writer.take_id)
        self.table.fire(CaptureEvent.CANCEL)

    def _tick(self, now: float) -> None:
        if self.state is CaptureState.COUNTDOWN and now >= self.begin_at:
            self._begin()

    def _begin(self) -> None:
        linked, project = self._connection.linked, self._library.project
        if linked is None or project is None:
            self.table.fire(CaptureEvent.CANCEL)
            return
        hello = linked.identity.hello
        samples = max(1, round(self.next.seconds * hello.rate_hz))
        try:
            take_id = project.begin(self._blank(linked))
        except DataError as error:
            self.table.fire(CaptureEvent.CANCEL)
            self._notices.error(error)
            return
        self.first_sample = linked.link.stream.snapshot(0).last_sample + 1
        self._writer = TakeWriter(project, linked.link, take_id, samples, lambda: self._inbox.post(self._whole))
        self.table.fire(CaptureEvent.BEGIN)
        self.began.emit(self.next)

    def _blank(self, linked: Linked) -> Recording:
        hello = linked.identity.hello
        return Recording(
            label=self.next.label,
            subject=self.next.subject,
            rate_hz=hello.rate_hz,
            counts=np.zeros((1, 3), dtype=np.int16),
            g_per_count=linked.g_per_count,
            range_g=hello.range_g,
            rate_asked_hz=hello.rate_hz,
            origin=Origin(linked.port.name, linked.board.sensor.name, source="board"),
        )

    def _whole(self) -> None:
        writer = self._stop_writing()
        if writer is None or self._library.project is None:
            return
        self.table.fire(CaptureEvent.FINISH)
        try:
            if writer.error is not None:
                raise writer.error
            recording = self._library.project.finish(writer.take_id)
        except TinyLabError as error:
            self._notices.error(error)
            return
        self._keep(recording)

    def _keep(self, recording: Recording) -> None:
        self.last = LastTake(recording, judge(recording))
        self._library.take_finished(recording)
        self.changed.emit(None)

    def _stop_writing(self) -> TakeWriter | None:
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.end()
        return writer

    def _board_lost(self) -> None:
        """The take ends here. What arrived is set aside, and comes back if the user says so."""
        writer, project = self._stop_writing(), self._library.project
        if writer is None or project is None:
            self.table.fire(CaptureEvent.CANCEL)
            return
        share = writer.share
        self.table.fire(CaptureEvent.CANCEL)
        try:
            recording = project.finish(writer.take_id)
            project.set_deleted([writer.take_id], True)
        except TinyLabError:
            self._notices.show(Tone.ERROR, "The board vanished before the take began.", "Plug it in and record again.")
            return

        def keep() -> None:
            try:
                project.set_deleted([recording.id], False)
            except DataError as error:  # another project has been opened since, and this one closed
                self._notices.error(error)
            else:
                self._keep(recording)

        self._notices.show(
            Tone.ERROR,
            f"The board vanished {recording.seconds:.1f} s into the take ({share:.0%}); it was not kept.",
            "Plug the board in and record again, or keep what arrived.",
            "Keep it",
            keep,
        )

    def close(self) -> None:
        """End a take that runs: it is kept as far as it came."""
        writer = self._stop_writing()
        if writer is not None and self._library.project is not None:
            try:
                self._library.project.finish(writer.take_id)
            except TinyLabError:
                return
