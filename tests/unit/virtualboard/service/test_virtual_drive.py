"""The drive takes images as a DAPLink does, and says why it does not."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from intelhex import IntelHex

from tinylab.virtualboard.service import drive as drive_module
from tinylab.virtualboard.service.drive import BadImageError, Drive, FlashImage, is_whole, parse_image


class Chip:
    def __init__(self) -> None:
        self.images: list[FlashImage] = []


@pytest.fixture
def chip() -> Chip:
    return Chip()


@pytest.fixture
def drive(tmp_path: Path, chip: Chip) -> Drive:
    made = Drive(tmp_path / "MICROBIT", 0xABCD, chip.images.append)
    made.insert()
    return made


def hex_text(address: int = 0, data: bytes = bytes(range(64))) -> str:
    image = IntelHex()
    image.frombytes(data, offset=address)
    text = io.StringIO()
    image.write_hex_file(text)
    return text.getvalue()


def poll(drive: Drive, times: int = 3) -> None:
    for _ in range(times):
        drive.poll()


def fail_text(drive: Drive) -> str:
    return (drive.folder / "FAIL.TXT").read_text(encoding="utf-8")


def test_details_say_what_it_is(drive: Drive) -> None:
    text = (drive.folder / "DETAILS.TXT").read_text(encoding="ascii")
    assert "Unique ID: 9904000000000000abcd" in text
    assert "Interface: virtual" in text
    assert "micro:bit" in text


def test_a_whole_image_is_programmed_and_vanishes(drive: Drive, chip: Chip) -> None:
    (drive.folder / "firmware.hex").write_text(hex_text())
    poll(drive)
    assert [image.parts for image in chip.images] == [[(0, bytes(range(64)))]]
    assert not (drive.folder / "firmware.hex").exists()
    assert not (drive.folder / "FAIL.TXT").exists()


def test_a_file_that_still_grows_is_waited_for(drive: Drive, chip: Chip) -> None:
    text = hex_text()
    path = drive.folder / "firmware.hex"
    path.write_text(text[:40])
    poll(drive)
    assert chip.images == []
    assert path.exists()
    path.write_text(text)
    poll(drive)
    assert len(chip.images) == 1


def test_a_file_that_never_ends_is_refused(drive: Drive, chip: Chip, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drive_module, "_PATIENCE_S", 0.0)
    (drive.folder / "firmware.hex").write_text(hex_text()[:40])
    poll(drive)
    assert "not copied completely" in fail_text(drive)
    assert chip.images == []
    assert not (drive.folder / "firmware.hex").exists()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (hex_text().replace(":10", ":11", 1), "cannot be decoded"),
        (hex_text(0x0008_0000), "outside this board's flash"),
        (hex_text(0x2000_0000), "outside this board's flash"),
        (":00000001FF\n", "no program"),
        ("ä\n:00000001FF\n", "not an Intel HEX"),
    ],
)
def test_a_bad_image_is_refused_with_its_reason(drive: Drive, chip: Chip, text: str, reason: str) -> None:
    (drive.folder / "firmware.hex").write_text(text, encoding="utf-8")
    poll(drive)
    assert reason in fail_text(drive)
    assert chip.images == []


def test_the_same_fault_twice_is_reported_twice_and_a_good_image_clears_it(drive: Drive) -> None:
    texts = []
    for _ in range(2):
        (drive.folder / "bad.hex").write_text(":00000001FF\n")
        poll(drive)
        texts.append(fail_text(drive))
    assert texts[0] != texts[1]
    (drive.folder / "good.hex").write_text(hex_text())
    poll(drive)
    assert not (drive.folder / "FAIL.TXT").exists()


def test_images_of_other_kinds_are_refused(drive: Drive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drive_module, "_PATIENCE_S", 0.0)
    (drive.folder / "x.uf2").write_text("?")
    poll(drive)
    assert "only takes .hex" in fail_text(drive)


def test_other_files_are_left_alone(drive: Drive) -> None:
    (drive.folder / "notes.txt").write_text("mine")
    poll(drive)
    assert (drive.folder / "notes.txt").exists()


def test_configuration_words_of_other_tools_are_passed_over() -> None:
    image = IntelHex()
    image.frombytes(b"code", offset=0)
    image.frombytes(b"\0\0\0\0", offset=0x1000_1014)
    text = io.StringIO()
    image.write_hex_file(text)
    assert parse_image(text.getvalue().encode()).parts == [(0, b"code")]


def test_an_unplugged_drive_is_gone(drive: Drive) -> None:
    drive.remove()
    assert not drive.folder.exists()
    poll(drive)


def test_whole_means_the_last_record_is_there() -> None:
    assert is_whole(hex_text().encode())
    assert is_whole(hex_text().replace("\n", "\r\n").encode() + b"\r\n\r\n")
    assert not is_whole(hex_text()[:-3].encode())
    assert not is_whole(b"")


def test_overlapping_data_is_refused() -> None:
    lines = hex_text().splitlines()
    with pytest.raises(BadImageError):
        parse_image("\n".join([lines[0], lines[0], *lines[1:]]).encode())
