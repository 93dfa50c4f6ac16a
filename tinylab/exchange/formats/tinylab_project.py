"""Another project of TinyLab: its takes, with their regions; the file is only read, and its runs stay where they are.

Source: TinyLab's own form, see `data/storage/schema.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import numpy as np

from tinylab.data.parts import Part
from tinylab.data.project import SUFFIX, Project
from tinylab.data.recording import Header
from tinylab.errors import DataError
from tinylab.exchange.found import FileError, FoundTake, Scale
from tinylab.exchange.reading import Reading
from tinylab.exchange.source import SourceFile
from tinylab.exchange.units import G
from tinylab.text import tr

TITLE = tr("TinyLab project")
ENDINGS = (SUFFIX,)
_KEPT = (
    "rate_asked_hz", "asked", "overruns", "jitter_us", "ended", "frame", "board", "sensor", "source", "note",
    "created_at", "lost",
)  # fmt: skip


def sniff(file: SourceFile) -> int:
    """How sure it is that this is a project."""
    return 100 if file.head.startswith(b"SQLite format 3\0") else 0


def read(file: SourceFile, reading: Reading) -> Iterator[FoundTake]:
    """The takes in use; one that is damaged is a refusal of its own."""
    with closing(Project.open(file.path, read_only=True)) as project:
        headers, unread = project.headers()
        for sentence in (*project.problems, *unread):
            reading.refuse(DataError(sentence), file)
        for header in headers:
            if not header.trashed:
                try:
                    yield _take(file, project, header)
                except DataError as error:
                    message = tr("{name}: {reason}", name=file.name, reason=error.message)
                    reading.refuse(FileError(file.name, message, error.hint), file)


def _take(file: SourceFile, project: Project, header: Header) -> FoundTake:
    counts = project.recording(header.id).counts
    return FoundTake(
        file.name,
        counts.astype(np.float64) * header.g_per_count,
        label=header.label,
        subject=header.subject,
        session=header.session,
        split=header.split,
        rate_hz=header.rate_hz,
        unit=G,
        scale=Scale(header.g_per_count, header.range_g),
        parts=tuple(Part(region.label, region.start, region.count) for region in project.regions(header.id)),
        more={name: getattr(header, name) for name in _KEPT},
    )
