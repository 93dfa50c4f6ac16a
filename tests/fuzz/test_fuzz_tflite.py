"""A short run of the fuzzer with every test run; for hours it is started by hand, see fuzz_tflite.py."""

from __future__ import annotations

import base64
import importlib.util
import re
import shutil
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from trials import FULL

ROOT = Path(__file__).resolve().parents[2]
FUZZER = Path("tests", "fuzz", "fuzz_tflite.py")
RUNS = 3000 if FULL else 1500
UNCAUGHT = "Uncaught Python exception"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        importlib.util.find_spec("atheris") is None,
        reason="atheris is not installed; it has wheels for Linux on x86-64 only",
    ),
]


def fuzz(root: Path, folder: Path, *flags: str) -> subprocess.CompletedProcess[str]:
    """Run it on the package in `root`; what it finds goes to `folder`."""
    return subprocess.run(
        [sys.executable, root / FUZZER, f"-artifact_prefix={folder}/", *flags],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,  # the exception goes to the one, libFuzzer's output to the other
        text=True,
        errors="replace",
        timeout=150,
        check=False,
    )


def findings(folder: Path) -> list[Path]:
    """The files that libFuzzer kept: crash-, timeout-, oom-."""
    return [path for path in folder.iterdir() if re.match("crash|timeout|oom|leak|slow", path.name)]


def how_to_repeat(folder: Path, output: str) -> str:
    """The end of the run's output, and the file itself: the folder may be gone when somebody reads this."""
    lines = [output[-3000:]]
    for path in findings(folder):
        packed = base64.b85encode(zlib.compress(path.read_bytes(), 9)).decode()
        lines.append(
            f"{path.name}: python {FUZZER} {path}\nor, as the file is gone, write it again with\n"
            f"python -c \"import base64, zlib; open('{path.name}', 'wb').write("
            f"zlib.decompress(base64.b85decode(r'''{packed}''')))\""
        )
    return "\n".join(lines)


def counted(output: str) -> dict[str, int]:
    """The last line of counts."""
    line = re.findall(r"^counts (.*)$", output, re.MULTILINE)[-1]
    return {name: int(value) for name, value in (entry.split("=") for entry in line.split())}


def test_damaged_files_end_in_a_network_or_a_sentence(tmp_path: Path) -> None:
    done = fuzz(ROOT, tmp_path, f"-runs={RUNS}", "-seed=20")
    assert done.returncode == 0, how_to_repeat(tmp_path, done.stdout)
    assert findings(tmp_path) == []
    counts = counted(done.stdout)
    assert counts["files"] >= RUNS
    assert counts["loaded"] >= RUNS // 10, "hardly a file loads: the fuzzer no longer reaches what lies behind"
    assert counts["compiled"] >= RUNS // 10
    assert counts["computed"] >= RUNS // 20
    covered = [int(number) for number in re.findall(r"cov: (\d+)", done.stdout)]
    assert covered[-1] > covered[0] + 30, "nothing was found that the seeds do not reach"


def test_a_missing_check_is_found(tmp_path: Path) -> None:
    copied, found = tmp_path / "copied", tmp_path / "found"
    found.mkdir()
    for folder in ("tinylab", "tests/fuzz", "firmware/nn"):
        shutil.copytree(ROOT / folder, copied / folder, ignore=shutil.ignore_patterns("__pycache__"))
    loader = copied / "tinylab" / "engine" / "read" / "flatbuffer.py"
    text = loader.read_text(encoding="utf-8")
    check = "if any(not -1 <= i < count for i in operator.inputs):"
    assert check in text
    loader.write_text(text.replace(check, "if False:"), encoding="utf-8")
    done = fuzz(copied, found, f"-runs={RUNS}", "-seed=20")
    assert done.returncode != 0
    assert UNCAUGHT in done.stdout
    assert findings(found)
    advice = how_to_repeat(found, done.stdout)
    packed = re.search(r"b85decode\(r'''(.*?)'''", advice)
    assert packed is not None
    again = found / "again"
    again.write_bytes(zlib.decompress(base64.b85decode(packed[1])))
    assert UNCAUGHT in fuzz(copied, found, str(again)).stdout
    mended = fuzz(ROOT, tmp_path, str(again))
    assert mended.returncode == 0, mended.stdout
