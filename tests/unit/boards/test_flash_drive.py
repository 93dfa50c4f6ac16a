"""Flashing by copying to a drive that takes the image, refuses it, stalls, or vanishes."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fakes.waiting import wait_until

from tinylab.boards.flash.drive import flash_drive
from tinylab.errors import BoardError, CancelledError

IMAGE = b":00000001FF\n" * 20_000


@pytest.fixture
def hex_file(tmp_path: Path) -> Path:
    path = tmp_path / "build" / "firmware.hex"
    path.parent.mkdir()
    path.write_bytes(IMAGE)
    return path


class FakeDrive:
    """A folder that behaves as a DAPLink drive; once an image is whole, it does what it was answer."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.target = folder / "firmware.hex"
        self.taken = b""
        self._thread: threading.Thread | None = None
        folder.mkdir()
        (folder / "DETAILS.TXT").write_text("micro:bit", encoding="utf-8")

    def when_whole(self, act: Callable[[], None]) -> None:
        def wait() -> None:
            wait_until(lambda: self.target.exists() and self.target.stat().st_size == len(IMAGE))
            act()

        self._thread = threading.Thread(target=wait)
        self._thread.start()

    def take(self) -> None:
        self.taken = self.target.read_bytes()
        self.target.unlink()

    def refuse(self, reason: str) -> None:
        (self.folder / "FAIL.TXT").write_text(f"error: {reason}\r\ntype: target\r\n", encoding="utf-8")
        self.target.unlink()

    def end(self) -> None:
        if self._thread is not None:
            self._thread.join()


@pytest.fixture
def drive(tmp_path: Path) -> Iterator[FakeDrive]:
    made = FakeDrive(tmp_path / "MICROBIT")
    yield made
    made.end()


def test_a_drive_takes_the_image(drive: FakeDrive, hex_file: Path) -> None:
    drive.when_whole(drive.take)
    shares: list[float] = []
    flash_drive(drive.folder, hex_file, shares.append)
    assert drive.taken == IMAGE
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert len(shares) == 4


def test_a_refusal_is_reported_in_the_drives_own_words(drive: FakeDrive, hex_file: Path) -> None:
    drive.when_whole(lambda: drive.refuse("The hex file cannot be decoded."))
    with pytest.raises(BoardError, match=r"refused the image: error: The hex file cannot be decoded\. type: target"):
        flash_drive(drive.folder, hex_file)


def test_an_old_refusal_is_not_taken_for_a_new_one(drive: FakeDrive, hex_file: Path) -> None:
    (drive.folder / "FAIL.TXT").write_text("error: from yesterday", encoding="utf-8")
    drive.when_whole(drive.take)
    flash_drive(drive.folder, hex_file)
    assert drive.taken == IMAGE


def test_a_drive_that_remounts_has_taken_it(drive: FakeDrive, hex_file: Path) -> None:
    shares: list[float] = []
    drive.when_whole(lambda: shutil.rmtree(drive.folder))
    flash_drive(drive.folder, hex_file, shares.append)
    assert shares[-1] == 1.0
    assert not drive.folder.exists()


def test_a_drive_that_does_nothing_is_given_up(drive: FakeDrive, hex_file: Path) -> None:
    with pytest.raises(BoardError, match="did not take the image within 0 seconds") as caught:
        flash_drive(drive.folder, hex_file, timeout_s=0.0)
    assert "Unplug it and plug it in again" in caught.value.hint


def test_a_drive_that_is_not_there_or_full_is_reported(drive: FakeDrive, hex_file: Path, tmp_path: Path) -> None:
    with pytest.raises(BoardError, match="is not there"):
        flash_drive(tmp_path / "nowhere", hex_file)
    drive.target.mkdir()
    with pytest.raises(BoardError, match="could not be written"):
        flash_drive(drive.folder, hex_file)
    drive.target.rmdir()


@pytest.mark.parametrize("after", [0, 2, 100])
def test_flashing_can_be_cancelled(drive: FakeDrive, hex_file: Path, after: int) -> None:
    asked = iter(range(10**9))
    with pytest.raises(CancelledError):
        flash_drive(drive.folder, hex_file, cancelled=lambda: next(asked) >= after)
