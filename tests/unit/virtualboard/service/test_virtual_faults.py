"""A board's process that fails says so, with a traceback in the log."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path

import pytest
from virtual_host import wait_until

from tinylab.errors import BoardError
from tinylab.log.log_file import log_path
from tinylab.virtualboard.service.client import start_virtual_board

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")


def in_a_board(monkeypatch: pytest.MonkeyPatch, folder: Path, code: str) -> None:
    """Have `code` run in every board that is started, before anything else of it."""
    (folder / "sitecustomize.py").write_text(code, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")]))


PLANTED = """
from tinylab.virtualboard.service.{module} import {owner}
def planted(*_): raise IndexError("planted in the board")
{owner}.{function} = planted
"""


def test_a_fault_at_the_start_is_a_sentence_and_a_traceback_in_both_logs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, expects_unforeseen: list[logging.LogRecord]
) -> None:
    in_a_board(monkeypatch, tmp_path, PLANTED.format(module="board", owner="VirtualBoard", function="plug"))
    with pytest.raises(BoardError, match="did not start: IndexError: planted in the board"):
        start_virtual_board("Anna")
    [record] = expects_unforeseen
    assert "Traceback (most recent call last)" in record.getMessage()
    assert "planted in the board" in log_path("virtualboard").read_text(encoding="utf-8")


def test_a_fault_while_it_runs_is_in_the_log_with_its_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, expects_unforeseen: list[logging.LogRecord]
) -> None:
    in_a_board(monkeypatch, tmp_path, PLANTED.format(module="commands", owner="Commands", function="handle"))
    board = start_virtual_board("Anna")
    with pytest.raises(BoardError, match="does not answer"):
        board.control.state()
    wait_until(lambda: not board.alive)
    board.close()
    board.close()
    [record] = expects_unforeseen
    assert "the virtual board “Anna” died" in record.getMessage()
    assert "IndexError: planted in the board" in record.getMessage()


def test_a_crash_in_c_leaves_its_trace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, expects_unforeseen: list[logging.LogRecord]
) -> None:
    code = PLANTED.format(module="commands", owner="Commands", function="handle")
    crash = "import faulthandler; faulthandler._sigsegv()"
    in_a_board(monkeypatch, tmp_path, code.replace('raise IndexError("planted in the board")', crash))
    with start_virtual_board("Anna") as board, pytest.raises(BoardError, match="does not answer"):
        board.control.state()
    [record] = expects_unforeseen
    assert "Segmentation fault" in record.getMessage()
