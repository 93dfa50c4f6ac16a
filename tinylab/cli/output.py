"""What a command says: sentences on stderr while it works, the result on stdout."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tinylab.text import printable, tr


class Output:
    """Prints for people, or one JSON object for programs."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json

    def report(self, sentence: str) -> None:
        """Say what is going on; never on stdout, so that a pipe gets only results."""
        print(printable(sentence), file=sys.stderr, flush=True)

    def result(self, figures: dict[str, Any], lines: Sequence[str]) -> None:
        """The outcome: `figures` for programs, `lines` for people."""
        if self.as_json:
            print(json.dumps(figures, indent=2, ensure_ascii=False), flush=True)
        else:
            print("\n".join(map(printable, lines)), flush=True)

    def fail(self, message: str, hint: str, log: Path | None = None) -> None:
        """What went wrong and what to do; `log` where the log says more about it."""
        if self.as_json:
            where = {"log": str(log)} if log is not None else {}
            print(json.dumps({"error": message, "hint": hint, **where}, indent=2, ensure_ascii=False), flush=True)
        print(printable(f"tinylab: {message}{f' {hint}' if hint else ''}"), file=sys.stderr, flush=True)
        if log is not None:
            print(tr("tinylab: the log: {log}", log=log), file=sys.stderr, flush=True)
