"""Flashing by copying: the DAPLink drive of a board, and the folder of a virtual one."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable
from pathlib import Path

from tinylab.errors import BoardError, CancelledError
from tinylab.text import tr

DETAILS = "DETAILS.TXT"
FAIL = "FAIL.TXT"
_IMAGE = "firmware.hex"
_BLOCK_BYTES = 64 * 1024


def flash_drive(
    drive: Path,
    hex_file: Path,
    report_progress: Callable[[float], None] = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
    timeout_s: float = 60.0,
) -> None:
    """Copy an image to a drive and wait until the board has taken it.

    `report_progress` hears the share written. The drive takes the file away, or remounts, when it has programmed it.
    Raises BoardError with the drive's own reason (FAIL.TXT), or where the drive is missing, full or too slow.
    """
    content = hex_file.read_bytes()
    if not (drive / DETAILS).is_file():
        raise BoardError(
            tr("The board's drive {drive} is not there.", drive=drive),
            hint=tr("Unplug the board and plug it in again."),
        )
    before = _fail_text(drive)
    target = drive / _IMAGE
    try:
        _copy(content, target, report_progress, cancelled)
    except OSError as error:
        raise _gone(drive, error) from error
    _wait_until_taken(drive, target, before, cancelled, timeout_s)


def _copy(
    content: bytes, target: Path, report_progress: Callable[[float], None], cancelled: Callable[[], bool]
) -> None:
    with target.open("wb") as stream:
        for start in range(0, len(content), _BLOCK_BYTES):
            if cancelled():
                raise CancelledError(tr("Flashing was cancelled; the board may need its image again."))
            stream.write(content[start : start + _BLOCK_BYTES])
            report_progress(min(1.0, (start + _BLOCK_BYTES) / len(content)))
        stream.flush()
        with contextlib.suppress(OSError):
            os.fsync(stream.fileno())


def _wait_until_taken(drive: Path, target: Path, before: str, cancelled: Callable[[], bool], timeout_s: float) -> None:
    deadline = time.monotonic() + timeout_s
    while target.exists():
        _raise_failure(drive, before)
        if cancelled():
            raise CancelledError(tr("Flashing was cancelled; the board may need its image again."))
        if time.monotonic() > deadline:
            raise BoardError(
                tr("The board did not take the image within {timeout_s:.0f} seconds.", timeout_s=timeout_s),
                hint=tr("Unplug it and plug it in again, then flash again."),
            )
        time.sleep(0.02)
    _raise_failure(drive, before)


def _raise_failure(drive: Path, before: str) -> None:
    text = _fail_text(drive)
    if text and text != before:
        reason = " ".join(text.split())
        raise BoardError(
            tr("The board refused the image: {reason}", reason=reason),
            hint=tr("Unplug it and plug it in again, then flash again."),
        )


def _fail_text(drive: Path) -> str:
    try:
        path = drive / FAIL
        return f"{path.read_text(encoding='utf-8', errors='replace')}" if path.is_file() else ""
    except OSError:
        return ""


def _gone(drive: Path, error: OSError) -> BoardError:
    return BoardError(
        tr("The image could not be written to {drive}: {strerror}.", drive=drive, strerror=error.strerror or error),
        hint=tr("Unplug the board and plug it in again, then flash again."),
    )
