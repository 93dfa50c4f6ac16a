"""Which axes samples are in, and how counts are turned from one frame into another.

`raw` is the sensor's own axes. `board` is what CODAL gives on a micro:bit (MakeCode, CreateAI, MicroPython): X is the
raw x, Y the negative raw y, Z the raw z; lying with its display up the board reads z = −1 g. `as imported` is whatever
a file came in: nobody knows better, so it is never turned.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.int16]
RAW: Final = "raw"
BOARD: Final = "board"
AS_IMPORTED: Final = "as imported"
FRAMES: Final = (RAW, BOARD, AS_IMPORTED)

_SIGNS: Final = {(RAW, BOARD): (1, -1, 1), (BOARD, RAW): (1, -1, 1)}


def turn(counts: Counts, source: str, target: str) -> Counts:
    """Counts of shape (samples, 3) in another frame; the same array where nothing is to be turned."""
    signs = _SIGNS.get((source, target))
    if signs is None:
        return counts
    turned = counts.astype(np.int32) * np.asarray(signs, dtype=np.int32)
    return np.clip(turned, -32768, 32767).astype(np.int16)  # the negative of −32768 does not fit


def frame_of_run(frames: Iterable[str]) -> str:
    """The frame that a network of such takes decides in: the board's own where any take came from a board."""
    found = set(frames)
    if RAW in found:
        return RAW
    return BOARD if BOARD in found else AS_IMPORTED
