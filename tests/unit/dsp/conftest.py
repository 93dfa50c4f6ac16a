"""The firmware's C for features and inputs, compiled for this computer; undefined behaviour traps."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tinylab.deploy.toolchain import cache_dir, core_include_dir

CONFIG = """
#ifndef TL_CONFIG_H
#define TL_CONFIG_H
#include <stdint.h>
#define TL_HAS_MODEL (1)
#define TL_INPUT_KIND (2)
#define TL_WINDOW_SAMPLES (50)
#define TL_INPUT_ZERO (-7)
#endif
"""


@pytest.fixture(scope="session")
def c_core(tmp_path_factory: pytest.TempPathFactory) -> ctypes.CDLL:
    """tl_features.c and tl_input.c as a library."""
    folder = tmp_path_factory.mktemp("c core")
    (folder / "tl_config.h").write_text(CONFIG, encoding="utf-8")
    library = folder / ("core.dll" if sys.platform == "win32" else "core.so")
    sources = [core_include_dir() / name for name in ("tl_features.c", "tl_input.c")]
    scales = folder / "scales.c"
    scales.write_text('#include "tl_input.h"\nstruct tl_input_scale tl_input_scales[27];\n', encoding="utf-8")
    header = folder / "tl_input.h"
    original = (core_include_dir() / "tl_input.h").read_text(encoding="utf-8")
    header.write_text(original.replace("extern const struct", "extern struct"), encoding="utf-8")
    flags = ["-std=c11", "-O1", "-shared", "-fPIC", "-fsanitize=undefined", "-fsanitize-trap=undefined"]
    flags += ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror"]
    copies = [Path(folder / source.name) for source in sources]
    for source, copy in zip(sources, copies, strict=True):
        copy.write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
    words = [sys.executable, "-m", "ziglang", "cc", *flags, "-I", str(folder), "-I", str(core_include_dir())]
    zig_cache = str(cache_dir() / "zig")
    environment = {**os.environ, "ZIG_GLOBAL_CACHE_DIR": zig_cache, "ZIG_LOCAL_CACHE_DIR": zig_cache}
    done = subprocess.run(
        [*words, *map(str, [*copies, scales]), "-o", str(library)],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    loaded = ctypes.CDLL(str(library))
    loaded.tl_isqrt.restype = ctypes.c_uint32
    loaded.tl_isqrt.argtypes = [ctypes.c_uint64]
    loaded.tl_scale_input.restype = ctypes.c_int8
    return loaded
