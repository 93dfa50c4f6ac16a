"""A short run of the fuzzer of imports with every test run; for hours it is started by hand, see fuzz_imports.py."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

FUZZER = Path(__file__).with_name("fuzz_imports.py")
RUNS = 300


@pytest.mark.skipif(
    importlib.util.find_spec("atheris") is None,
    reason="atheris is not installed; it has wheels for Linux on x86-64 only",
)
def test_damaged_files_end_in_takes_or_a_sentence(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, FUZZER, f"-artifact_prefix={tmp_path}/", f"-runs={RUNS}", "-seed=20"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        timeout=150,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]
    assert [path.name for path in tmp_path.iterdir() if re.match("crash|timeout|oom|leak|slow", path.name)] == []
    counts = dict(entry.split("=") for entry in re.findall(r"^counts (.*)$", done.stdout, re.MULTILINE)[-1].split())
    assert int(counts["files"]) >= RUNS
    assert int(counts["taken"]) > RUNS // 50, "hardly a file is taken: the fuzzer no longer reaches what lies behind"
    assert int(counts["refused"]) > RUNS // 10
