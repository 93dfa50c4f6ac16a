"""The compile and link step: sizes, errors as sentences, cancelling, awkward paths."""

from __future__ import annotations

import shutil
import time
from dataclasses import replace
from pathlib import Path

import pytest
from elftools.elf.elffile import ELFFile
from intelhex import IntelHex

from tinylab.assets import firmware_dir
from tinylab.boards.catalog import boards
from tinylab.deploy import toolchain
from tinylab.deploy.toolchain import build_image, firmware_sources, include_dirs, linker_script
from tinylab.errors import CancelledError, DeployError

_START = "void tl_reset(void);\n"


def build(work_dir: Path, text: str, script: Path | None = None) -> toolchain.Image:
    work_dir.mkdir(parents=True, exist_ok=True)
    source = work_dir / "main.c"
    source.write_text(_START + text, encoding="utf-8")
    return build_image([source], [], script or linker_script(boards()[0]), work_dir)


TABLE = """
#include <stdint.h>
static volatile uint8_t variables[1000];
static volatile uint32_t initialised = 7;
static const uint8_t table[5000] = {1};
void tl_reset(void) {
    for (uint32_t i = 0; i < 5000U; i++) {
        variables[i % 1000U] = (uint8_t)(table[i] + initialised);
    }
}
void (*const vector)(void) __attribute__((section(".vectors"), used)) = tl_reset;
"""


def test_sizes_are_exact_and_the_hex_holds_what_the_elf_loads(tmp_path: Path) -> None:
    image = build(tmp_path / "with spaces and ümlauts", TABLE)
    assert image.ram_bytes == pytest.approx(1004, abs=4)
    assert image.stack_bytes == 4096
    assert 5000 < image.flash_bytes < 5600
    loaded = IntelHex(str(image.hex))
    assert sum(end - start for start, end in loaded.segments()) == image.flash_bytes
    with image.elf.open("rb") as file:
        for segment in ELFFile(file).iter_segments():
            if segment["p_type"] == "PT_LOAD" and segment["p_filesz"]:
                start = segment["p_paddr"]
                assert bytes(loaded.tobinarray(start, size=segment["p_filesz"])) == segment.data()


@pytest.mark.parametrize(
    ("region", "text"),
    [("flash", TABLE.replace("5000", "600000")), ("RAM", TABLE.replace("1000", "200000"))],
)
def test_an_image_too_large_names_both_numbers(tmp_path: Path, region: str, text: str) -> None:
    with pytest.raises(DeployError) as caught:
        build(tmp_path, text)
    words = caught.value.message.split()
    needed = int(words[words.index("needs") + 1])
    capacity = {"flash": 512 * 1024, "RAM": 128 * 1024}[region]
    assert caught.value.message == f"The image needs {needed} bytes of {region}, the board has {capacity}."
    assert needed > capacity
    assert "smaller network" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("void tl_reset(void) { int unused; }", "unused"),
        ("void tl_reset(void) { this is no C; }", "main.c:2"),
        ("void missing(void);\nvoid tl_reset(void) { missing(); }", "missing"),
        ('#include "nowhere.h"\nvoid tl_reset(void) {}', "nowhere.h"),
    ],
)
def test_the_first_useful_line_is_reported(tmp_path: Path, text: str, part: str) -> None:
    text += '\nvoid (*const vector)(void) __attribute__((section(".vectors"), used)) = tl_reset;\n'
    with pytest.raises(DeployError) as caught:
        build(tmp_path, text)
    assert "error" in caught.value.message
    assert part in caught.value.message


def test_a_failed_build_leaves_no_old_image(tmp_path: Path) -> None:
    assert build(tmp_path, TABLE).elf.is_file()
    with pytest.raises(DeployError):
        build(tmp_path, "nonsense")
    assert not (tmp_path / "firmware.elf").exists()


def test_cancelling_ends_the_compiler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TINYLAB_CACHE_DIR", str(tmp_path / "cold cache"))
    source = tmp_path / "main.c"
    source.write_text(_START + TABLE, encoding="utf-8")
    began = time.monotonic()
    with pytest.raises(CancelledError):
        build_image([source], [], linker_script(boards()[0]), tmp_path, lambda: True)
    assert time.monotonic() - began < 5


def test_a_compiler_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TINYLAB_CACHE_DIR", str(tmp_path / "cold cache"))
    monkeypatch.setattr(toolchain, "_TIMEOUT_S", 0.0)
    with pytest.raises(DeployError, match="did not finish"):
        build(tmp_path, TABLE)


@pytest.mark.parametrize("part", ["port", "chip"])
def test_a_board_without_firmware_is_refused(part: str) -> None:
    with pytest.raises(DeployError, match="toaster"):
        firmware_sources(replace(boards()[0], name="toaster", **{part: "toaster"}))


def test_a_board_whose_sensor_has_no_driver_is_refused() -> None:
    board = boards()[0]
    with pytest.raises(DeployError, match=board.name):
        firmware_sources(replace(board, sensor=replace(board.sensor, driver="thermometer")))


def test_the_firmware_builds_from_a_folder_with_spaces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tinylab.deploy.firmware import generated_files

    moved = tmp_path / "fire ware"
    shutil.copytree(firmware_dir(), moved)
    monkeypatch.setattr(toolchain, "firmware_dir", lambda: moved)
    work = tmp_path / "work dir"
    work.mkdir()
    for name, text in generated_files(None).items():
        (work / name).write_text(text, encoding="utf-8")
    (work / "id.c").write_text('#include "tl_config.h"\nconst uint8_t tl_build_id[8] = {1};\n', encoding="utf-8")
    sources = [*firmware_sources(boards()[0]), *work.glob("*.c")]
    image = build_image(sources, [work, *include_dirs(boards()[0])], linker_script(boards()[0]), work)
    assert image.hex.is_file()
