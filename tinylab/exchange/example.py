"""The example project: real recordings of seven shoulder exercises, from the data file that seglearn ships.

Only the file is used, found through the installed distribution; seglearn itself is never imported. It is a pickled
object array, and unpickling can run code, so nothing but the one file with the known checksum is ever read.

Source: D. M. Burns et al., shoulder physiotherapy exercise recognition with a smartwatch; BSD-3-Clause with seglearn.
"""

from __future__ import annotations

import hashlib
import io
from functools import lru_cache
from importlib import metadata
from pathlib import Path

import numpy as np

from tinylab.data.recording import Recording
from tinylab.errors import DataError
from tinylab.exchange.takes import quantize
from tinylab.text import tr

SHA256 = "eb122f23cdf06ef6bd6c6c5312958ec5cf9d038e2e6d457b8081662c75a42537"
RATE_HZ = 50.0
RANGE_G = 8  # holds every recording
NAME = "Shoulder exercises"

_FILE = "seglearn/data/watch_dataset.npy"
_LABELS = {
    "PEN": "pendulum",
    "ABD": "abduction",
    "FEL": "forward elevation",
    "IR": "internal rotation",
    "ER": "external rotation",
    "TRAP": "trapezius",
    "ROW": "row",
}


def data_file() -> Path:
    """The data file in the installed seglearn; raises DataError where it is not there."""
    hint = tr("Install TinyLab again: its set-up brings seglearn 1.2.5 along.")
    try:
        path = Path(str(metadata.distribution("seglearn").locate_file(_FILE)))
    except metadata.PackageNotFoundError as error:
        raise DataError(tr("The example's recordings are not installed."), hint=hint) from error
    if not path.is_file():
        raise DataError(tr("The example's recordings are missing from seglearn."), hint=hint)
    return path


@lru_cache(maxsize=1)
def load_example() -> tuple[Recording, ...]:
    """The 140 recordings, ordered by subject, label and side.

    Raises DataError where the file's checksum is not the known one.
    """
    content = data_file().read_bytes()
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise DataError(
            tr("The example's data file is not the one TinyLab knows, so it was not opened."),
            hint=tr("Install seglearn 1.2.5 again."),
        )
    # Safe to unpickle: the checksum above pins every byte.
    table = np.load(io.BytesIO(content), allow_pickle=True).item()
    names = [_LABELS[code] for code in table["y_labels"]]
    recordings = []
    for signal, label, subject, side in zip(table["X"], table["y"], table["subject"], table["side"], strict=True):
        counts, g_per_count, range_g = quantize(np.asarray(signal[:, :3], dtype=np.float64))
        recordings.append(
            Recording.of(
                counts,
                label=names[int(label)],
                subject=f"subject {int(subject):02d}",
                rate_hz=RATE_HZ,
                g_per_count=g_per_count,
                range_g=range_g,
                session="right" if side else "left",
                source="seglearn 1.2.5",
                sensor="smartwatch",
            )
        )
    recordings.sort(key=lambda r: (r.header.subject, r.header.label, r.header.session))
    return tuple(recordings)
