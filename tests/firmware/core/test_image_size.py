"""What the linked image holds: nothing that it does not need, and the sizes that TinyLab says."""

from __future__ import annotations

import re
from pathlib import Path

from board_under_test import size_of
from elftools.elf.elffile import ELFFile

from tinylab.assets import firmware_dir
from tinylab.boards.catalog import boards
from tinylab.deploy.firmware import Build
from tinylab.deploy.toolchain import Image, linker_script

HERE = Path(__file__).parent


def test_what_no_other_file_needs_is_static(model_image: Image) -> None:
    with model_image.elf.open("rb") as file:
        symbols = list(ELFFile(file).get_section_by_name(".symtab").iter_symbols())
    shared = {symbol.name for symbol in symbols if symbol["st_info"]["bind"] == "STB_GLOBAL"}
    declared = "".join(path.read_text(encoding="utf-8") for path in firmware_dir().rglob("*.h"))
    declared += "".join(path.read_text(encoding="utf-8") for path in (HERE / "fake_model").glob("*.h"))
    declared += linker_script(boards()[0]).read_text(encoding="utf-8")
    assert {name for name in shared if not re.search(rf"\b{re.escape(name)}\b", declared)} == set()
    assert "tl_reply" in shared


def test_the_image_is_small(capture_build: Build) -> None:
    image = capture_build.image
    assert image.flash_bytes < 12 * 1024
    assert image.ram_bytes < 4 * 1024
    assert image.stack_bytes == 4096


def test_sizes_are_those_of_the_linked_image(model_image: Image, capture_build: Build) -> None:
    assert size_of(model_image.hex) == model_image.flash_bytes > capture_build.image.flash_bytes
    assert model_image.flash_capacity_bytes == 512 * 1024
    assert model_image.ram_capacity_bytes == 128 * 1024
