"""The tones of a take: one a second while it counts down, a higher one where it begins, a lower one at its end."""

from __future__ import annotations

import math
from collections.abc import Callable

from tinylab.ui.tools.tones import COUNT_HZ, END_HZ, GO_HZ, Tones, speaker
from tinylab.workflow.capture.capture_states import CaptureState
from tinylab.workflow.capture.recorder import Recorder


class CountdownTones:
    """Follows the recorder; plays nothing where the user has switched the tone off."""

    def __init__(self, recorder: Recorder, play: Callable[[float], None] | None = None) -> None:
        self._recorder = recorder
        self._tones = Tones(speaker)
        self._play = play or self._tones.play
        self._state = recorder.state
        self._second = 0
        recorder.table.changed.subscribe(lambda _: self.tick())

    def tick(self) -> None:
        """Play what is due; called at the screen's pace and at each change of state."""
        recorder, before = self._recorder, self._state
        self._state = recorder.state
        if not recorder.next.sound:
            return
        if self._state is CaptureState.COUNTDOWN:
            second = math.ceil(recorder.countdown_left_s - 1e-6)
            if second != self._second and second > 0:
                self._play(COUNT_HZ)
            self._second = second
            return
        self._second = 0
        if self._state is CaptureState.RECORDING and before is not CaptureState.RECORDING:
            self._play(GO_HZ)
        elif before is CaptureState.RECORDING and self._state is CaptureState.IDLE:
            self._play(END_HZ)

    def close(self) -> None:
        """End the thread that plays."""
        self._tones.close()
