"""Labels are data: whatever a user types, the C compiles and gives it back unchanged."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import sys
from pathlib import Path

from tinylab.assets import firmware_dir
from tinylab.engine import compiler

LABELS = [
    'a "quote" and a \\ backslash\\',
    "two\nlines\r\nand a tab\t",
    "100 % %s %n",
    "what??/ ??! ??= trigraphs",
    "🤸 cœur — 左右",
    "x" * 300,
    "",
    "*/ // #include <nothing.h>",
    "é" * 300,
    "nul \0 inside",
]


def test_labels_come_back_unchanged(network_builder, tmp_path: Path) -> None:
    net = network_builder(1, (5,))
    net.dense(len(LABELS))
    for name, text in compiler.compile_graph(net.graph(), LABELS).files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    command = [shutil.which("gcc")] if shutil.which("gcc") else [sys.executable, "-m", "ziglang", "cc"]
    warnings = ["-std=c11", "-trigraphs", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror"]
    library = tmp_path / "labels.so"
    subprocess.run(
        [*command, *warnings, "-shared", "-fPIC", f"-I{firmware_dir() / 'nn'}", tmp_path / "model.c", "-o", library],
        check=True,
    )
    model = ctypes.CDLL(str(library))
    model.tl_model_label.restype = ctypes.c_void_p
    model.tl_model_label_bytes.restype = ctypes.c_uint16
    for index, label in enumerate(LABELS):
        length = model.tl_model_label_bytes(index)
        data = ctypes.string_at(model.tl_model_label(index), length + 1)
        assert data == label.encode() + b"\0"
    assert model.tl_model_label_bytes(len(LABELS)) == 0
    assert ctypes.string_at(model.tl_model_label(255)) == b""
