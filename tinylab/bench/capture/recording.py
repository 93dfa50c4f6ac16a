"""What the parts of the benchmark share: a session of its own, a fast virtual board, and a take of so many seconds."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

import numpy as np

from tinylab.bench.capture.scripted_source import ScriptedSource
from tinylab.boards.catalog import boards
from tinylab.boards.discovery import TRIAL_NAME, BoardPort, virtual_port
from tinylab.data.recording import Header
from tinylab.errors import TinyLabError
from tinylab.link.board import handshake
from tinylab.link.link import Link
from tinylab.temporary import TemporaryFolder
from tinylab.text import tr
from tinylab.virtualboard.service.client import Control, start_virtual_board
from tinylab.workflow.board.opened_board import Linked, Sampling, begin_stream
from tinylab.workflow.board.virtual import virtual_image
from tinylab.workflow.capture.next_take import NextTake, Series
from tinylab.workflow.session import Session

RANGE_G: Final = 4
_MOST_S = 300.0
_MOTION_HZ = 50.0


@contextlib.contextmanager
def session_with_project() -> Iterator[Session]:
    """A session with an empty project that leaves nothing behind."""
    with TemporaryFolder("bench") as folder:
        session = Session(fast_virtual_board=True)
        try:
            session.projects.new(folder / "capture.tinylab").result()
            yield session
        finally:
            session.close()


@contextlib.contextmanager
def fast_board(session: Session, clock_off: float) -> Iterator[Control]:
    """A virtual board in virtual time, connected; its sensor's clock is off by a fraction, and it is swung about.

    The motion goes on for ever, and so does the hurry: a fast board that nobody moves goes by the clock on the wall.
    """
    with start_virtual_board(f"{TRIAL_NAME} of capture", virtual_image(), fast=True, odr_error=clock_off) as process:
        session.connection.connect(virtual_port(process.board)).result()
        time = np.arange(round(4 * _MOTION_HZ)) / _MOTION_HZ
        swing = 0.5 * np.sin(2 * np.pi * time[:, None] * np.array([1.0, 1.5, 2.0])) + np.array([0.0, 0.0, 1.0])
        process.control.play(swing, _MOTION_HZ, loop=True)
        yield process.control
        session.connection.disconnect()


def record(session: Session, seconds: float, label: str = "swing") -> Header:
    """One take at once; raises TinyLabError where there is none."""
    take = NextTake(label, seconds=seconds, countdown_s=0.0, series=Series.ONE, sound=False)
    session.recorder.set_next(take)
    return session.recorder.record().result(_MOST_S)


def sample_at(session: Session, rate_hz: int) -> None:
    """Let the board measure at a rate; raises TinyLabError where it does not."""
    session.sampling.choose(Sampling(rate_hz, RANGE_G))
    session.inbox.wait(lambda: not session.tasks.running, _MOST_S)
    linked = session.connection.linked
    if linked is None or linked.identity.hello.rate_hz != rate_hz:
        raise TinyLabError(tr("The virtual board does not measure at {rate} Hz.", rate=rate_hz))


def connect_source(session: Session, source: ScriptedSource, rate_hz: int) -> None:
    """Let a scripted source stream at any rate, also one that no sensor of a known board has."""
    known = boards()[0]
    board = replace(known, sensor=replace(known.sensor, rates_hz=(*known.sensor.rates_hz, rate_hz)))
    port = BoardPort(source.name, source.name, "virtual")
    link = Link(source)
    linked = begin_stream(Linked(port, link, handshake(link), board), Sampling(rate_hz, RANGE_G))
    session.connection.wanted = port
    session.connection.release()
    session.connection.adopt(linked)


def expected_gaps(first: int, samples: int, missing: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """(index of the sample after it, samples missing) of each gap of a take.

    `first` is the number of its first sample, `samples` how many it stored, `missing` (number, count) of what was left
    out of the stream.
    """
    found, before = [], 0
    for number, count in missing:
        at = number - first - before
        if 0 < at < samples:
            found.append((at, count))
        if number >= first:
            before += count
    return found
