"""The simulated motion of the virtual board: it plays a label while the user records, for everyone without a board."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable, Sequence
from zlib import crc32

from tinylab.data.recording import Header, Recording
from tinylab.errors import TinyLabError
from tinylab.events import Event
from tinylab.text import tr
from tinylab.virtualboard.motion.gestures import NAMES as GESTURES
from tinylab.virtualboard.motion.gestures import RATE_HZ, gesture
from tinylab.virtualboard.service.client import Control
from tinylab.virtualboard.service.registry import RunningBoard
from tinylab.workflow.board.connection import Connection
from tinylab.workflow.capture.recorder import CaptureState, NextTake, Recorder
from tinylab.workflow.notices import Notices
from tinylab.workflow.project.document import Document


class Motion:
    """Moves the virtual board; on a real board there is nothing to move, and every call does nothing."""

    def __init__(self, connection: Connection, document: Document, recorder: Recorder, notices: Notices) -> None:
        self.changed: Event[None] = Event()
        self.follows = True  # plays the label of each take by itself
        self.doing = ""  # what it does now, in words
        self._connection, self._document, self._notices = connection, document, notices
        self._random = random.Random(1)  # noqa: S311 - which take is replayed is no secret
        recorder.began.subscribe(self._play_take)
        recorder.table.changed.subscribe(self._take_over)

    @property
    def there(self) -> bool:
        """Whether the connected board is a virtual one."""
        return self._board() is not None

    @property
    def motions(self) -> tuple[str, ...]:
        """What it can play: the project's labels, then made-up gestures."""
        return tuple(dict.fromkeys([*self._document.labels, *GESTURES]))

    def _board(self) -> RunningBoard | None:
        port = self._connection.wanted if self._connection.connected else None
        return port.virtual if port is not None else None

    def set_follows(self, follows: bool) -> None:
        """Whether it plays by itself while a take is recorded."""
        self.follows = follows
        self.changed.emit(None)

    def play_label(self, label: str, subject: str = "", *, loop: bool = False) -> None:
        """Replay a recording of that label (of that subject, if there is one), else make up a gesture."""
        recording = self._choose(label, subject)
        if recording is not None:
            self.replay(recording, loop=loop)
            return
        name = label if label in GESTURES else GESTURES[crc32(label.encode()) % len(GESTURES)]
        motion = gesture(name, subject_seed=crc32(subject.encode()), repetition=self._random.randrange(1 << 16))
        self._move(
            lambda control: control.play(motion, RATE_HZ, loop=loop),
            tr("plays a made-up {name} for {label}", name=name, label=label),
        )

    def replay(self, recording: Recording, *, loop: bool = False) -> None:
        """Replay one recording."""
        take = recording.header
        who = take.subject or tr("recorded")
        text = tr("plays {label} as {who}", label=take.label, who=who)
        self._move(lambda control: control.play(recording.in_g, recording.header.rate_hz, loop=loop), text)

    def tilt(self, x_g: float, y_g: float, z_g: float) -> None:
        """Hold the board so that gravity pulls like this."""
        self._move(lambda control: control.pose(x_g, y_g, z_g), tr("tilts the board as the pad says"))

    def come_to_rest(self) -> None:
        """Lie still."""
        self._move(lambda control: control.come_to_rest(), "")

    def _move(self, motion: Callable[[Control], object], text: str) -> None:
        board = self._board()
        if board is None:
            return
        try:
            with contextlib.closing(Control(board)) as control:
                motion(control)
        except TinyLabError as error:
            self._notices.error(error)
            return
        self.doing = text
        self.changed.emit(None)

    def _play_take(self, take: NextTake) -> None:
        if self.follows:
            self.play_label(take.label, take.subject, loop=True)

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
