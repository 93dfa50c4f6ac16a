"""The headers of core/ and nn/, which others include, compile as C++ too, and declare C functions there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tinylab.assets import firmware_dir
from tinylab.folders import cache_dir

FAKE_MODEL = Path(__file__).parent / "fake_model"
MAIN = """
int main() {
    const uint8_t digits[] = {'1', '2', '3', '4', '5', '6', '7', '8', '9'};
    return tl_crc16(digits, sizeof digits) == 0x29B1 ? 0 : 1;
}
"""


def test_a_program_in_cplusplus_uses_the_core(tmp_path: Path) -> None:
    folders = [firmware_dir() / "core", firmware_dir() / "nn"]
    headers = [header.name for folder in folders for header in sorted(folder.glob("*.h"))]
    assert len(headers) > 20
    source, program = tmp_path / "main.cpp", tmp_path / "program.exe"
    source.write_text("".join(f'#include "{header}"\n' for header in headers) + MAIN, encoding="utf-8")
    includes = [f"-I{folder}" for folder in (*folders, FAKE_MODEL)]
    zig_cache = str(cache_dir() / "zig")
    environment = {**os.environ, "ZIG_GLOBAL_CACHE_DIR": zig_cache, "ZIG_LOCAL_CACHE_DIR": zig_cache}
    arguments = [sys.executable, "-m", "ziglang", "cc", "-Wall", "-Wextra", "-Werror", "-O1", *includes]
    sources = [source, firmware_dir() / "core" / "tl_frame.c"]
    done = subprocess.run([*arguments, *sources, "-o", program], env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    assert subprocess.run([program], check=False).returncode == 0
