"""The log: what nobody caught is in it, with a traceback, listeners are called, and nothing else fails for it."""

from __future__ import annotations

import gc
import logging
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tinylab.log import log_file
from tinylab.log.faults import MEMORY, Fault, note_action, note_fact, on_unforeseen, unforeseen, unforeseen_text
from tinylab.log.start import start_logging, stop_logging
from tinylab.process import own_environment

LOG = logging.getLogger("tinylab")
Read = Callable[[], str]
START = "from tinylab.log.start import start_logging\nstart_logging('tinylab', debug={debug})\n"


def child(code: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code]
    return subprocess.run(command, env=own_environment(), capture_output=True, text=True, check=False)


def plant() -> None:
    raise RuntimeError("planted")


# --- the file -------------------------------------------------------------------------------------------


def test_it_begins_with_the_versions(log: Read) -> None:
    first = log().splitlines()[0]
    assert "tinylab starts: TinyLab " in first
    assert "numpy " in first
    assert "MainThread" in first


def test_importing_and_asking_for_help_write_nothing(log_folder: Path) -> None:
    done = child("import tinylab.cli.main, tinylab.log.start, tinylab.workers.client")
    assert done.returncode == 0, done.stderr
    command = [sys.executable, "-m", "tinylab", "--help"]
    subprocess.run(command, env=own_environment(), capture_output=True, check=True)
    assert not log_folder.exists()


def test_information_is_written_and_details_only_for_debugging(log_folder: Path) -> None:
    for debug in (False, True):
        path = start_logging("tinylab", debug=debug)
        LOG.info("of interest %s", debug)
        LOG.debug("in detail %s", debug)
        logging.getLogger("somebody").warning("else %s", debug)
        stop_logging()
    text = path.read_text(encoding="utf-8")
    assert path.parent == log_folder
    for line in ("of interest False", "of interest True", "in detail True", "else False"):
        assert line in text
    assert "in detail False" not in text


def test_starting_twice_changes_nothing_and_stopping_leaves_everything_as_it_was(log_folder: Path) -> None:
    root = logging.getLogger()
    before = (sys.excepthook, threading.excepthook, sys.unraisablehook, list(root.handlers), root.level, LOG.level)
    start_logging("tinylab")
    assert sys.excepthook is not before[0]
    assert start_logging("another") == log_folder / "tinylab.log"
    stop_logging()
    stop_logging()
    after = (sys.excepthook, threading.excepthook, sys.unraisablehook, list(root.handlers), root.level, LOG.level)
    assert after == before
    assert [path.name for path in log_folder.iterdir()] == ["tinylab.log"]


def test_it_is_cut_into_three_pieces(log: Read, log_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    [handler] = [each for each in logging.getLogger().handlers if isinstance(each, log_file.SharedLogFile)]
    monkeypatch.setattr(handler, "maxBytes", 2000)
    for number in range(100):
        LOG.info("line %d %s", number, "x" * 80)
    assert sorted(path.name for path in log_folder.glob("tinylab.log*")) == [
        "tinylab.log", "tinylab.log.1", "tinylab.log.2",
    ]  # fmt: skip
    assert "line 99" in log()
    assert all(path.stat().st_size <= 2000 for path in log_folder.glob("tinylab.log*"))


def test_two_programs_write_one_log_across_a_new_piece(log: Read, log_folder: Path) -> None:
    LOG.info("before")
    (log_folder / "tinylab.log").rename(log_folder / "tinylab.log.1")  # as another TinyLab does
    LOG.info("after")
    assert "before" not in log()
    assert "after" in log()
    assert "before" in (log_folder / "tinylab.log.1").read_text(encoding="utf-8")


def test_a_piece_that_cannot_be_renamed_grows(log: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    [handler] = [each for each in logging.getLogger().handlers if isinstance(each, log_file.SharedLogFile)]

    def locked(*_: object) -> None:
        raise PermissionError("another program has it open")

    monkeypatch.setattr(handler, "rotate", locked)
    monkeypatch.setattr(handler, "maxBytes", 500)
    for number in range(20):
        LOG.info("line %d %s", number, "x" * 80)
    assert all(f"line {number} " in log() for number in range(20))


def test_a_log_that_cannot_be_written_is_said_once_and_nothing_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("TINYLAB_LOG_DIR", str(tmp_path / "file" / "log"))
    start_logging("tinylab")
    LOG.info("lost, but remembered")
    stop_logging()
    said = capsys.readouterr().err
    assert said.count("cannot be written") == 1
    assert "lost, but remembered" in MEMORY.as_text()


def test_without_a_stderr_nothing_fails(log_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)  # as in a packed app without a console
    start_logging("tinylab", debug=True)
    LOG.info("here")
    stop_logging()
    assert "here" in (log_folder / "tinylab.log").read_text(encoding="utf-8")


# --- faults ---------------------------------------------------------------------------------------------


def check_logged(text: str, faults: list[Fault], summary: str) -> None:
    [fault] = faults
    assert summary in fault.summary
    for each in (text, fault.details):
        assert summary in each
        assert "Traceback (most recent call last)" in each
        assert "in plant" in each
        assert "RuntimeError: planted" in each


def test_an_exception_in_a_thread(log: Read, faults: list[Fault], expects_unforeseen: list[object]) -> None:
    thread = threading.Thread(target=plant, name="planted thread")
    thread.start()
    thread.join()
    check_logged(log(), faults, "uncaught in thread planted thread")
    assert len(expects_unforeseen) == 1


@pytest.mark.usefixtures("expects_unforeseen")
def test_an_exception_in_an_except_block(log: Read, faults: list[Fault]) -> None:
    try:
        plant()
    except RuntimeError:
        unforeseen("while testing")
    check_logged(log(), faults, "unforeseen: while testing")


@pytest.mark.usefixtures("expects_unforeseen")
def test_an_exception_that_anybody_logs(log: Read, faults: list[Fault]) -> None:
    try:
        plant()
    except RuntimeError:
        LOG.exception("a task failed")
    check_logged(log(), faults, "a task failed")


@pytest.mark.usefixtures("expects_unforeseen")
def test_an_exception_in_a_destructor(log: Read, faults: list[Fault]) -> None:
    class Broken:
        def __del__(self) -> None:
            plant()

    Broken()
    gc.collect()
    check_logged(log(), faults, "Broken.__del__")


@pytest.mark.usefixtures("expects_unforeseen")
def test_a_traceback_of_another_process(log: Read, faults: list[Fault]) -> None:
    unforeseen_text("the worker", "Traceback (most recent call last)\n  in plant\nRuntimeError: planted\n")
    check_logged(log(), faults, "unforeseen: the worker")


def test_the_main_threads_exception_ends_in_the_log_and_one_line_on_stderr(log_folder: Path) -> None:
    done = child(START.format(debug=False) + "raise RuntimeError('planted')")
    assert done.returncode == 1
    path = log_folder / "tinylab.log"
    assert done.stderr == (f"tinylab: Something went wrong that we did not foresee. Nothing is lost. The log: {path}\n")
    text = path.read_text(encoding="utf-8")
    assert "CRITICAL" in text
    assert "RuntimeError: planted" in text


def test_for_debugging_the_log_is_on_stderr(log_folder: Path) -> None:
    code = START.format(debug=True) + "raise ValueError('planted')"
    done = child(code)
    assert "tinylab starts" in done.stderr
    assert "ValueError: planted" in done.stderr
    assert (log_folder / "tinylab.log").is_file()


def test_a_process_that_just_ends_leaves_only_its_log(log_folder: Path) -> None:
    assert child(START.format(debug=False)).returncode == 0
    assert [path.name for path in log_folder.iterdir()] == ["tinylab.log"]


def test_ctrl_c_is_no_fault(log_folder: Path) -> None:
    done = child(START.format(debug=False) + "raise KeyboardInterrupt")
    assert "KeyboardInterrupt" in done.stderr
    assert "KeyboardInterrupt" not in (log_folder / "tinylab.log").read_text(encoding="utf-8")


@pytest.mark.usefixtures("log")
def test_what_the_user_can_mend_is_no_fault(faults: list[Fault]) -> None:
    LOG.warning("the port is busy")
    try:
        plant()
    except RuntimeError:
        LOG.info("ended", exc_info=True)
    assert faults == []


def test_a_listener_that_fails_harms_nobody(log: Read, faults: list[Fault], expects_unforeseen: list[object]) -> None:
    def fail(_: Fault) -> None:
        unforeseen_text("in a listener", "it has a fault of its own")
        raise RuntimeError("in a listener")

    forget = on_unforeseen.subscribe(fail)
    later: list[Fault] = []
    forget_later = on_unforeseen.subscribe(later.append)
    unforeseen_text("somewhere", "details")
    forget()
    forget_later()
    assert [fault.summary for fault in faults] == ["unforeseen: somewhere"]
    assert later == faults
    assert "RuntimeError: in a listener" in log()
    assert len(expects_unforeseen) == 2


@pytest.mark.usefixtures("log", "expects_unforeseen")
def test_listeners_may_log_and_wait_for_another_thread_that_logs() -> None:
    """No lock of the log is held while they are called."""
    done = []

    def listen(_: Fault) -> None:
        thread = threading.Thread(target=lambda: LOG.info("from another thread"))
        thread.start()
        thread.join(10)
        done.append(not thread.is_alive())

    forget = on_unforeseen.subscribe(listen)
    unforeseen_text("somewhere", "details")
    forget()
    assert done == [True]


# --- memory ---------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("log")
def test_it_remembers_the_last_records_actions_and_facts() -> None:
    for number in range(300):
        LOG.info("record %d.", number)
        note_action(f"action {number}.")
    note_fact("board", "one")
    note_fact("board", "another")
    text = MEMORY.as_text()
    assert "record 299." in text
    assert "record 50." not in text
    assert "action 299." in text
    assert "action 200." not in text
    assert "board: another" in text.split("== Last actions", maxsplit=1)[0]
    assert "board: one" not in text.split("== Last actions", maxsplit=1)[0]


@pytest.mark.usefixtures("log")
def test_it_may_be_read_while_others_write() -> None:
    end = threading.Event()

    def write() -> None:
        while not end.is_set():
            LOG.info("line")
            note_action("act")

    threads = [threading.Thread(target=write) for _ in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(50):
        assert "== Last records" in MEMORY.as_text()
    end.set()
    for thread in threads:
        thread.join()
