"""Parquet: the long table of all takes for programs that read it at once, through the extra `tinylab[parquet]`.

Source: parquet.apache.org; written by pyarrow. The columns are those of the long CSV, numbers as numbers.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from tinylab.data.project import Project
from tinylab.errors import DataError
from tinylab.exchange.take_table import overlap, take_columns
from tinylab.exchange.writing import Exported, Exporting, WrittenTake, in_new_file
from tinylab.text import tr

TITLE = tr("Parquet, one long table")
ENDINGS = (".parquet",)
WRITES_FOLDER = False
INSTALL = 'pip install "tinylab[parquet]"'
_KINDS: dict[str, Any] = {"take": np.int64, "region_number": np.int32}


def write(project: Project, path: Path, exporting: Exporting) -> Exported:
    """A new file with a row for each sample of all takes; raises DataError where pyarrow is not installed."""
    try:
        arrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError as error:
        raise DataError(
            tr("Parquet needs pyarrow, which is not installed."), hint=tr("Run {command}.", command=INSTALL)
        ) from error
    with in_new_file(path) as partial:
        writer = None
        try:
            for take in exporting.takes(project):
                exporting.overlapping += overlap(take.parts)
                table = arrow.table(plain_columns(take))
                writer = writer or parquet.ParquetWriter(str(partial), table.schema)
                writer.write_table(table)
        finally:
            if writer is not None:
                writer.close()
        exporting.remark_on_overlaps()
    return exporting.exported(path)


def plain_columns(take: WrittenTake) -> dict[str, Any]:
    """Each column as long as the take: arrays of numbers, lists of texts."""
    samples = len(take.counts)
    columns: dict[str, Any] = {}
    for name, value in take_columns(take).items():
        if isinstance(value, str):
            columns[name] = [value] * samples
        elif np.ndim(value) == 0:
            columns[name] = np.full(samples, value, _KINDS.get(name, np.float64))
        else:
            columns[name] = np.asarray(value, _KINDS[name]) if name in _KINDS else value
    return columns
