"""Short tones: one a second of the countdown, a higher one where the take begins. Without a sound device, silence."""

from __future__ import annotations

import logging
import queue
import threading
from array import array
from collections.abc import Callable, Generator
from functools import cache
from math import pi, sin
from typing import Final, Protocol

_LOG = logging.getLogger("tinylab")
RATE_HZ: Final = 44_100
COUNT_HZ, GO_HZ, END_HZ = 660.0, 990.0, 440.0
_SECONDS, _FADE_S, _LOUDNESS = 0.12, 0.012, 0.25
_MOST_WAITING = 4


class Device(Protocol):
    """What plays samples: shape (samples,), int16, mono."""

    def play(self, samples: array[int]) -> None:
        """Play them and return when they are over."""

    def close(self) -> None:
        """Let go of the device."""


@cache
def tone(frequency_hz: float) -> array[int]:
    """A sine of a tenth of a second that fades in and out, so that it does not click."""
    count, fade = round(_SECONDS * RATE_HZ), round(_FADE_S * RATE_HZ)
    return array(
        "h",
        (
            round(
                32767
                * _LOUDNESS
                * min(1.0, i / fade, (count - 1 - i) / fade)
                * sin(2 * pi * frequency_hz * i / RATE_HZ)
            )
            for i in range(count)
        ),
    )


class Tones:
    """Plays in a thread of its own, so that no device, however slow to open, holds the window up."""

    def __init__(self, open_device: Callable[[], Device]) -> None:
        self._open = open_device
        self._queue: queue.Queue[float | None] = queue.Queue(_MOST_WAITING)
        self._thread: threading.Thread | None = None
        self.silent_because = ""  # why there is no sound

    def play(self, frequency_hz: float) -> None:
        """Play a tone soon; where several wait already it is left out."""
        if self.silent_because:
            return
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="tones", daemon=True)
            self._thread.start()
        try:
            self._queue.put_nowait(frequency_hz)
        except queue.Full:
            _LOG.debug("a tone was left out")

    def close(self) -> None:
        """End the thread; may be called twice."""
        thread, self._thread = self._thread, None
        if thread is None:
            return
        self.silent_because = self.silent_because or "closed"
        while thread.is_alive():
            try:
                self._queue.put_nowait(None)
                break
            except queue.Full:
                self._queue.get_nowait()
        thread.join(timeout=5)

    def _run(self) -> None:
        try:
            device = self._open()
        except Exception as error:  # noqa: BLE001 - whatever a sound driver raises, a take does not need it
            self.silent_because = str(error) or type(error).__name__
            _LOG.info("there is no sound: %s", self.silent_because)
            return
        try:
            while (frequency_hz := self._queue.get()) is not None:
                device.play(tone(frequency_hz))
        except Exception as error:  # noqa: BLE001
            self.silent_because = str(error) or type(error).__name__
            _LOG.info("the sound ends: %s", self.silent_because)
        finally:
            device.close()


class _Speaker:
    """The computer's own device, by miniaudio."""

    def __init__(self) -> None:
        import miniaudio  # opens no device yet, but looks for the system's libraries

        self._over = threading.Event()
        self._device = miniaudio.PlaybackDevice(
            output_format=miniaudio.SampleFormat.SIGNED16, nchannels=1, sample_rate=RATE_HZ
        )

    def play(self, samples: array[int]) -> None:
        self._over.clear()
        stream = self._stream(samples)
        next(stream)
        self._device.start(stream)
        self._over.wait(2.0)
        self._device.stop()

    def _stream(self, samples: array[int]) -> Generator[array[int], int, None]:
        asked = yield array("h")
        at = 0
        while at < len(samples):
            asked = yield samples[at : at + asked]
            at += asked
        self._over.set()

    def close(self) -> None:
        self._device.close()


def speaker() -> Device:
    """The computer's sound device; raises whatever its driver raises where there is none."""
    return _Speaker()
