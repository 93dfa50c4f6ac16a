"""Takes: whole, cancelled, cut off by a cable that is pulled."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
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
from tinylab.workflow.board.link_states import LinkState
from tinylab.workflow.board.opened_board import Sampling
from tinylab.workflow.capture.capture_states import CaptureState
from tinylab.workflow.capture.next_take import NextTake
from tinylab.workflow.notices import Tone
from tinylab.workflow.session import Session

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")

NOW = NextTake("wave", "Anna", seconds=2.0, countdown_s=0.0)
ENDLESS = replace(NOW, seconds=600.0)


def rows_of(path: Path, *tables: str) -> list[int]:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return [connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables]


def start(session: Session, take: NextTake) -> None:
    session.recorder.set_next(take)
    session.recorder.record()
    pump(session, lambda: session.recorder.state is CaptureState.RECORDING)


def test_a_take_has_exactly_the_samples_that_were_asked_for(session: Session, port: BoardPort) -> None:
    connect(session, port)
    start(session, NOW)
    pump(session, lambda: session.recorder.state is CaptureState.IDLE)
    (recording,) = session.document.takes
    assert (recording.samples, recording.asked, recording.lost, recording.overruns) == (200, 200, 0, 0)
    assert (recording.label, recording.subject, recording.rate_asked_hz) == ("wave", "Anna", 100.0)
    assert recording.rate_hz == pytest.approx(100, rel=0.005)
    assert recording.g_per_count == 0.00195
    assert np.linalg.norm(session.document.recording(recording.id).in_g.mean(axis=0)) == pytest.approx(1, abs=0.1)
    assert (recording.sensor, recording.frame) == ("LSM303AGR", "raw")
    assert session.recorder.last is not None
    assert session.recorder.last.verdict.grade is not Grade.AGAIN
    session.document.undo()
    assert session.document.takes == ()
    session.document.redo()
    assert len(session.document.takes) == 1


def test_the_virtual_board_plays_the_label(session: Session, port: BoardPort) -> None:
    connect(session, port)
    done: list[str] = []
    session.motion.changed.subscribe(lambda _: done.append(session.motion.doing))
    start(session, replace(NOW, label="shake"))
    pump(session, lambda: session.recorder.state is CaptureState.IDLE)
    (recording,) = session.document.takes
    assert session.document.recording(recording.id).in_g.std(axis=0).max() > 0.5
    assert any("shake" in each for each in done)


def test_the_countdown_is_counted_and_can_be_cancelled(session: Session, port: BoardPort) -> None:
    connect(session, port)
    session.recorder.set_next(replace(NOW, countdown_s=60.0))
    session.recorder.record()
    assert session.recorder.state is CaptureState.COUNTDOWN
    assert 50 < session.recorder.countdown_left_s <= 60
    session.recorder.discard()
    assert session.recorder.state is CaptureState.IDLE
    assert session.document.takes == ()


def test_a_cancelled_take_leaves_nothing_behind(session: Session, port: BoardPort) -> None:
    connect(session, port)
    start(session, ENDLESS)
    pump(session, lambda: session.recorder.share > 0)
    session.recorder.discard()
    assert session.recorder.state is CaptureState.IDLE
    assert rows_of(session.document.open_project().path, "takes", "signals", "chunks", "open_takes") == [0, 0, 0, 0]
    start(session, NOW)
    pump(session, lambda: session.recorder.state is CaptureState.IDLE)
    assert len(session.document.takes) == 1


def test_a_take_that_is_stopped_is_kept_and_nothing_of_it_counts_as_lost(session: Session, port: BoardPort) -> None:
    connect(session, port)
    session.recorder.set_next(ENDLESS)
    task = session.recorder.record()
    pump(session, lambda: session.recorder.share > 0)
    session.recorder.stop()
    take = task.result(10)
    assert session.recorder.state is CaptureState.IDLE
    assert session.document.takes == (take,)
    assert take.samples == take.asked > 0
    assert (take.lost, take.ended) == (0, "")


def test_a_port_that_vanishes_mid_take_ends_it_and_what_came_is_kept_and_marked(
    session: Session, port: BoardPort, board: VirtualBoardProcess
) -> None:
    connect(session, port)
    session.recorder.set_next(ENDLESS)
    task = session.recorder.record()
    pump(session, lambda: session.recorder.share > 0.0005)
    board.control.unplug()
    pump(session, lambda: session.connection.state is LinkState.LOST)
    assert session.recorder.state is CaptureState.IDLE
    (kept,) = session.document.takes
    assert task.result(1) == kept
    assert kept.samples >= 30
    assert kept.samples + kept.lost == kept.asked == 60_000
    assert kept.ended == f"The port {port.device} has vanished."
    assert session.recorder.last is not None
    assert session.recorder.last.verdict.grade is Grade.AGAIN
    notice = next(n for n in session.notices.shown if n.actions)
    assert (notice.tone, notice.actions[0].label) == (Tone.ERROR, "Delete it")
    notice.actions[0].act()
    assert session.document.takes == ()
    session.document.undo()
    assert session.document.takes == (kept,)


def test_an_unplugged_board_is_noticed_also_after_a_change_of_rate(
    session: Session, port: BoardPort, board: VirtualBoardProcess
) -> None:
    connect(session, port)
    session.sampling.choose(Sampling(400, 8))
    pump(session, lambda: not session.tasks.running)
    session.recorder.set_next(ENDLESS)
    task = session.recorder.record()
    pump(session, lambda: session.recorder.share > 0)
    board.control.unplug()
    pump(session, lambda: session.connection.state is LinkState.LOST)
    assert task.result(1).ended


def test_a_take_of_a_program_that_was_killed_is_listed_at_the_next_start(
    session: Session, port: BoardPort, tmp_path: Path
) -> None:
    connect(session, port)
    start(session, ENDLESS)
    pump(session, lambda: session.recorder.share > 0)
    path = session.document.open_project().path
    killed = tmp_path / "killed.tinylab"
    for ending in ("", "-wal"):  # what a killed program leaves
        shutil.copyfile(path.with_name(path.name + ending), killed.with_name(killed.name + ending))
    session.recorder.discard()
    project = Project.open(killed)
    (take,) = project.headers()[0]
    assert take.ended == "TinyLab was closed before the take was whole."
    assert take.samples > 0
    assert project.journal.undo_text == "record “wave”"
    project.close()


def test_samples_lost_on_the_wire_are_counted_and_the_take_is_no_longer(
    session: Session, port: BoardPort, board: VirtualBoardProcess
) -> None:
    connect(session, port)
    start(session, replace(NOW, seconds=10.0))
    pump(session, lambda: session.recorder.share > 0)
    board.control.lose_bytes(300)
    pump(session, lambda: session.recorder.state is CaptureState.IDLE)
    (recording,) = session.document.takes
    assert recording.samples + recording.lost == 1000
    assert recording.lost > 0
    assert session.recorder.last is not None
    assert "samples lost" in str(session.recorder.last.verdict)


@pytest.mark.parametrize(
    ("take", "message"),
    [
        (replace(NOW, label=" "), "The label is empty."),
        (replace(NOW, label="x" * 301), "The label is longer than 300 characters."),
        (replace(NOW, subject="a\0b"), "The subject holds a character that cannot be stored."),
        (replace(NOW, seconds=0.1), "A take lasts between 0.2 and 600 seconds."),
        (replace(NOW, seconds=float("nan")), "A take lasts between 0.2 and 600 seconds."),
    ],
)
def test_a_take_that_makes_no_sense_is_reported(
    session: Session, port: BoardPort, take: NextTake, message: str
) -> None:
    connect(session, port)
    session.recorder.set_next(take)
    session.recorder.record()
    assert errors(session) == [message]
    assert session.recorder.state is CaptureState.IDLE


def test_without_a_board_there_is_nothing_to_record(session: Session) -> None:
    session.recorder.set_next(NOW)
    assert session.recorder.why_not() == "Connect a board first."
    session.recorder.record()
    assert "No board is connected" in errors(session)[0]
    assert session.recorder.state is CaptureState.IDLE


def test_blanks_around_names_are_not_kept(session: Session, port: BoardPort) -> None:
    connect(session, port)
    start(session, replace(NOW, label=" wave\t", subject=" Anna ", seconds=0.2))
    pump(session, lambda: session.recorder.state is CaptureState.IDLE)
    (take,) = session.document.takes
    assert (take.label, take.subject) == ("wave", "Anna")
    assert session.document.labels == ("wave",)


def test_rate_and_range_do_not_change_under_a_running_take(session: Session, port: BoardPort) -> None:
    connect(session, port)
    start(session, ENDLESS)
    session.sampling.choose(Sampling(400, 8))
    assert session.connection.sampling == Sampling(100, 4)
    assert [n.tone for n in session.notices.shown if "take" in n.message] == [Tone.CAUTION]
    session.recorder.discard()
    session.sampling.choose(Sampling(400, 8))
    assert session.connection.sampling == Sampling(400, 8)
    pump(session, lambda: not session.tasks.running)


def test_opening_another_project_ends_the_take(session: Session, port: BoardPort, tmp_path: Path) -> None:
    connect(session, port)
    first = session.document.open_project().path
    start(session, ENDLESS)
    pump(session, lambda: session.recorder.share > 0)
    session.projects.new(tmp_path / "other.tinylab").result()
    assert session.recorder.state is CaptureState.IDLE
    assert session.document.takes == ()
    assert session.recorder.last is None
    session.projects.open(first).result()
    (kept,) = session.document.takes
    assert kept.samples > 0
    pump(session, lambda: not session.tasks.running)


def test_what_was_recorded_last_is_what_is_offered_again(session: Session, port: BoardPort) -> None:
    connect(session, port)
    for label, subject in (("wave", "Anna"), ("punch", "Ben")):
        session.recorder.set_next(replace(NOW, label=label, subject=subject, seconds=0.3))
        session.recorder.record().result(30)
    session.recorder.forget_project()
    session.recorder.choose_first()
    assert (session.recorder.next.label, session.recorder.next.subject) == ("punch", "Ben")
    session.document.undo()
    session.recorder.forget_project()
    session.recorder.choose_first()
    assert (session.recorder.next.label, session.recorder.next.subject) == ("wave", "Anna")
