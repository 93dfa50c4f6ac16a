"""Images and libraries that the firmware tests share, built once."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from pathlib import Path

import pytest
from board_under_test import BoardUnderTest

from tinylab.assets import firmware_dir
from tinylab.boards.catalog import boards
from tinylab.deploy.firmware import Build, build_firmware
from tinylab.deploy.toolchain import Image, build_image, firmware_sources, include_dirs, linker_script
from tinylab.folders import cache_dir

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def capture_build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """The image without a network."""
    return build_firmware(boards()[0], tmp_path_factory.mktemp("capture"))


@pytest.fixture(scope="session", params=["full windows", "streaming"])
def model_image(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Image:
    """The image with the fake network, for full-window and for streaming inference."""
    fake = tmp_path_factory.mktemp("fake model")
    for path in sorted((HERE / "fake_model").iterdir()):
        text = path.read_text(encoding="utf-8")
        (fake / path.name).write_text(
            text.replace("define TL_STREAMING 0", f"define TL_STREAMING {int(request.param == 'streaming')}"),
            encoding="utf-8",
        )
    board = boards()[0]
    sources = [*firmware_sources(board), *sorted(fake.glob("*.c"))]
    return build_image(sources, [fake, *include_dirs(board)], linker_script(board), fake)


@pytest.fixture
def board(capture_build: Build) -> BoardUnderTest:
    return BoardUnderTest(capture_build.image.hex)


@pytest.fixture
def model_board(model_image: Image) -> BoardUnderTest:
    return BoardUnderTest(model_image.hex)


@pytest.fixture(scope="session")
def core(tmp_path_factory: pytest.TempPathFactory) -> ctypes.CDLL:
    """The portable core as a library for this computer; undefined behaviour traps."""
    library = tmp_path_factory.mktemp("host") / ("core.dll" if sys.platform == "win32" else "core.so")
    sources = [firmware_dir() / "core" / name for name in ("tl_frame.c", "tl_phase.c", "tl_decide.c", "tl_movement.c")]
    flags = ["-std=c11", "-O1", "-shared", "-fPIC", "-fsanitize=undefined", "-fsanitize-trap=undefined"]
    warnings = ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror"]
    command = [sys.executable, "-m", "ziglang", "cc", *flags, *warnings, "-I", str(firmware_dir() / "core")]
    zig_cache = str(cache_dir() / "zig")
    environment = {**os.environ, "ZIG_GLOBAL_CACHE_DIR": zig_cache, "ZIG_LOCAL_CACHE_DIR": zig_cache}
    arguments = [*command, str(HERE / "host_shim.c"), *map(str, sources), "-o", str(library)]
    done = subprocess.run(arguments, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    loaded = ctypes.CDLL(str(library))
    for name in ("shim_phase_time_us", "shim_phase_next_look_us"):
        getattr(loaded, name).restype = ctypes.c_uint64
    return loaded
