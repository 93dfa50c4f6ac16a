"""Runs tests again and again, each time in a process of its own that begins with the slow libraries in memory.

Started by trying.py in the copy of the project. Reads jobs, a line each: {"tests": [node id, …], "limit_s": …},
and answers each with a line on stdout: {"code": pytest's exit code, or null where it took too long, "output": …,
"seconds": …}.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from typing import IO, Any, NoReturn

_HEAVY = (
    "numpy", "hypothesis", "pytest", "pytestqt.plugin", "pytest_timeout", "PySide6.QtWidgets", "cobs",
    "serial.tools.list_ports", "scipy.signal", "sklearn.metrics", "unicorn", "tflite", "cbor2", "intelhex",
)  # fmt: skip
# That hypothesis is in memory already is what we want.
_WARM = ("-W", "ignore::pytest.PytestAssertRewriteWarning")
_LOOK_S = 0.01
_KEPT_CHARACTERS = 100_000


def main() -> None:
    """Answer jobs until stdin ends."""
    for name in _HEAVY:
        importlib.import_module(name)
    gc.freeze()  # so that collecting garbage in a child looks at its own only
    for line in sys.stdin:
        print(json.dumps(carry_out(json.loads(line))), flush=True)


def carry_out(job: dict[str, Any]) -> dict[str, Any]:
    """Run the tests of one job."""
    began = time.monotonic()
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as said:
        child = os.fork()
        if child == 0:
            _run_tests(job["tests"], said)
        code = _wait(child, began + job["limit_s"])
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)  # what the tests started and left
        said.seek(0)
        output = said.read()[-_KEPT_CHARACTERS:]
    return {"code": code, "output": output, "seconds": round(time.monotonic() - began, 2)}


def _run_tests(tests: Sequence[str], said: IO[str]) -> NoReturn:
    code = 3
    try:
        os.setsid()
        for descriptor in (1, 2):
            os.dup2(said.fileno(), descriptor)
        import pytest

        options = ["-x", "-q", "-rfE", "--tb=line", "-p", "no:cacheprovider", "--hypothesis-seed=0", *_WARM]
        code = int(pytest.main([*options, *tests]))
    except BaseException:  # noqa: BLE001 - whatever it is, this child must not go on as its parent
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _wait(child: int, deadline: float) -> int | None:
    while time.monotonic() < deadline:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(_LOOK_S)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


if __name__ == "__main__":
    main()
