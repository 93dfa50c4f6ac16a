"""The recordings that benchmarks look at: the example, and whatever folders somebody names."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tinylab.data.recording import Recording
from tinylab.errors import DataError
from tinylab.exchange.example import load_example
from tinylab.exchange.menu import read_path
from tinylab.text import tr

EXAMPLE: Final = "example"


def data_sets(data: Path | None) -> list[tuple[str, Sequence[Recording]]]:
    """Name and recordings of the example and of each folder with an index.csv in `data` (or of `data` itself).

    Raises DataError where there is none.
    """
    if data is None:
        return [(EXAMPLE, load_example())]
    folders = [data] if (data / "index.csv").is_file() else sorted(p.parent for p in data.glob("*/index.csv"))
    if not folders:
        raise DataError(
            tr("There is no folder with an index.csv in {name}.", name=data.name),
            hint=tr("Give the folder that holds them."),
        )
    return [(EXAMPLE, load_example()), *((folder.name, read_path(folder).recordings) for folder in folders)]
