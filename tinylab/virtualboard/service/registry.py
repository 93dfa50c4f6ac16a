"""Which virtual boards run on this computer: one small file for each, readable by this user only."""

from __future__ import annotations

import contextlib
import json
import shutil
import socket
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tinylab import folders

_CONNECT_TIMEOUT_S = 0.5


@dataclass(frozen=True, slots=True)
class RunningBoard:
    """Where a running virtual board can be reached."""

    name: str
    pid: int
    serial_port: str  # a device path, or a socket:// address for pyserial's serial_for_url
    drive: Path  # the folder that behaves as a DAPLink drive
    control_port: int  # TCP, on 127.0.0.1
    token: str  # that the control channel asks for
    fast: bool = False


def runtime_dir() -> Path:
    """The folder of everything that lives as long as a board runs, made where it is not there."""
    folder = folders.runtime_dir() / "boards"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def running_boards() -> list[RunningBoard]:
    """All boards that are plugged in and alive, by name; what dead ones left behind is removed."""
    found = []
    for path in sorted(runtime_dir().glob("*.json")):
        board = _read(path)
        if board is not None and _alive(board):
            found.append(board)
        else:
            path.unlink(missing_ok=True)
            shutil.rmtree(path.with_suffix(""), ignore_errors=True)
    return sorted(found, key=lambda board: (board.name, board.pid))


def as_json(board: RunningBoard) -> dict[str, Any]:
    """The board as plain values; `from_json` reads them."""
    return {**asdict(board), "drive": str(board.drive)}


def from_json(values: dict[str, Any]) -> RunningBoard:
    """Raises KeyError or TypeError where the values are no board's."""
    return RunningBoard(**{**values, "drive": Path(values["drive"])})


class RegistryEntry:
    """One board's file; there while the board is plugged in."""

    def __init__(self, pid: int) -> None:
        self._path = runtime_dir() / f"{pid}.json"

    def publish(self, board: RunningBoard) -> None:
        """Write or replace the file, at once."""
        draft = self._path.with_suffix(".tmp")
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(as_json(board)), encoding="utf-8")
        draft.replace(self._path)

    def withdraw(self) -> None:
        """Remove the file."""
        self._path.unlink(missing_ok=True)


def _read(path: Path) -> RunningBoard | None:
    try:
        return from_json(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _alive(board: RunningBoard) -> bool:
    """Its control channel accepts: a process number alone may have gone to somebody else."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", board.control_port), _CONNECT_TIMEOUT_S):
        return True
    return False
