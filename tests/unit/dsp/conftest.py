"""The board's C for features and inputs, compiled for this computer; undefined behaviour traps."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tinylab.assets import firmware_dir
from tinylab.folders import cache_dir

HERE = Path(__file__).parent
CONFIG = "#define TL_HAS_MODEL (0)\n"


@pytest.fixture(scope="session")
def c_core(tmp_path_factory: pytest.TempPathFactory) -> ctypes.CDLL:
    """The feature kernels and the scaling of inputs, as a library."""
    folder = tmp_path_factory.mktemp("c core")
    (folder / "tl_config.h").write_text(CONFIG, encoding="utf-8")
    library = folder / ("core.dll" if sys.platform == "win32" else "core.so")
    flags = ["-std=c11", "-O1", "-shared", "-fPIC", "-fsanitize=undefined", "-fsanitize-trap=undefined"]
    flags += ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror"]
    includes = [f"-I{place}" for place in (folder, firmware_dir() / "nn", firmware_dir() / "core")]
    arguments = [sys.executable, "-m", "ziglang", "cc", *flags, *includes, str(HERE / "shim.c"), "-o", str(library)]
    zig_cache = str(cache_dir() / "zig")
    environment = {**os.environ, "ZIG_GLOBAL_CACHE_DIR": zig_cache, "ZIG_LOCAL_CACHE_DIR": zig_cache}
    done = subprocess.run(arguments, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    loaded = ctypes.CDLL(str(library))
    loaded.shim_isqrt.restype = loaded.shim_isqrt_near.restype = ctypes.c_uint32
    loaded.shim_isqrt.argtypes = loaded.shim_logarithm.argtypes = [ctypes.c_uint64]
    loaded.shim_isqrt_near.argtypes = [ctypes.c_uint32, ctypes.c_uint32]
    loaded.shim_scale.restype = loaded.shim_scale_count.restype = loaded.shim_scale_length.restype = ctypes.c_int8
    loaded.shim_scale.argtypes = [ctypes.c_int32, ctypes.c_int32, ctypes.c_int32, ctypes.c_uint8, ctypes.c_int8]
    loaded.shim_scale_count.argtypes = [ctypes.c_int16, ctypes.c_int32, ctypes.c_uint8, ctypes.c_int8]
    loaded.shim_scale_length.argtypes = [ctypes.c_int32, ctypes.c_int32, ctypes.c_uint8, ctypes.c_int8]
    return loaded
