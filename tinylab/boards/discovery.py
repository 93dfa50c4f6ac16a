"""What is plugged in now: serial ports of known boards, other serial ports, and running virtual boards."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from serial.tools import list_ports

from tinylab.boards.catalog import Board, boards
from tinylab.boards.flash.drive import DETAILS
from tinylab.virtualboard.service.registry import RunningBoard, running_boards

TRIAL_NAME = "trial"  # boards that only try an image out; nobody should connect to them
PortKind = Literal["virtual", "serial", "unknown"]


@dataclass(frozen=True, slots=True)
class BoardPort:
    """A place where a board may answer."""

    name: str  # for the user
    device: str  # what a serial transport opens
    kind: PortKind  # "unknown": a serial port of no board we know
    drive: Path | None = None  # where an image is dropped, if the board has such a drive
    virtual: RunningBoard | None = None


def find_ports() -> list[BoardPort]:
    """Every port, known boards first, then virtual ones, then the rest."""
    known: list[BoardPort] = []
    others: list[BoardPort] = []
    for port in sorted(list_ports.comports(), key=lambda found: found.device):
        board = _board_of(port.vid, port.pid)
        if board is not None:
            known.append(BoardPort(board.name, port.device, "serial", find_drive(board)))
        elif port.vid is not None:
            others.append(BoardPort(port.description or port.device, port.device, "unknown"))
    virtual = [virtual_port(board) for board in running_boards() if not board.name.startswith(TRIAL_NAME)]
    return [*known, *virtual, *others]


def virtual_port(board: RunningBoard) -> BoardPort:
    """The port of a running virtual board."""
    return BoardPort(board.name, board.serial_port, "virtual", board.drive, board)


def _board_of(vendor: int | None, product: int | None) -> Board | None:
    if vendor is None or product is None:
        return None
    usb_id = f"{vendor:04x}:{product:04x}"
    return next((board for board in boards() if usb_id in board.usb_ids), None)


def find_drive(board: Board) -> Path | None:
    """The mounted drive of a board, known by its name and its DETAILS.TXT; None where it is not mounted."""
    return next((drive for drive in _mounts(board.drive_names) if _belongs(drive, board)), None)


def _mounts(names: tuple[str, ...]) -> Iterator[Path]:
    if sys.platform == "win32":
        yield from (Path(f"{letter}:\\") for letter in "DEFGHIJKLMNOPQRSTUVWXYZ")
        return
    for root in (Path("/media"), Path("/run/media"), Path("/Volumes"), Path("/mnt")):
        for name in names:
            yield from sorted(root.glob(f"{name}*"))
            yield from sorted(root.glob(f"*/{name}*"))


def _belongs(drive: Path, board: Board) -> bool:
    try:
        details = (drive / DETAILS).read_text(encoding="utf-8", errors="replace").lower()
    except OSError:
        return False
    return any(word.lower() in details for word in board.details_texts)
