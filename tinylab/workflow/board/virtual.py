"""The session's own virtual board: built, started, flashed with the capture firmware, and ended with the session."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from tinylab.boards.catalog import Board, boards
from tinylab.boards.discovery import BoardPort, virtual_port
from tinylab.deploy.firmware import Build, build_firmware, firmware_build_id
from tinylab.errors import BoardError
from tinylab.folders import cache_dir
from tinylab.temporary import TemporaryFolder
from tinylab.virtualboard.service.client import VirtualBoardProcess, start_virtual_board
from tinylab.virtualboard.service.registry import running_boards

NAME = "virtual micro:bit V2"


def base_image(board: Board, cancelled: Callable[[], bool] = lambda: False) -> Path:
    """The capture-only image, built once and kept in the user's cache; raises DeployError where it cannot be built."""
    kept = cache_dir() / f"{board.port}-{firmware_build_id(board)}.hex"
    if not kept.is_file():
        with TemporaryFolder("build") as folder:
            build: Build = build_firmware(board, folder, None, cancelled)
            kept.parent.mkdir(parents=True, exist_ok=True)
            partial = kept.with_suffix(f".{id(build)}.part")
            shutil.copyfile(build.image.hex, partial)
            partial.replace(kept)  # whole or not at all, also when two TinyLabs start at once
    return kept


def virtual_image(cancelled: Callable[[], bool] = lambda: False) -> Path:
    """The capture-only image of the board that the virtual one emulates."""
    return base_image(boards()[0], cancelled)


class OwnVirtualBoard:
    """Starts a virtual board when one is asked for; ends it with the session."""

    def __init__(self, *, fast: bool = False) -> None:
        self._fast = fast
        self._process: VirtualBoardProcess | None = None

    @property
    def process(self) -> VirtualBoardProcess | None:
        """The running board, or None."""
        return self._process if self._process is not None and self._process.alive else None

    def start(self, cancelled: Callable[[], bool] = lambda: False) -> BoardPort:
        """The port of the running board, started first if need be; may be called from a job's thread."""
        if not self._healthy():
            self.close()
            self._process = start_virtual_board(NAME, virtual_image(cancelled), fast=self._fast)
        assert self._process is not None
        pid = self._process.board.pid
        # Unplugged and plugged in again, a board has another serial port than the one it started with.
        current = next((board for board in running_boards() if board.pid == pid), self._process.board)
        return virtual_port(current)

    def _healthy(self) -> bool:
        """Whether it runs, is plugged in, and still holds a whole image."""
        process = self.process
        if process is None:
            return False
        try:
            state = process.control.state()
        except BoardError:
            return False
        return bool(state["plugged"]) and state["flash"] == "programmed"

    def close(self) -> None:
        """End the board's process."""
        if self._process is not None:
            self._process.close()
            self._process = None
