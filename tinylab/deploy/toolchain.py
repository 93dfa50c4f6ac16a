"""Compiles and links an image with the clang that pip installs (ziglang), and measures what came out."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from elftools.elf.elffile import ELFFile
from intelhex import IntelHex

from tinylab.assets import firmware_dir
from tinylab.boards.catalog import Board
from tinylab.errors import CancelledError, DeployError
from tinylab.folders import cache_dir
from tinylab.process import NO_WINDOW, own_program
from tinylab.text import tr

_TARGET = ("-target", "thumb-freestanding-eabihf", "-mcpu=cortex_m4+vfp4d16sp")
_FLAGS = (
    "-std=c11",
    "-fomit-frame-pointer",  # one register more for the network's inner loops
    "-g0",
    "-ffunction-sections",
    "-fdata-sections",
    "-fno-unwind-tables",
    "-fno-asynchronous-unwind-tables",
    "-Wall",
    "-Wextra",
    "-Wpedantic",
    "-Wconversion",
    "-Wshadow",
    "-Werror",
    "-Wl,--gc-sections",
    "-Wl,--entry=tl_reset",
)
_TIMEOUT_S = 180.0  # the very first build also builds the compiler's own run-time library
_POLL_S = 0.05
_STACK_SECTION = ".stack"
_SHF_ALLOC = 2
_OVERFLOW = re.compile(r"will not fit in region '(\w+)': overflowed by (\d+) bytes")
_REGION = re.compile(r"(\w+)\s*\(\w+\)\s*:\s*ORIGIN\s*=\s*(\w+)\s*,\s*LENGTH\s*=\s*(\d+)([KM]?)")
_ERROR_LINE = re.compile(r"\berror\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Image:
    """A linked firmware image and its exact sizes."""

    elf: Path
    hex: Path
    flash_bytes: int  # code, constants and the initial values of variables
    ram_bytes: int  # variables, without the stack
    stack_bytes: int  # reserved beside them
    flash_capacity_bytes: int  # what the board has
    ram_capacity_bytes: int


def include_dirs(board: Board) -> list[Path]:
    """Where the headers of a board's firmware are, from the portable core to the board's own."""
    folder = firmware_dir()
    return [
        folder / "core",
        folder / "nn",
        folder / "sensors",
        folder / "chips" / board.chip,
        folder / "boards" / board.port,
    ]


def firmware_sources(board: Board) -> list[Path]:
    """The C files of a board's firmware: the core, the driver of its sensor, its chip and its port.

    Raises DeployError where one of them, or the linker script, is not there.
    """
    folder = firmware_dir()
    driver = folder / "sensors" / f"{board.sensor.driver}.c"
    names = ("core", f"chips/{board.chip}", f"boards/{board.port}")
    found = [sorted((folder / name).glob("*.c")) for name in names]
    if not all(found) or not driver.is_file() or not linker_script(board).is_file():
        raise DeployError(tr("There is no firmware for the board “{name}”.", name=board.name))
    core, chip, port = found
    return [*core, driver, *chip, *port]


def linker_script(board: Board) -> Path:
    """A board's linker script."""
    return firmware_dir() / "boards" / board.port / f"{board.port}.ld"


def build_image(
    sources: Sequence[Path],
    include_dirs: Sequence[Path],
    linker_script: Path,
    work_dir: Path,
    cancel: Callable[[], bool] | None = None,
    optimization: str = "-O2",
) -> Image:
    """Compile and link `sources` into work_dir/firmware.elf and firmware.hex.

    Unchanged sources come out of the compiler's cache. `cancel` is asked about twenty times a second.
    Raises DeployError where the compiler, the linker or the board's memory says no, and CancelledError.
    """
    work_dir.mkdir(parents=True, exist_ok=True)
    elf = work_dir / "firmware.elf"
    elf.unlink(missing_ok=True)
    command = own_program("ziglang", "cc", *_TARGET, optimization, *_FLAGS)
    command += [argument for folder in include_dirs for argument in ("-I", str(folder))]
    command += [str(source) for source in sources]
    command += ["-T", str(linker_script), "-o", str(elf)]
    code, output = _run(command, work_dir, cancel)
    if code != 0 or not elf.is_file():
        raise _failure(output, linker_script)
    return _measure(elf, linker_script)


def _run(command: list[str], work_dir: Path, cancel: Callable[[], bool] | None) -> tuple[int, str]:
    cache = cache_dir() / "zig"
    cache.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "ZIG_GLOBAL_CACHE_DIR": str(cache), "ZIG_LOCAL_CACHE_DIR": str(cache)}
    with tempfile.TemporaryFile() as output:
        process = _start(command, work_dir, environment, output)
        try:
            _wait(process, cancel)
        finally:
            _kill(process)
        output.seek(0)
        return process.returncode, output.read().decode("utf-8", "replace")


def _start(
    command: list[str], work_dir: Path, environment: dict[str, str], output: IO[bytes]
) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            command,
            cwd=work_dir,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            creationflags=NO_WINDOW,
            start_new_session=True,  # so that the compiler's own children can be ended with it
        )
    except OSError as error:
        raise DeployError(tr("The compiler could not be started: {error}.", error=error)) from error


def _wait(process: subprocess.Popen[bytes], cancel: Callable[[], bool] | None) -> None:
    deadline = time.monotonic() + _TIMEOUT_S
    while True:
        try:
            process.wait(_POLL_S)
            return
        except subprocess.TimeoutExpired:
            if cancel is not None and cancel():
                raise CancelledError(tr("The build was cancelled.")) from None
            if time.monotonic() > deadline:
                raise DeployError(
                    tr("The compiler did not finish within {seconds:.0f} seconds.", seconds=_TIMEOUT_S),
                    hint=tr("Close other programs and try again."),
                ) from None


def _kill(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        return
    if sys.platform == "win32":
        process.kill()
    else:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _failure(output: str, script: Path) -> DeployError:
    overflow = _OVERFLOW.search(output)
    if overflow is not None:
        return _too_large(overflow[1], int(overflow[2]), script)
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    first = next((line for line in lines if _ERROR_LINE.search(line)), lines[0] if lines else tr("no reason given"))
    return DeployError(
        tr("The firmware could not be built: {first}", first=first),
        hint=tr("This is a fault of TinyLab: please report it with the project and this message."),
    )


def _too_large(region: str, over_bytes: int, script: Path) -> DeployError:
    capacity = _regions(script).get(region, (0, 0))[1]
    kind = "flash" if region == "FLASH" else region
    return DeployError(
        tr(
            "The image needs {capacity} bytes of {kind}, the board has {there}.",
            capacity=capacity + over_bytes,
            kind=kind,
            there=capacity,
        ),
        hint=tr("Choose a smaller network or a shorter window, or prune the network."),
    )


def _regions(script: Path) -> dict[str, tuple[int, int]]:
    """Name → (first address, bytes) of every memory region in a linker script."""
    factors = {"": 1, "K": 1024, "M": 1024 * 1024}
    found = _REGION.findall(script.read_text(encoding="utf-8"))
    return {name: (int(origin, 0), int(length) * factors[factor]) for name, origin, length, factor in found}


def _measure(elf_path: Path, script: Path) -> Image:
    regions = _regions(script)
    ram_start, ram_capacity = regions["RAM"]
    image = IntelHex()
    used = {"ram": 0, "stack": 0}
    with elf_path.open("rb") as file:
        elf = ELFFile(file)
        for segment in elf.iter_segments():
            if segment["p_type"] == "PT_LOAD" and segment["p_filesz"]:
                image.frombytes(segment.data(), offset=segment["p_paddr"])
        for section in elf.iter_sections():
            _count(section, ram_start, ram_capacity, used)
    hex_path = elf_path.with_suffix(".hex")
    image.write_hex_file(str(hex_path))
    return Image(
        elf=elf_path,
        hex=hex_path,
        flash_bytes=sum(end - start for start, end in image.segments()),
        ram_bytes=used["ram"],
        stack_bytes=used["stack"],
        flash_capacity_bytes=regions["FLASH"][1],
        ram_capacity_bytes=ram_capacity,
    )


def _count(section: Any, ram_start: int, ram_capacity: int, used: dict[str, int]) -> None:
    in_ram = ram_start <= section["sh_addr"] < ram_start + ram_capacity
    if section["sh_flags"] & _SHF_ALLOC and in_ram:
        used["stack" if section.name == _STACK_SECTION else "ram"] += section["sh_size"]
