"""CSV files of one recording each: the label is the folder's name or in the file's, the columns are found by name.

Sources: this is what spreadsheets, loggers and Edge Impulse's CSV uploader write, `timestamp,accX,accY,accZ`
(docs.edgeimpulse.com, "CSV data acquisition format": the timestamp in milliseconds).
"""

from __future__ import annotations

from collections.abc import Iterator

from tinylab.exchange.columns import find_columns
from tinylab.exchange.csv_signal import read_signal
from tinylab.exchange.file_labels import label_and_split
from tinylab.exchange.found import FoundTake
from tinylab.exchange.reading import Reading
from tinylab.exchange.source import SourceFile
from tinylab.exchange.text_table import layout_of
from tinylab.text import tr

TITLE = tr("CSV, one recording per file")
ENDINGS = (".csv", ".tsv", ".txt")


def sniff(file: SourceFile) -> int:
    """How sure it is that this is the table of one recording."""
    header = layout_of(file).header
    if not header:
        return 0 if file.ending == ".txt" else 10
    columns = find_columns(header)
    return 0 if columns is None else 40


def read(file: SourceFile, _reading: Reading) -> Iterator[FoundTake]:
    """The one take of a file."""
    signal = read_signal(file)
    label, split = label_and_split(file)
    yield FoundTake(file.name, signal.values, label=label, split=split, times=signal.times, unit=signal.unit)
