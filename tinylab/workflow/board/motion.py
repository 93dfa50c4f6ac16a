"""The simulated motion of the virtual board: it plays a label while the user records, for everyone without a board."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from zlib import crc32

import numpy as np
import numpy.typing as npt

from tinylab.data.recording import Header, Recording
from tinylab.errors import CancelledError, TinyLabError
from tinylab.events import Event
from tinylab.text import tr
from tinylab.virtualboard.motion.drawing import drawn_motion, tilt_at
from tinylab.virtualboard.motion.gestures import NAMES as GESTURES
from tinylab.virtualboard.motion.gestures import RATE_HZ, gesture, repetitions, varied
from tinylab.virtualboard.motion.words import motion_of
from tinylab.virtualboard.service.client import Control
from tinylab.virtualboard.service.registry import RunningBoard
from tinylab.workflow.board.connection import Connection
from tinylab.workflow.board.motion_sender import Command, MotionSender
from tinylab.workflow.capture.capture_states import CaptureState
from tinylab.workflow.capture.recorder import Recorder
from tinylab.workflow.capture.take_start import TakeStart, WaitedStart
from tinylab.workflow.inbox import Inbox
from tinylab.workflow.notices import Notices
from tinylab.workflow.project.document import Document

_Samples = npt.NDArray[np.float64]
_REST_BEFORE_S = 1.0  # of a motion that a take waits for


class Motion:
    """Moves the virtual board; on a real board there is nothing to move, and every call does nothing.

    The board is spoken to in a thread of its own: no call waits for it. While a take is recorded the motion begins
    with the take's first sample, so that the same take has the same samples every time.
    """

    def __init__(
        self,
        connection: Connection,
        document: Document,
        recorder: Recorder,
        notices: Notices,
        inbox: Inbox,
        sender: MotionSender | None = None,
    ) -> None:
        self.changed: Event[None] = Event()
        self.follows = True  # plays the label of each take by itself
        self.doing = ""  # what it does now, in words
        self.drawn: dict[str, _Samples] = {}  # label → what was drawn for it, in this session
        self._connection, self._document, self._notices = connection, document, notices
        self._recorder, self._post, self._sender = recorder, inbox.post, sender or MotionSender()
        self._random = random.Random(1)  # noqa: S311 - which take is replayed is no secret
        self._variation = np.random.default_rng(1)
        self._prepared: Recording | None = None  # what the next take replays
        self._start: TakeStart | None = None  # of a take that waits for its motion
        self._failing = False  # it has been said
        self._label = self.label  # that was shown last
        recorder.starting.subscribe(self._play_take)
        recorder.table.changed.subscribe(self._take_over)
        recorder.changed.subscribe(lambda _: self._follow_label())

    @property
    def there(self) -> bool:
        """Whether the connected board is a virtual one."""
        return self._board() is not None

    @property
    def motions(self) -> tuple[str, ...]:
        """What it can play: the project's labels, then the words that have a motion."""
        return tuple(dict.fromkeys([*self._document.labels, *GESTURES]))

    @property
    def label(self) -> str:
        """The label that is recorded next: a motion that is drawn is for it."""
        return self._recorder.next.label or tr("drawn")

    def _follow_label(self) -> None:
        if self.label != self._label:
            self._label = self.label
            self.changed.emit(None)

    def _board(self) -> RunningBoard | None:
        port = self._connection.wanted if self._connection.connected else None
        return port.virtual if port is not None else None

    def set_follows(self, follows: bool) -> None:
        """Whether it plays by itself while a take is recorded."""
        self.follows = follows
        self.changed.emit(None)

    # --- what it can do -----------------------------------------------------------------------------------

    def play_label(self, label: str, subject: str = "", *, loop: bool = False) -> None:
        """Play what was drawn for the label, else a recording of it (of that subject), else what the word means."""
        seed, number = crc32(subject.encode()), self._random.randrange(1 << 16)
        if label in self.drawn:
            motion = varied(self.drawn[label], self._variation, *(() if loop else (1,)))
            self._play(motion, RATE_HZ, loop=loop, text=tr("plays what was drawn for {label}", label=label))
            return
        recording = self._choose(label, subject)
        if recording is not None:
            self.replay(recording, loop=loop)
            return
        motion = repetitions(label, seed, number) if loop else gesture(label, seed, number)
        known = motion_of(label)
        text = tr("plays {name} for {label}", name=known, label=label) if known else ""
        self._play(motion, RATE_HZ, loop=loop, text=text or tr("plays a motion made up for {label}", label=label))

    def replay(self, recording: Recording, *, loop: bool = False) -> None:
        """Replay one recording."""
        take = recording.header
        who = take.subject or tr("recorded")
        text = tr("plays {label} as {who}", label=take.label, who=who)
        self._play(recording.in_g, take.rate_hz, loop=loop, text=text)

    def prepare(self, recording: Recording) -> None:
        """Let the next take replay this recording, from its first sample on."""
        self._prepared = recording

    def draw(self, label: str, path: Sequence[tuple[float, float, float]]) -> None:
        """Keep a path (seconds, x, y; the pad's edge is at distance 1) as the label's motion, and play it.

        A notice says so where it is too short.
        """
        try:
            self.drawn[label] = drawn_motion(path)
        except TinyLabError as error:
            self._notices.error(error)
            self.come_to_rest()
            return
        self.play_label(label, loop=True)

    def forget_drawn(self, label: str) -> None:
        """Let the label be played as before something was drawn for it."""
        self.drawn.pop(label, None)
        self.come_to_rest()

    def tilt(self, x: float, y: float) -> None:
        """Hold the board tilted towards a place on the pad, whose edge is at distance 1."""
        pull = tilt_at(x, y)
        self._move(lambda control: control.pose(*pull), tr("tilts the board as the pad says"))

    def press_button(self, name: str) -> None:
        """Press a button of the virtual board and let it go."""
        self._move(lambda control: control.press_button(name), self.doing)

    def come_to_rest(self) -> None:
        """Lie still."""
        self._move(lambda control: control.come_to_rest(), "")

    def close(self) -> None:
        """End the thread."""
        self._sender.close()

    # --- the board ----------------------------------------------------------------------------------------

    def _play(self, samples_g: _Samples, rate_hz: float, *, loop: bool, text: str) -> None:
        if isinstance(self._start, WaitedStart):  # so that there is something before the motion that starts the take
            rest = np.tile([0.0, 0.0, 1.0], (round(_REST_BEFORE_S * rate_hz), 1))
            samples_g = np.concatenate([rest, samples_g])
        self._move(lambda control: control.play(samples_g, rate_hz, loop=loop), text)

    def _move(self, act: Callable[[Control], object], text: str) -> None:
        board, start = self._board(), self._start
        if board is None:
            return

        def done(answer: object) -> None:
            if start is not None:
                start.begin_at(answer if isinstance(answer, int) else None)
            self._failing = False

        def failed(error: TinyLabError) -> None:
            if start is not None:
                start.begin_at(None)
            if not isinstance(error, CancelledError):
                self._post(lambda: self._report(error))

        self._sender.send(Command(board, act, done, failed))
        if self.doing != text:
            self.doing = text
            self.changed.emit(None)

    def _report(self, error: TinyLabError) -> None:
        """Said once, not for every movement of the pointer."""
        if not self._failing and self._board() is not None:
            self._failing, self.doing = True, ""
            self._notices.error(error)
            self.changed.emit(None)

    def _play_take(self, start: TakeStart) -> None:
        prepared, self._prepared = self._prepared, None
        if not self.there or (prepared is None and not self.follows):
            return
        start.wait()
        self._start, take = start, self._recorder.next
        try:
            if prepared is not None:
                self.replay(prepared)
            else:
                self.play_label(take.label, take.subject, loop=True)
        finally:
            self._start = None

    def _take_over(self, state: CaptureState) -> None:
        if state is CaptureState.IDLE and self.follows and self.doing:
            self.come_to_rest()

    def _choose(self, label: str, subject: str) -> Recording | None:
        """A recording to replay; one that cannot be read is passed over."""
        of_label = [take for take in self._document.takes if take.label == label and take.source != "board"]
        candidates: Sequence[Header] = [take for take in of_label if take.subject == subject] or of_label
        if not candidates:
            return None
        try:
            return self._document.recording(self._random.choice(candidates).id)
        except TinyLabError:
            return None
