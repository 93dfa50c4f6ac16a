"""Tones are played in a thread of their own; a computer without sound is silent and nothing else."""

from __future__ import annotations

import threading
from array import array
from itertools import pairwise

import pytest

from tinylab.ui.tools.tones import COUNT_HZ, GO_HZ, RATE_HZ, Tones, tone


class Speaker:
    """Notes what it plays; may be held up."""

    def __init__(self, free: threading.Event | None = None) -> None:
        self.played: list[array[int]] = []
        self.closed = False
        self.free = free

    def play(self, samples: array[int]) -> None:
        if self.free is not None:
            assert self.free.wait(30)
        self.played.append(samples)

    def close(self) -> None:
        self.closed = True


def test_a_tone_has_its_frequency_and_neither_clicks_nor_clips() -> None:
    samples = tone(GO_HZ)
    crossings = sum(1 for a, b in pairwise(samples) if a < 0 <= b)
    assert crossings == pytest.approx(GO_HZ * len(samples) / RATE_HZ, abs=1)
    assert samples[0] == samples[-1] == 0
    assert 5_000 < max(samples) < 12_000


def test_tones_are_played_in_order_and_closing_ends_the_thread() -> None:
    speaker = Speaker()
    tones = Tones(lambda: speaker)
    tones.play(COUNT_HZ)
    tones.play(GO_HZ)
    tones.close()
    tones.close()
    assert speaker.played == [tone(COUNT_HZ), tone(GO_HZ)]
    assert speaker.closed


def test_a_slow_device_holds_nobody_up_and_what_comes_late_is_left_out() -> None:
    free = threading.Event()
    speaker = Speaker(free)
    tones = Tones(lambda: speaker)
    for _ in range(50):
        tones.play(COUNT_HZ)
    free.set()
    tones.close()
    assert 1 <= len(speaker.played) <= 6


def test_without_a_device_it_is_silent_and_says_why() -> None:
    tried = []

    def none() -> Speaker:
        tried.append(1)
        raise RuntimeError("no device")

    tones = Tones(none)
    tones.play(COUNT_HZ)
    assert tones._thread is not None
    tones._thread.join(30)
    tones.play(COUNT_HZ)
    assert tones.silent_because == "no device"
    tones.close()
    assert tried == [1]


def test_a_device_that_fails_later_is_closed() -> None:
    class Broken(Speaker):
        def play(self, samples: array[int]) -> None:
            raise OSError("pulled out")

    speaker = Broken()
    tones = Tones(lambda: speaker)
    tones.play(COUNT_HZ)
    tones.close()
    assert speaker.closed
