"""Takes: whole, cancelled, cut off by a cable that is pulled."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fakes.sessions import connect, errors, pump

from tinylab.boards.discovery import BoardPort
from tinylab.data.project import Project
from tinylab.data.verdict import Grade
from tinylab.virtualboard.service.client import VirtualBoardProcess
from tinylab.workflow.connection import LinkState, Sampling
from tinylab.workflow.notices import Tone
from tinylab.workflow.recorder import CaptureState, NextTake
from tinylab.workflow.session import Session

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")

NOW = NextTake("wave", "Anna", seconds=2.0, countdown_s=0.0)
ENDLESS = replace(NOW, seconds=600.0)


def start(session: Session, take: NextTake) -> None:
    session.capture.set_next(take)
    session.capture.record()
    pump(session, lambda: session.capture.state is CaptureState.RECORDING)


def test_a_take_has_exactly_the_samples_that_were_asked_for(session: Session, port: BoardPort) -> None:
    connect(session, port)
    start(session, NOW)
    pump(session, lambda: session.capture.state is CaptureState.IDLE)
    (recording,) = session.library.recordings
    assert (recording.samples, recording.lost, recording.overruns) == (200, 0, 0)
    assert (recording.label, recording.subject, recording.rate_asked_hz) == ("wave", "Anna", 100.0)
    assert recording.rate_hz == pytest.approx(100, rel=0.005)
    assert recording.g_per_count == 0.00195
    assert np.linalg.norm(recording.in_g.mean(axis=0)) == pytest.approx(1, abs=0.1)
    assert recording.origin.sensor == "LSM303AGR"
    assert session.capture.last is not None
    assert session.capture.last.verdict.grade is not Grade.AGAIN
    session.history.undo()
    assert session.library.recordings == ()
    session.history.redo()
    assert len(session.library.recordings) == 1


def test_the_hand_performs_the_label(session: Session, port: BoardPort) -> None:
    connect(session, port)
    done: list[str] = []
    session.motion.changed.subscribe(lambda _: done.append(session.motion.doing))
    start(session, replace(NOW, label="shake"))
    pump(session, lambda: session.capture.state is CaptureState.IDLE)
    (recording,) = session.library.recordings
    assert recording.in_g.std(axis=0).max() > 0.5
    assert "shake" in done[0]


def test_the_countdown_is_counted_and_can_be_cancelled(session: Session, port: BoardPort) -> None:
    connect(session, port)
    session.capture.set_next(replace(NOW, countdown_s=60.0))
    session.capture.record()
    assert session.capture.state is CaptureState.COUNTDOWN
    assert 50 < session.capture.countdown_left_s <= 60
    session.capture.cancel()
    assert session.capture.state is CaptureState.IDLE
    assert session.library.recordings == ()


def test_a_cancelled_take_leaves_nothing_behind(session: Session, port: BoardPort) -> None:
    connect(session, port)
    start(session, ENDLESS)
    pump(session, lambda: session.capture.share > 0)
    session.capture.cancel()
    assert session.capture.state is CaptureState.IDLE
    assert session.library.project is not None
    assert session.library.project._query("SELECT count(*) FROM recordings") == [(0,)]
    assert session.library.project._query("SELECT count(*) FROM chunks") == [(0,)]
    start(session, NOW)
    pump(session, lambda: session.capture.state is CaptureState.IDLE)
    assert len(session.library.recordings) == 1


def test_a_port_that_vanishes_mid_take_keeps_it_only_if_asked(
    session: Session, port: BoardPort, board: VirtualBoardProcess
) -> None:
    connect(session, port)
    start(session, ENDLESS)
    pump(session, lambda: session.capture.share > 0.0005)
    board.control.unplug()
    pump(session, lambda: session.connection.state is LinkState.LOST)
    assert session.capture.state is CaptureState.IDLE
    assert session.library.recordings == ()
    notice = next(n for n in session.notices.shown if n.action is not None)
    assert (notice.tone, notice.action_label) == (Tone.ERROR, "Keep it")
    assert "into the take" in notice.message
    assert notice.action is not None
    notice.action()
    (kept,) = session.library.recordings
    assert kept.samples >= 30
    assert kept.lost == 0
    session.history.undo()
    assert session.library.recordings == ()


def test_what_was_not_kept_is_gone_when_the_project_is_closed(
    session: Session, port: BoardPort, board: VirtualBoardProcess
) -> None:
    connect(session, port)
    start(session, ENDLESS)
    pump(session, lambda: session.capture.share > 0)
    board.control.unplug()
    pump(session, lambda: session.connection.state is LinkState.LOST)
    assert session.project is not None
    path = session.project.path
    session.close()
    project = Project.open(path)
    assert project._query("SELECT count(*) FROM recordings") == [(0,)]
    project.close()


def test_samples_lost_on_the_wire_are_counted_and_the_take_is_no_longer(
    session: Session, port: BoardPort, board: VirtualBoardProcess
) -> None:
    connect(session, port)
    start(session, replace(NOW, seconds=10.0))
    pump(session, lambda: session.capture.share > 0)
    board.control.lose_bytes(300)
    pump(session, lambda: session.capture.state is CaptureState.IDLE)
    (recording,) = session.library.recordings
    assert recording.samples + recording.lost == 1000
    assert recording.lost > 0
    assert session.capture.last is not None
    assert "samples lost" in str(session.capture.last.verdict)


@pytest.mark.parametrize(
    ("take", "words"),
    [
        (replace(NOW, label=" "), "The label is empty."),
        (replace(NOW, label="x" * 301), "The label is longer than 300 characters."),
        (replace(NOW, subject="a\0b"), "The subject holds a character that cannot be stored."),
        (replace(NOW, seconds=0.1), "A take lasts between 0.2 and 600 seconds."),
        (replace(NOW, seconds=float("nan")), "A take lasts between 0.2 and 600 seconds."),
    ],
)
def test_a_take_that_makes_no_sense_is_told(session: Session, port: BoardPort, take: NextTake, words: str) -> None:
    connect(session, port)
    session.capture.set_next(take)
    session.capture.record()
    assert errors(session) == [words]
    assert session.capture.state is CaptureState.IDLE


def test_without_a_board_there_is_nothing_to_record(session: Session) -> None:
    session.capture.set_next(NOW)
    assert session.capture.why_not() == "Connect a board first."
    session.capture.record()
    assert "No board is connected" in errors(session)[0]
    assert session.capture.state is CaptureState.IDLE


def test_rate_and_range_do_not_change_under_a_running_take(session: Session, port: BoardPort) -> None:
    connect(session, port)
    start(session, ENDLESS)
    session.set_sampling(Sampling(400, 8))
    assert session.connection.sampling == Sampling(100, 4)
    assert [n.tone for n in session.notices.shown if "take" in n.message] == [Tone.CAUTION]
    session.capture.cancel()
    session.set_sampling(Sampling(400, 8))
    assert session.connection.sampling == Sampling(400, 8)
    pump(session, lambda: not session.jobs.running)


def test_opening_another_project_ends_the_take(session: Session, port: BoardPort, tmp_path: Path) -> None:
    connect(session, port)
    start(session, ENDLESS)
    pump(session, lambda: session.capture.share > 0)
    session.new_project(tmp_path / "other.tinylab")
    assert session.capture.state is CaptureState.IDLE
    assert session.library.recordings == ()
    pump(session, lambda: not session.jobs.running)
