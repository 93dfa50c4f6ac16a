"""Marks made while a take is recorded: a label from one moment to another. They become regions when the take ends."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from tinylab.data.recording import Header, check_name
from tinylab.data.storage.database import Database
from tinylab.data.storage.schema import OPEN_TAKES, TAKES, OpenTake
from tinylab.errors import DataError
from tinylab.text import tr

MOST_MARKS: Final = 10_000  # of one take
_KEY = "marks"


@dataclass(frozen=True, slots=True)
class Mark:
    """A labelled stretch by the board's sample numbers since the take's first one, lost samples counted in."""

    label: str
    first: int
    last: int  # the first number behind it

    def __post_init__(self) -> None:
        check_name("label", self.label)
        if not 0 <= self.first < self.last:
            raise DataError(tr("A mark must end after it begins."))


def open_row(signal_id: int, header: Header, marks: Sequence[Mark]) -> OpenTake:
    """The row of a running take, from which it is listed after a crash: its header, and what was marked so far."""
    plain: dict[str, Any] = TAKES.plain(header)
    if marks:
        plain[_KEY] = [[mark.label, mark.first, mark.last] for mark in marks]
    return OpenTake(signal_id, json.dumps(plain))


def read_open_row(row: OpenTake) -> tuple[Header, tuple[Mark, ...]]:
    """What an open take was to become, and its marks; raises DataError where its header is damaged.

    A mark that is damaged is left out.
    """
    try:
        plain: Any = json.loads(row.header)
    except (ValueError, RecursionError) as error:
        raise DataError(
            tr("take {signal_id} was being recorded and its header is damaged", signal_id=row.signal_id)
        ) from error
    stored = plain.pop(_KEY, []) if isinstance(plain, dict) else []
    return TAKES.from_plain(plain), tuple(_marks(stored))


def _marks(stored: Any) -> list[Mark]:
    found = []
    for each in stored[:MOST_MARKS] if isinstance(stored, list) else []:
        try:
            label, first, last = each
            if isinstance(label, str) and isinstance(first, int) and isinstance(last, int):
                found.append(Mark(label, first, last))
        except (TypeError, ValueError, DataError):
            continue
    return found


def store_marks(database: Database, row: OpenTake) -> None:
    """Put the row of a running take in the place of the one that is there."""
    database.connection.execute(
        f"UPDATE {OPEN_TAKES.name} SET header = ? WHERE signal_id = ?",  # noqa: S608 - a fixed name
        (OPEN_TAKES.check(row).header, row.signal_id),
    )


def placed(marks: Sequence[Mark], chunks: Sequence[tuple[int, int]]) -> tuple[Mark, ...]:
    """The marks by the indices of stored samples, for chunks given as (sample number, samples), in order.

    What lies in a gap or outside the take is cut off; a mark of which nothing is left goes.
    """
    if not chunks:
        return ()
    numbers, counts = np.asarray(chunks, dtype=np.int64).T
    before = np.concatenate([[0], np.cumsum(counts)])  # samples stored before each chunk

    def index_of(number: int) -> int:
        at = int(np.searchsorted(numbers, number, side="right")) - 1
        return int(before[at] + min(number - numbers[at], counts[at])) if at >= 0 else 0

    found = []
    for mark in marks:
        first, last = index_of(chunks[0][0] + mark.first), index_of(chunks[0][0] + mark.last)
        if first < last:
            found.append(replace(mark, first=first, last=last))
    return tuple(found)
