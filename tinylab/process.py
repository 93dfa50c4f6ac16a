"""Starts TinyLab's own programs as child processes, from a checkout, an installed package or a frozen app."""

from __future__ import annotations

import contextlib
import os
import runpy
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Final

from tinylab.errors import TinyLabError
from tinylab.text import tr

RUN_MODULE: Final = "--run-module"
# The only modules that may be run as programs. ziglang is the compiler; its module does nothing but start it.
PROGRAMS: Final = frozenset({
    "tinylab.workers.main", "tinylab.virtualboard", "tinylab.ui.tools.measure", "tinylab.ui.tools.measure_grid",
    "tinylab.ui.tools.measure_capture",
    "tinylab.bench.project", "ziglang",
})  # fmt: skip
NO_WINDOW: Final[int] = getattr(subprocess, "CREATE_NO_WINDOW", 0)  # Windows opens a console for each otherwise
Stream = int | IO[bytes] | IO[str] | None


def own_program(module: str, *arguments: str) -> list[str]:
    """The command that runs one of PROGRAMS: the interpreter with -m, or the frozen app, which has no interpreter."""
    if module not in PROGRAMS:
        raise ValueError(f"{module} is no program of TinyLab")
    how = RUN_MODULE if getattr(sys, "frozen", False) else "-m"
    return [sys.executable, how, module, *arguments]


def own_environment(temporary: Path | None = None) -> dict[str, str]:
    """This process's environment; the child finds this very TinyLab, speaks UTF-8 and keeps nothing back.

    `temporary`: where it is to make its temporary files, whatever library makes them.
    """
    environment = {**os.environ, "PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"}
    if not getattr(sys, "frozen", False):
        root = str(Path(__file__).resolve().parents[1])
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))
    if temporary is not None:
        environment |= dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(temporary))
    return environment


def start(
    command: Sequence[str],
    *,
    stdin: Stream = None,
    stdout: Stream = None,
    stderr: Stream = None,
    temporary: Path | None = None,
) -> subprocess.Popen[bytes]:
    """Start a command in our environment, without a console of its own; raises OSError where it cannot be started."""
    return subprocess.Popen(
        list(command),
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
        env=own_environment(temporary),
        creationflags=NO_WINDOW,
    )


def start_own(
    module: str, *arguments: str, stdin: Stream = None, stdout: Stream = None, stderr: Stream = None
) -> subprocess.Popen[bytes]:
    """Start one of PROGRAMS; raises OSError where it cannot be started."""
    return start(own_program(module, *arguments), stdin=stdin, stdout=stdout, stderr=stderr)


def run_own(module: str, *arguments: str, stderr: Stream = None) -> subprocess.CompletedProcess[str]:
    """Run one of PROGRAMS to its end and keep what it prints; its exit code is the caller's to look at."""
    return subprocess.run(
        own_program(module, *arguments),
        stdout=subprocess.PIPE,
        stderr=stderr,
        encoding="utf-8",
        errors="replace",
        env=own_environment(),
        creationflags=NO_WINDOW,
        check=False,
    )


def run_module(arguments: Sequence[str]) -> int:
    """Become one of PROGRAMS: what the frozen app does for `--run-module MODULE …`; returns the exit code.

    Raises TinyLabError for any other module: this is no way to run whatever lies on the path.
    """
    module = arguments[0] if arguments else ""
    if module not in PROGRAMS:
        raise TinyLabError(
            tr("“{module}” is no program of TinyLab.", module=module), hint=tr("This option is for TinyLab itself.")
        )
    sys.argv[1:] = arguments[1:]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
    return 0


def end(process: subprocess.Popen[bytes], signals: Sequence[str], patience_s: float) -> None:
    """Wait for its end, after each of `signals` so long: "" for none, "terminate", "kill"."""
    for signal in signals:
        with contextlib.suppress(ProcessLookupError):
            if signal:
                getattr(process, signal)()
        try:
            process.wait(timeout=patience_s)
        except subprocess.TimeoutExpired:
            continue
        break
