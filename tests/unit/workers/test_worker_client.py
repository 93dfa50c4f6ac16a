"""The worker process as it should be, and as it should not: every bad end is a sentence, and the app lives on."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from fakes.waiting import wait_until

from tinylab.errors import CancelledError, TrainingError
from tinylab.workers import client, messages
from tinylab.workers.client import WorkerClient

FAKE = Path(__file__).resolve().parents[2] / "fakes" / "fake_worker.py"
ANYTHING = messages.Run(b"", [np.zeros((1, 1), np.int8)])
Start = Callable[[str], WorkerClient]
Records = list[logging.LogRecord]


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Makes clients of fake workers; they are closed with the test."""
    monkeypatch.setattr(client, "_PATIENCE_S", 0.2)
    made: list[WorkerClient] = []

    def make(mode: str) -> WorkerClient:
        made.append(WorkerClient((sys.executable, str(FAKE), mode)))
        return made[-1]

    yield make
    for each in made:
        each.close()


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_a_request_is_answered_and_epochs_stream(start: Start) -> None:
    worker = start("works")
    assert worker.process_id is None
    epochs: list[messages.Epoch] = []
    answer = worker.ask(ANYTHING, messages.Answers, on_epoch=epochs.append)
    assert answer.outputs.tolist() == [[1, 2]]
    assert epochs == [messages.Epoch(1, 0.5, 0.75, 0.6, 0.7)]
    assert worker.ready
    assert worker.versions == {"fake": "works"}


def test_who_does_not_know_the_password_is_turned_away(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "START_TIMEOUT_S", 5.0)  # where a stranger was let in, nobody is ever ready
    worker = start("strangers come first")
    assert worker.ask(ANYTHING, messages.Answers).outputs.tolist() == [[1, 2]]
    assert worker.versions == {"fake": "strangers come first"}, "a stranger was taken for the worker"


def test_a_failure_is_reported_in_the_workers_words_and_the_worker_stays(
    start: Start, expects_unforeseen: Records
) -> None:
    worker = start("fails")
    with pytest.raises(TrainingError, match=r"Out of memory\."):
        worker.ask(ANYTHING, messages.Answers)
    pid = worker.process_id
    with pytest.raises(TrainingError, match=r"Out of memory\."):
        worker.ask(ANYTHING, messages.Answers)
    assert worker.process_id == pid
    logged = [record.getMessage() for record in expects_unforeseen]
    assert logged == ["unforeseen: the training worker\na traceback"] * 2


@pytest.mark.parametrize(
    ("mode", "message"),
    [
        ("crashes at once", "died. The worker ended with: no module named tensorflow"),
        ("crashes at work", "died. The worker ended with: Segmentation fault, said the fake"),
    ],
)
def test_a_death_is_reported_with_its_last_words_and_the_way_out(
    start: Start, mode: str, message: str, expects_unforeseen: Records
) -> None:
    worker = start(mode)
    with pytest.raises(TrainingError) as caught:
        worker.ask(ANYTHING, messages.Answers)
    assert message in caught.value.message
    assert "fresh worker" in caught.value.hint
    assert worker.process_id is None
    assert not worker.ready
    [record] = expects_unforeseen
    assert "the training worker died (exit code 1" in record.getMessage()
    assert message.rsplit(": ", maxsplit=1)[1] in record.getMessage()


def test_a_worker_that_talks_nonsense_is_dead(start: Start, expects_unforeseen: Records) -> None:
    worker = start("babbles")
    with pytest.raises(TrainingError, match="died") as caught:
        worker.ask(ANYTHING, messages.Answers)
    assert "fresh worker" in caught.value.hint
    assert worker.process_id is None
    [record] = expects_unforeseen
    assert "reading the training worker's answers" in record.getMessage()


def test_a_reader_that_breaks_is_a_death_with_a_traceback_in_the_log(
    start: Start, monkeypatch: pytest.MonkeyPatch, expects_unforeseen: Records
) -> None:
    worker = start("works")
    worker.warm_up()

    def broken(_: object) -> messages.Message:
        raise RuntimeError("planted in the reader")

    monkeypatch.setattr(client.Pipe, "receive", broken)
    with pytest.raises(TrainingError, match="died"):
        worker.ask(ANYTHING, messages.Answers)
    [record] = expects_unforeseen
    assert record.exc_info is not None
    assert "planted" in str(record.exc_info[1])


@pytest.mark.parametrize("mode", ["says nothing", "never connects", "lies"])
def test_a_worker_that_never_gets_ready_is_given_up(start: Start, mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "START_TIMEOUT_S", 1.0)
    worker = start(mode)
    with pytest.raises(TrainingError, match=r"did not start|died"):
        worker.warm_up()
    assert worker.process_id is None


def test_after_a_death_a_fresh_worker_works(start: Start) -> None:
    worker = start("works")
    worker.warm_up()
    first = worker.process_id
    assert first is not None
    os.kill(first, signal.SIGKILL)
    wait_until(lambda: worker.process_id is None)
    assert not worker.ready
    assert worker.ask(ANYTHING, messages.Answers).outputs.tolist() == [[1, 2]]
    assert worker.process_id not in (None, first)


def test_cancelling_ends_a_worker_that_hangs_and_the_next_request_starts_another(start: Start) -> None:
    worker = start("hangs")
    worker.warm_up()
    pid = worker.process_id
    assert pid is not None
    with pytest.raises(CancelledError):
        worker.ask(ANYTHING, messages.Answers, cancelled=lambda: True)
    assert gone(pid)
    worker.warm_up()
    assert worker.process_id is not None


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGTERM to ignore on Windows")
def test_a_worker_that_ignores_sigterm_is_killed(start: Start) -> None:
    worker = start("ignores SIGTERM")
    worker.warm_up()
    pid = worker.process_id
    assert pid is not None
    with pytest.raises(CancelledError):
        worker.ask(ANYTHING, messages.Answers, cancelled=lambda: True)  # it is asked to go, then told, then killed
    assert gone(pid)
    worker.close()
    with pytest.raises(CancelledError, match="closing"):
        worker.warm_up()


def test_closing_kills_at_once_and_waits_for_no_good_will(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """Being asked to go, a worker in the middle of an epoch lets the window wait for seconds."""
    worker = start("ignores SIGTERM")
    worker.warm_up()
    process, asked = worker._process, []
    assert process is not None
    for name in ("terminate", "wait", "kill"):
        inner = getattr(process, name)
        monkeypatch.setattr(process, name, lambda *_, i=inner, n=name, **given: (asked.append(n), i(*_, **given))[1])
    worker.close()
    assert asked[0] == "kill"
    assert "terminate" not in asked
    assert gone(process.pid)


@pytest.mark.parametrize("mode", ["hangs", "says nothing", "never connects"])
def test_closing_while_somebody_waits_ends_the_waiting(start: Start, mode: str) -> None:
    worker = start(mode)
    ends: list[BaseException] = []

    def ask() -> None:
        try:
            worker.ask(ANYTHING, messages.Answers)
        except (TrainingError, CancelledError) as error:
            ends.append(error)

    waiting = threading.Thread(target=ask)
    waiting.start()
    wait_until(lambda: worker.process_id is not None)
    pid = worker.process_id
    assert pid is not None
    worker.close()
    waiting.join(10)
    assert not waiting.is_alive()
    assert "closing" in str(ends[0])
    assert gone(pid)


def test_closing_twice_and_without_a_start_does_no_harm(start: Start) -> None:
    worker = start("works")
    worker.close()
    worker.close()
    worker.stop_training()
    assert worker.process_id is None


def test_a_worker_that_has_trained_often_is_replaced_by_a_fresh_one(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "TRAININGS", 2)
    none = np.zeros((0, 4, 3), np.int16)
    train = messages.Train({}, {}, 2, none, np.zeros(0, np.int64), none, np.zeros(0, np.int64), none, 0)
    worker = start("works")
    worker.ask(train, messages.Answers)
    worker.ask(ANYTHING, messages.Answers)
    first = worker.process_id
    worker.renew()
    assert not worker.tired and worker.process_id == first, "one training does not tire"
    worker.ask(train, messages.Answers)
    assert worker.tired
    worker.renew()
    assert worker.ready and worker.process_id != first
    assert first is not None and gone(first)
    assert not worker.tired
    assert worker.ask(ANYTHING, messages.Answers).outputs.tolist() == [[1, 2]]
