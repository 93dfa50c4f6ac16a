"""A take as rows of one long table: what the long CSV and Parquet have in common."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np

from tinylab.data.parts import Part
from tinylab.exchange.writing import WrittenTake

# What each row says of its take.
OF_TAKE: Final = ("label", "subject", "session", "split", "rate_hz", "g_per_count", "range_g", "frame")
COLUMNS: Final = ("take", "time_s", "ax_g", "ay_g", "az_g", *OF_TAKE, "region", "region_number")


def take_columns(take: WrittenTake) -> dict[str, Any]:
    """Each column of COLUMNS for the samples of a take: arrays of numbers, or one value for all of them."""
    signal = take.counts * take.header.g_per_count
    regions, numbers = region_cells(take.parts, len(take.counts))
    return {
        "take": take.header.id,
        "time_s": take.times,
        **{f"a{axis}_g": signal[:, place] for place, axis in enumerate("xyz")},
        **{name: getattr(take.header, name) for name in OF_TAKE},
        "region": regions,
        "region_number": numbers,
    }


def region_cells(parts: Sequence[Part], samples: int) -> tuple[list[str], list[int]]:
    """(label, number from 1) of the region that each sample lies in, of two the later; "" and 0 where in none."""
    labels, numbers = [""] * samples, [0] * samples
    for number, part in enumerate(parts, start=1):
        labels[part.start : part.start + part.count] = [part.label] * part.count
        numbers[part.start : part.start + part.count] = [number] * part.count
    return labels, numbers


def overlap(parts: Sequence[Part]) -> bool:
    """Whether two labelled parts have a sample in common: one table has room for one of them."""
    ends: Sequence[int] = np.maximum.accumulate([part.start + part.count for part in parts]).tolist() if parts else []
    return any(part.start < end for part, end in zip(parts[1:], ends, strict=False))


def take_rows(take: WrittenTake, digits: int) -> Iterator[list[Any]]:
    """The rows of a take as text: times to the microsecond, signals with so many digits, scales whole."""
    columns = take_columns(take)
    of_take = [repr(value) if isinstance(value, float) else value for value in (columns[name] for name in OF_TAKE)]
    signal = zip(*(columns[f"a{axis}_g"].tolist() for axis in "xyz"), strict=True)
    for time, values, region, number in zip(
        columns["time_s"].tolist(), signal, columns["region"], columns["region_number"], strict=True
    ):
        yield [
            take.header.id, f"{time:.6f}", *(f"{value:.{digits}g}" for value in values), *of_take, region, number or "",
        ]  # fmt: skip
