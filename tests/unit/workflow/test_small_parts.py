"""Inbox, tasks, state tables, notices: the small parts that everything else stands on."""

from __future__ import annotations

import logging
import threading
from enum import Enum, auto

import pytest

from tinylab.errors import CancelledError, DataError, TinyLabError, UnforeseenError
from tinylab.events import Event
from tinylab.workflow.inbox import Inbox
from tinylab.workflow.notices import Notices, Tone, Topic
from tinylab.workflow.state_table import StateTable
from tinylab.workflow.task import Task, Tasks, TaskState


class Light(Enum):
    RED = auto()
    GREEN = auto()


class Push(Enum):
    GO = auto()
    STOP = auto()


# --- events and tables ----------------------------------------------------------------------------------


def test_listeners_are_called_in_order_and_may_leave_meanwhile() -> None:
    event: Event[int] = Event()
    heard: list[str] = []
    leave = event.subscribe(lambda value: (heard.append(f"first {value}"), leave()))  # type: ignore[func-returns-value]
    event.subscribe(lambda value: heard.append(f"second {value}"))
    event.emit(1)
    event.emit(2)
    leave()
    assert heard == ["first 1", "second 1", "second 2"]


def test_a_table_moves_only_where_it_knows_the_way() -> None:
    table = StateTable({(Light.RED, Push.GO): Light.GREEN, (Light.GREEN, Push.STOP): Light.RED}, Light.RED)
    seen: list[Light] = []
    table.changed.subscribe(seen.append)
    assert not table.can(Push.STOP)
    assert not table.fire(Push.STOP)
    assert table.fire(Push.GO)
    assert not table.fire(Push.GO)
    assert table.fire(Push.STOP)
    assert seen == [Light.GREEN, Light.RED]


# --- inbox ----------------------------------------------------------------------------------------------


def test_what_other_threads_post_happens_in_the_owning_thread_in_order() -> None:
    inbox = Inbox()
    seen: list[tuple[int, int]] = []

    def post() -> None:
        for number in range(50):
            inbox.post(lambda number=number: seen.append((number, threading.get_ident())))  # type: ignore[misc]

    thread = threading.Thread(target=post)
    thread.start()
    assert inbox.wait(lambda: len(seen) == 50, 10)
    thread.join()
    assert seen == [(number, threading.get_ident()) for number in range(50)]


def test_a_call_that_posts_again_waits_for_the_next_pump() -> None:
    inbox = Inbox()
    seen: list[str] = []
    inbox.post(lambda: (seen.append("first"), inbox.post(lambda: seen.append("second"))))  # type: ignore[func-returns-value]
    inbox.pump()
    assert seen == ["first"]
    inbox.pump()
    assert seen == ["first", "second"]


def test_waiting_for_what_never_happens_ends() -> None:
    assert not Inbox().wait(lambda: False, 0.0)


def test_only_its_owner_may_pump() -> None:
    inbox = Inbox()
    caught: list[BaseException] = []

    def pump() -> None:
        try:
            inbox.pump()
        except AssertionError as error:
            caught.append(error)

    thread = threading.Thread(target=pump)
    thread.start()
    thread.join()
    assert "may pump" in str(caught[0])


# --- tasks ----------------------------------------------------------------------------------------------


def test_a_task_brings_its_result() -> None:
    tasks = Tasks(Inbox())
    done: list[int] = []
    task = tasks.start("Counting", lambda _: 42).then(done.append)
    assert tasks.running == (task,)
    assert task.result(10) == 42
    assert (task.state, done, tasks.running) == (TaskState.DONE, [42], ())
    task.then(done.append)
    assert done == [42, 42]


def test_an_error_of_a_task_is_raised_where_somebody_waits_for_it() -> None:
    def work(_: Task[int]) -> int:
        raise DataError("The file is empty.", "Record again.")

    failed: list[TinyLabError] = []
    task = Tasks(Inbox()).start("Reading", work).then(failed=failed.append)
    with pytest.raises(DataError, match="The file is empty"):
        task.result(10)
    assert (task.state, failed) == (TaskState.FAILED, [task.error])


@pytest.mark.usefixtures("expects_unforeseen")
def test_what_nobody_foresaw_is_reported_calmly_and_the_log_has_the_details(caplog: pytest.LogCaptureFixture) -> None:
    task = Tasks(Inbox()).start("Counting", lambda _: 1 // 0)
    with pytest.raises(UnforeseenError, match="Nothing is lost"):
        task.result(10)
    assert caplog.records[-1].exc_info is not None


def test_a_task_that_is_cancelled_says_so() -> None:
    def work(task: Task[None]) -> None:
        task.report("waiting", 0.5)
        task.pause(60)

    task = Tasks(Inbox()).start("Waiting", work)
    task.cancel()
    with pytest.raises(CancelledError):
        task.result(10)
    assert (task.state, task.detail, task.fraction) == (TaskState.CANCELLED, "waiting", 0.5)


def test_a_task_ends_once() -> None:
    tasks = Tasks(Inbox())
    heard: list[object] = []
    task = tasks.begin("Recording").then(heard.append, heard.append)
    task.finish(1)
    task.fail(DataError("late"))
    task.finish(2)
    assert (heard, task.value, tasks.running) == ([1], 1, ())


def test_waiting_too_long_for_a_task_is_an_error_and_the_task_goes_on() -> None:
    tasks = Tasks(Inbox())
    task = tasks.start("Waiting", lambda task: task.pause(60))
    with pytest.raises(TinyLabError, match="took longer than 0 s"):
        task.result(0)
    assert task.running
    tasks.close()
    assert not task.running


def test_closing_cancels_all_tasks_and_waits_for_them() -> None:
    tasks = Tasks(Inbox())
    ended: list[TinyLabError] = []
    for _ in range(3):
        tasks.start("Waiting", lambda task: task.pause(60)).then(failed=ended.append)
    tasks.close()
    assert tasks.running == ()
    assert len(ended) == 3


# --- notices --------------------------------------------------------------------------------------------


def test_notices_go_to_the_screen_and_the_log(caplog: pytest.LogCaptureFixture) -> None:
    notices = Notices()
    with caplog.at_level(logging.INFO, "tinylab"):
        notices.error(DataError("The file is empty.", "Record again."))
        notices.show(Tone.GOOD, "Done.")
    assert [(n.tone, n.message, n.hint) for n in notices.shown] == [
        (Tone.ERROR, "The file is empty.", "Record again."),
        (Tone.GOOD, "Done.", ""),
    ]
    assert [record.levelno for record in caplog.records] == [logging.WARNING, logging.INFO]


def test_the_same_message_is_shown_once_and_old_ones_give_way() -> None:
    notices = Notices()
    for word in ("a", "b", "a", "c", "d", "e"):
        notices.show(Tone.INFO, word)
    assert [n.message for n in notices.shown] == ["a", "c", "d", "e"]
    notices.dismiss(notices.shown[0])
    notices.dismiss(notices.show(Tone.INFO, "x"))
    assert [n.message for n in notices.shown] == ["c", "d", "e"]
    notices.clear()
    assert notices.shown == ()


def test_news_leave_after_a_while_good_ones_first_and_errors_stay() -> None:
    notices = Notices()
    for tone in Tone:
        notices.show(tone, tone.value)
    notices.tick(100.0)
    notices.tick(105.9)
    assert len(notices.shown) == 4
    notices.tick(106.0)
    assert [each.tone for each in notices.shown] == [Tone.INFO, Tone.CAUTION, Tone.ERROR]
    notices.tick(110.0)
    assert [each.tone for each in notices.shown] == [Tone.CAUTION, Tone.ERROR]
    notices.tick(1e6)
    assert [each.tone for each in notices.shown] == [Tone.ERROR]
    assert len(notices.history) == 4
    assert notices.unseen == 4


def test_nothing_leaves_while_somebody_reads() -> None:
    notices = Notices()
    notices.show(Tone.GOOD, "Saved.")
    notices.tick(0.0)
    notices.held = True
    notices.tick(50.0)
    notices.held = False
    notices.tick(55.9)
    assert len(notices.shown) == 1
    notices.tick(56.0)
    assert notices.shown == ()


def test_a_mended_error_leaves_and_others_stay() -> None:
    notices = Notices()
    notices.show(Tone.ERROR, "The board vanished.", about=Topic.BOARD)
    notices.show(Tone.ERROR, "The disk is full.", about=Topic.EDIT)
    notices.settled(Topic.BOARD)
    assert [each.message for each in notices.shown] == ["The disk is full."]
