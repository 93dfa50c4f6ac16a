"""The simulated motion never makes anybody wait, and the same take has the same samples every time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from fakes.control import ANNA, BERT, FakeControl
from fakes.sessions import errors, pump
from fakes.waiting import wait_until

from tinylab.boards.discovery import BoardPort
from tinylab.data.recording import Recording
from tinylab.errors import BoardError
from tinylab.virtualboard.service.registry import RunningBoard
from tinylab.workflow.board.connection import Connection
from tinylab.workflow.board.motion import Motion
from tinylab.workflow.board.motion_sender import Command, MotionSender
from tinylab.workflow.board.opened_board import Sampling
from tinylab.workflow.capture.next_take import NextTake
from tinylab.workflow.session import Session


@pytest.fixture
def control() -> FakeControl:
    return FakeControl()


@pytest.fixture
def sender(control: FakeControl) -> Iterator[MotionSender]:
    made = MotionSender(control.connect)  # type: ignore[arg-type]
    yield made
    made.close()


def send(sender: MotionSender, number: int, board: RunningBoard = ANNA) -> list[object]:
    """Ask for a pose; what came of it arrives in the list."""
    outcome: list[object] = []
    sender.send(Command(board, lambda control: control.pose(number, 0, 0), outcome.append, outcome.append))
    return outcome


def test_while_the_board_does_not_answer_the_newest_command_waits_alone(
    sender: MotionSender, control: FakeControl
) -> None:
    control.answers.clear()
    first = send(sender, 0)
    assert control.entered.acquire(timeout=20)
    outcomes = [send(sender, number) for number in range(1, 100)]
    assert first == [] and len([each for each in outcomes if each]) == 98, "all but the newest were replaced"
    control.answers.set()
    wait_until(lambda: outcomes[-1] == [7])
    assert control.asked == [(0, 0, 0), (99, 0, 0)]
    assert control.opened == 1


def test_another_board_gets_a_connection_of_its_own(sender: MotionSender, control: FakeControl) -> None:
    for board in (ANNA, ANNA, BERT):
        outcome = send(sender, 1, board)
        wait_until(lambda found=outcome: found == [7])  # type: ignore[misc]
    assert (control.opened, control.closed) == (2, 1)


def test_closing_ends_the_thread_of_a_board_that_never_answers(control: FakeControl) -> None:
    control.answers.clear()
    sender = MotionSender(control.connect)  # type: ignore[arg-type]
    send(sender, 1)
    assert control.entered.acquire(timeout=20)
    sender.close()
    sender.close()
    assert sender._thread is not None and not sender._thread.is_alive()
    assert send(sender, 2) == [] and control.closed == 1


@pytest.fixture
def motion(session: Session, sender: MotionSender) -> Motion:
    """The session's motion, as if a virtual board were connected, with a control channel of the test's own."""
    session.motion.close()
    session.connection.wanted = BoardPort("Anna", "nowhere", "virtual", virtual=ANNA)
    return Motion(session.connection, session.document, session.recorder, session.notices, session.inbox, sender)


@pytest.fixture(autouse=True)
def _connected(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if "motion" in request.fixturenames:
        monkeypatch.setattr(Connection, "connected", property(lambda _: True))


def test_an_error_is_said_once_and_not_for_every_move(session: Session, motion: Motion, control: FakeControl) -> None:
    control.error = BoardError("The virtual board “Anna” does not answer.")
    for number in range(5):
        motion.tilt(number / 10, 0)
        pump(session, lambda: not motion._sender._next)
    pump(session, lambda: errors(session) != [])
    assert errors(session) == ["The virtual board “Anna” does not answer."]
    control.error = None
    motion.tilt(0.1, 0)
    pump(session, lambda: not motion._failing)


def test_what_is_drawn_for_a_label_is_what_the_label_plays(
    session: Session, motion: Motion, control: FakeControl
) -> None:
    path = [(t / 50, np.sin(t / 5), 0.0) for t in range(60)]
    motion.draw("my own", path)
    wait_until(lambda: len(control.asked) == 1)
    samples, rate_hz, loop = control.asked[0]
    assert samples > 5 * 200 and rate_hz == 200.0 and loop, "several repetitions, each a little different"
    assert motion.doing == "plays what was drawn for my own"
    motion.play_label("another")
    assert "made up for another" in motion.doing
    motion.play_label("my own")
    assert "drawn" in motion.doing
    motion.forget_drawn("my own")
    motion.play_label("my own")
    assert "made up for my own" in motion.doing
    motion.draw("my own", path[:2])
    assert "lasts between" in errors(session)[0] and motion.drawn == {}


def _record(folder: Path, wave: Recording, samples_before: int) -> list[np.ndarray]:
    """A replayed take and one of a made-up motion, in a session and on a board of their own."""
    session = Session(fast_virtual_board=True)
    try:
        session.projects.new(folder / "lab.tinylab").result()
        session.sampling.choose(Sampling(50, 4))
        session.boards.connect_virtual().result(120)
        pump(session, lambda: session.connection.stream.samples >= samples_before)
        found = []
        for label in ("wave", "my gesture"):
            if label == "wave":
                session.motion.prepare(wave)
            session.recorder.set_next(NextTake(label, "Anna", 3.0, countdown_s=0))
            take = session.recorder.record().result(120)
            found.append(session.document.recording(take.id).counts)
        return found
    finally:
        session.close()


def test_the_same_take_has_the_same_samples_on_every_board(tmp_path: Path) -> None:
    random = np.random.default_rng(5)
    counts = np.cumsum(random.integers(-200, 201, (250, 3)), axis=0).clip(-2000, 2000).astype(np.int16)
    wave = Recording.of(counts, label="wave", subject="Anna", rate_hz=31.7, g_per_count=0.001)
    takes = []
    for number in range(2):
        (tmp_path / str(number)).mkdir()
        takes.append(_record(tmp_path / str(number), wave, 3 + 11 * number))
    for one, other in zip(*takes, strict=True):
        assert len(one) == 150
        assert np.array_equal(one, other)
    assert takes[0][0][0] == pytest.approx(wave.in_g[0] / 0.00195, abs=1), "the motion begins with the take"
