"""Takes of a project as files of a chosen format: whole, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tinylab.data.project import Project
from tinylab.exchange.found import ReportProgress, no_report
from tinylab.exchange.menu import format_named, writable_formats
from tinylab.exchange.writing import Exported, Exporting

FOLDER = "csv-folder"


def export_takes(
    project: Project,
    path: Path,
    format_name: str = FOLDER,
    report_progress: ReportProgress = no_report,
    cancelled: Callable[[], bool] = lambda: False,
) -> Exported:
    """Write all takes in use to a new folder or file.

    Raises DataError where it exists already, cannot be written or nothing can be read, and CancelledError.
    """
    module = format_named(format_name, writable_formats())
    exported: Exported = module.write(project, path, Exporting(report_progress, cancelled))
    return exported
