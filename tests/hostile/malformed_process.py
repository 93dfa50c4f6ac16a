"""Reads malformed files, each in a child of its own, and says which was not refused as it should be."""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import tempfile
import traceback
from pathlib import Path

from malformed_files import LARGE, cases

from tinylab.exchange.menu import preview_path

MOST_CPU_S, MOST_BYTES = 10, 500_000_000
CASES = cases()
NAMES = (*CASES, *LARGE)


def main() -> None:
    """Standard output belongs to the answers."""
    for line in sys.stdin:
        name = NAMES[int(line)]
        with tempfile.TemporaryDirectory() as folder:
            wrong = attempt(name, Path(folder))
        sys.stdout.write(json.dumps({"done": name, "wrong": wrong}) + "\n")
        sys.stdout.flush()


def attempt(name: str, folder: Path) -> str:
    """Why it was not refused as it should be, or nothing."""
    file, content = CASES[name] if name in CASES else (LARGE[name][0], LARGE[name][1]())
    path = folder / file
    path.write_bytes(content)
    del content  # it would count as the child's memory
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(reading)
        resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_S, MOST_CPU_S + 1))
        os.write(writing, wrong_with(path).encode()[:2000])
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8", errors="replace") as answer:
        wrong = answer.read()
    _, status, usage = os.wait4(pid, 0)
    if os.WIFSIGNALED(status):
        return f"ended by {signal.Signals(os.WTERMSIG(status)).name}"
    if usage.ru_maxrss * 1024 > MOST_BYTES:
        return f"{usage.ru_maxrss / 1024:.0f} MiB"
    return wrong


def wrong_with(path: Path) -> str:
    """What is wrong with how a file is refused."""
    try:
        found = preview_path(path).found
    except BaseException:  # noqa: BLE001 - whatever it is, it is what is looked for
        return traceback.format_exc()[-1500:]
    if not found.refused:
        return f"taken: {len(found.recordings)} takes"
    for refusal in found.refused:
        if path.name not in refusal.why or not refusal.why.endswith((".", "”")) or not refusal.hint:
            return f"no sentence with file and hint: {refusal}"
        if len(refusal.why) > 300 or (refusal.line > 1 and str(refusal.line) not in refusal.why):
            return f"too long, or without its line: {refusal}"
    return ""


if __name__ == "__main__":
    main()
