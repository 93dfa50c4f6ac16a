"""Inbox, jobs, history, state tables, notices: the small parts that everything else stands on."""

from __future__ import annotations

import logging
import threading
from enum import Enum, auto

import pytest

from tinylab.errors import CancelledError, DataError, TinyLabError
from tinylab.events import Event
from tinylab.workflow.history import Edit, History
from tinylab.workflow.inbox import Inbox
from tinylab.workflow.jobs import Job, Jobs
from tinylab.workflow.notices import Notices, Tone
from tinylab.workflow.state_table import StateTable


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


# --- jobs -----------------------------------------------------------------------------------------------


def run(work: object) -> tuple[list[object], list[TinyLabError], Jobs]:
    """Start a job and wait for its end: (results, errors, jobs)."""
    inbox = Inbox()
    jobs = Jobs(inbox)
    done: list[object] = []
    failed: list[TinyLabError] = []
    jobs.start("Counting", work, done.append, failed.append)  # type: ignore[arg-type]
    assert [job.title for job in jobs.running] == ["Counting"]
    assert inbox.wait(lambda: not jobs.running, 10)
    return done, failed, jobs


def test_a_job_brings_its_result() -> None:
    assert run(lambda _: 42)[:2] == ([42], [])


def test_an_error_of_a_job_is_told_in_its_own_words() -> None:
    def work(_: Job) -> None:
        raise DataError("The file is empty.", "Record again.")

    _, (error,), _ = run(work)
    assert (error.message, error.hint) == ("The file is empty.", "Record again.")


@pytest.mark.usefixtures("expects_unforeseen")
def test_what_nobody_foresaw_becomes_a_sentence_and_the_log_has_the_details(caplog: pytest.LogCaptureFixture) -> None:
    _, (error,), _ = run(lambda _: 1 // 0)
    assert error.message == "Counting failed: integer division or modulo by zero."
    assert "log" in error.hint
    assert caplog.records[-1].exc_info is not None


def test_a_job_that_is_cancelled_says_so() -> None:
    inbox = Inbox()
    jobs = Jobs(inbox)
    failed: list[TinyLabError] = []

    def work(job: Job) -> None:
        job.report("waiting", 0.5)
        job.pause(60)

    job = jobs.start("Waiting", work, lambda _: None, failed.append)
    job.cancel()
    assert inbox.wait(lambda: bool(failed), 10)
    assert isinstance(failed[0], CancelledError)
    assert job.fraction == 0.5


def test_closing_cancels_all_jobs_and_waits_for_them() -> None:
    jobs = Jobs(Inbox())
    ended: list[TinyLabError] = []
    for _ in range(3):
        jobs.start("Waiting", lambda job: job.pause(60), lambda _: None, ended.append)
    jobs.close()
    assert jobs.running == ()
    assert len(ended) == 3


# --- history --------------------------------------------------------------------------------------------


def edit(words: str, log: list[str]) -> Edit:
    return Edit(words, lambda: log.append(f"do {words}"), lambda: log.append(f"undo {words}"))


def test_edits_are_taken_back_and_done_again_in_turn() -> None:
    history, log = History(), []  # type: ignore[var-annotated]
    history.undo()
    history.redo()
    history.do(edit("a", log))
    history.do(edit("b", log))
    history.remember(edit("c", log))
    assert (history.undo_text, history.redo_text) == ("c", "")
    history.undo()
    history.undo()
    assert (history.undo_text, history.redo_text) == ("a", "b")
    history.redo()
    assert log == ["do a", "do b", "undo c", "undo b", "do b"]


def test_a_new_edit_forgets_what_was_taken_back() -> None:
    history, log = History(), []  # type: ignore[var-annotated]
    history.do(edit("a", log))
    history.undo()
    history.do(edit("b", log))
    assert (history.undo_text, history.redo_text) == ("b", "")
    history.clear()
    assert (history.undo_text, history.redo_text) == ("", "")


def test_an_edit_that_fails_is_not_remembered() -> None:
    def fail() -> None:
        raise DataError("The disk is full.")

    history = History()
    with pytest.raises(DataError):
        history.do(Edit("a", fail, fail))
    assert history.undo_text == ""


def test_an_undo_that_fails_can_be_tried_again() -> None:
    log: list[str] = []
    broken = [True]

    def undo() -> None:
        if broken[0]:
            raise DataError("The disk is full.")
        log.append("undone")

    history = History()
    history.do(Edit("a", lambda: None, undo))
    with pytest.raises(DataError):
        history.undo()
    broken[0] = False
    assert history.undo_text == "a"
    history.undo()
    assert (log, history.redo_text) == (["undone"], "a")


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
    assert [record.levelno for record in caplog.records] == [logging.ERROR, logging.INFO]


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
