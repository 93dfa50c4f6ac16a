"""What a format is given beside the file: the user's choices, and where to say what it left out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tinylab.errors import CancelledError, DataError
from tinylab.exchange.found import Choices, Refusal, ReportProgress, no_report
from tinylab.exchange.source import SourceFile
from tinylab.text import tr


@dataclass
class Reading:
    """One import under way."""

    choices: Choices = field(default_factory=Choices)
    report_progress: ReportProgress = no_report
    cancelled: Callable[[], bool] = lambda: False
    refused: list[Refusal] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    kept: dict[Path, Any] = field(default_factory=dict)  # what formats read once for many files

    def refuse(self, error: DataError, file: SourceFile) -> None:
        """Leave a part of a file out, and go on with the rest."""
        self.refused.append(Refusal.of(error, file.name))

    def step(self, done: int, of: int) -> None:
        """Say how many files are done; raises CancelledError where the user has had enough."""
        if self.cancelled():
            raise CancelledError(tr("Cancelled."))
        self.report_progress(tr("file {n} of {all}", n=done + 1, all=of), done / of)
