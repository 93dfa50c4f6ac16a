"""The one part of the virtual board that Python is too slow for: counting cycles, block by block.

The C file beside this one is compiled once per machine, by the same pip-installed clang that builds the firmware.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tinylab.errors import BoardError
from tinylab.folders import cache_dir
from tinylab.process import NO_WINDOW, own_program

_SOURCE = Path(__file__).with_name("cycles.c")
_SUFFIX = {"win32": ".dll", "darwin": ".dylib"}.get(sys.platform, ".so")
_TIMEOUT_S = 180


class Counter(ctypes.Structure):
    """`struct tl_counter` of cycles.c."""

    _fields_ = (
        ("cycles", ctypes.c_uint64),
        ("limit", ctypes.c_uint64),
        ("stop", ctypes.c_void_p),
        ("flash", ctypes.c_void_p),
        ("costs", ctypes.c_void_p),
        ("flash_bytes", ctypes.c_uint32),
        ("next", ctypes.c_uint32),
        ("stopped", ctypes.c_uint32),
    )

    cycles: int
    limit: int
    stopped: int


def count_block() -> ctypes.c_void_p:
    """The address of tl_count_block, built first where this machine has not built it yet.

    Raises BoardError where the compiler fails.
    """
    library = ctypes.CDLL(str(_library()))
    return ctypes.cast(library.tl_count_block, ctypes.c_void_p)


def _library() -> Path:
    cache = cache_dir()
    source = _SOURCE.read_bytes()
    path = cache / "native" / f"cycles-{hashlib.sha256(source).hexdigest()[:16]}{_SUFFIX}"
    if not path.is_file():
        _build(path, cache / "zig")
    return path


def _build(path: Path, zig_cache: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    zig_cache.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "ZIG_GLOBAL_CACHE_DIR": str(zig_cache), "ZIG_LOCAL_CACHE_DIR": str(zig_cache)}
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        made = Path(folder) / path.name
        flags = ("-shared", "-fPIC", "-O2", "-g0")
        command = own_program("ziglang", "cc", *flags, str(_SOURCE), "-o", str(made))
        try:
            done = subprocess.run(
                command,
                env=environment,
                capture_output=True,
                timeout=_TIMEOUT_S,
                check=False,
                creationflags=NO_WINDOW,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise BoardError(f"The virtual board's cycle counter could not be built: {error}.") from error
        if done.returncode != 0:
            reason = done.stderr.decode("utf-8", "replace").strip()
            raise BoardError(f"The virtual board's cycle counter could not be built: {reason}")
        made.replace(path)  # at once, so that two boards starting together do no harm
