"""Commands that bring takes in and out: arguments in, workflow calls, figures out; nothing is decided here."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any, Final

from tinylab.cli.opened import opened_session, with_suffix
from tinylab.cli.output import Output
from tinylab.exchange.found import Choices, Preview, Refusal
from tinylab.exchange.units import METRES, MILLI_G, G, Unit
from tinylab.text import ntr, tr
from tinylab.workflow.session import Session

_UNITS: Final[dict[str, Unit]] = {"g": G, "mg": MILLI_G, "m/s2": METRES}
# The words that users type, beside the names of the formats themselves.
_EXPORTS: Final = {"folder": "csv-folder", "csv": "long-csv"}
EXPORT_FORMATS: Final = ("folder", "csv", "edge-impulse", "createai", "parquet")


def add_arguments(bring: argparse.ArgumentParser, export: argparse.ArgumentParser) -> None:
    """The arguments of `tinylab import` and `tinylab export`, beside --project and --json."""
    bring.add_argument("path", type=Path, help=tr("a file, or a folder with files, of any format that TinyLab knows"))
    bring.add_argument("--format", default="", metavar="F", help=tr("do not guess the format"))
    bring.add_argument("--unit", choices=tuple(_UNITS), help=tr("do not guess the unit by gravity"))
    bring.add_argument("--rate", type=float, default=0.0, metavar="HZ", help=tr("for files without times"))
    bring.add_argument("--label", default="", metavar="L", help=tr("of all takes, whatever the files say"))
    bring.add_argument("--subject", default="", metavar="S", help=tr("of all takes, whatever the files say"))
    bring.add_argument("--preview", action="store_true", help=tr("say what would come, and change nothing"))
    export.add_argument(
        "folder", type=Path, metavar="PATH", help=tr("a new folder or file; damaged takes go as far as they can")
    )
    export.add_argument("--format", choices=EXPORT_FORMATS, default="folder")


def import_path(arguments: argparse.Namespace, output: Output) -> int:
    """`tinylab import`."""
    choices = Choices(
        format=arguments.format,
        unit=_UNITS.get(arguments.unit),
        rate_hz=arguments.rate,
        label=arguments.label,
        subject=arguments.subject,
    )
    path = with_suffix(arguments.project)
    if arguments.preview:
        return _preview(arguments.path, choices, output)
    with opened_session(path, create=True, to_write=True) as session:
        added = session.importer.import_path(arguments.path, choices).result()
        labels = dict(session.document.takes_by_label)
    output.result(
        {
            "recordings": added.takes,
            "labels": labels,
            "project": str(path),
            "remarks": list(added.remarks),
            "refused": [refusal.to_json() for refusal in added.refused],
        },
        [
            ntr(
                "1 recording imported into {path}: {labels}",
                "{count} recordings imported into {path}: {labels}",
                added.takes,
                path=path,
                labels=counts_text(labels),
            ),
            *added.remarks,
            *_refused_lines(added.refused),
        ],
    )
    return 0


def _preview(path: Path, choices: Choices, output: Output) -> int:
    session = Session(fast_virtual_board=True)
    try:
        preview = session.importer.preview(path, choices).result()
    finally:
        session.close()
    figures = preview_figures(preview)
    lines = [
        tr(
            "{recordings} recordings would be imported ({format}): {labels}",
            recordings=figures["recordings"],
            format=preview.format or "–",
            labels=counts_text(figures["labels"]),
        ),
        *preview.found.remarks,
        *_refused_lines(preview.found.refused),
    ]
    output.result(figures, lines)
    return 0


def preview_figures(preview: Preview) -> dict[str, Any]:
    """What a preview says, for programs."""
    headers = [recording.header for recording in preview.found.recordings]
    labels: dict[str, int] = {}
    for header in headers:
        labels[header.label] = labels.get(header.label, 0) + 1
    return {
        "recordings": len(headers),
        "labels": labels,
        "format": preview.format,
        "unit": preview.unit.name if preview.unit else "",
        "rate_hz": headers[0].rate_hz if headers else 0.0,
        "rows": [list(row) for row in preview.rows],
        "remarks": list(preview.found.remarks),
        "refused": [refusal.to_json() for refusal in preview.found.refused],
    }


def _refused_lines(refused: tuple[Refusal, ...]) -> list[str]:
    if not refused:
        return []
    head = ntr("1 was refused:", "{count} were refused:", len(refused))
    return [head, *(f"{refusal.why} {refusal.hint}".strip() for refusal in refused)]


def export_takes(arguments: argparse.Namespace, output: Output) -> int:
    """`tinylab export`."""
    format_name = _EXPORTS.get(arguments.format, arguments.format)
    with opened_session(arguments.project, read_only=True) as session:
        exported = session.exporter.export_takes(arguments.folder, format_name).result()
    output.result(
        {
            "takes": exported.takes,
            "samples": exported.samples,
            "problems": list(exported.problems),
            "remarks": list(exported.remarks),
            "folder": str(exported.path),
        },
        [
            ntr(
                "1 take exported to {folder}",
                "{count} takes exported to {folder}",
                exported.takes,
                folder=exported.path,
            ),
            *exported.problems,
            *exported.remarks,
        ],
    )
    return 0


def counts_text(labels: dict[str, int]) -> str:
    """How many takes each label has, in one line."""
    return ", ".join(f"{label or tr('unlabelled')} {count}" for label, count in labels.items())
