"""JSON of strangers as Python values, within limits of size and depth; what they should be is checked by the reader."""

from __future__ import annotations

import json
from typing import Any, NoReturn

import numpy as np

from tinylab.data.storage.explain import printable
from tinylab.exchange.found import FileError, Floats
from tinylab.exchange.source import SourceFile
from tinylab.exchange.text_table import encoding_of
from tinylab.text import tr

_MOST_BYTES = 64_000_000
_MOST_MEMORY = 250_000_000  # that its values may take
_LIST_BYTES, _OBJECT_BYTES, _VALUE_BYTES = 96, 320, 40  # of Python, roughly


def read_json(file: SourceFile) -> Any:
    """What a file holds; raises FileError with the line where it is no JSON, or too large."""
    content = file.content(_MOST_BYTES)
    needed = (
        content.count(b"[") * _LIST_BYTES + content.count(b"{") * _OBJECT_BYTES + content.count(b",") * _VALUE_BYTES
    )
    if needed > _MOST_MEMORY:
        raise FileError(
            file.name,
            tr("{name} holds more values than TinyLab reads from one file.", name=file.name),
            tr("Cut it into several files."),
        )
    hint = tr("Export it again.")
    try:
        encoding = encoding_of(file.head)
        text = content.decode("utf-8-sig" if encoding == "utf-8" else encoding)
        return json.loads(text, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        message = tr("{name}, row {row}: it is no JSON from there on.", name=file.name, row=error.lineno)
        raise FileError(file.name, message, hint, error.lineno) from error
    except RecursionError as error:
        raise FileError(file.name, tr("{name} is nested too deeply.", name=file.name), hint) from error
    except ValueError as error:  # no UTF-8, NaN, or a number of thousands of digits
        message = tr("{name} cannot be read: {error}.", name=file.name, error=printable(error, 80))
        raise FileError(file.name, message, hint) from error


def _no_number(text: str) -> NoReturn:
    raise ValueError(tr("{text} is no number", text=text))


def text_in(values: Any, *names: str) -> str:
    """The first text of those names in an object; empty where there is none."""
    for name in names:
        text = values.get(name) if isinstance(values, dict) else None
        if isinstance(text, str) and text:
            return text
    return ""


def number_in(values: Any, name: str) -> float:
    """The positive, finite number of that name, also where it stands there as text; 0 where there is none."""
    value = values.get(name) if isinstance(values, dict) else None
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return 0.0
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return 0.0
    return number if 0 < number < float("inf") else 0.0


def numbers_of(values: Any) -> Floats | None:
    """A list of finite numbers, shape (n,), or of lists as long as each other, shape (n, m); else None."""
    if not isinstance(values, list) or not values:
        return None
    flat = [value for row in values for value in row] if all(isinstance(row, list) for row in values) else values
    if not all(type(value) in (int, float) for value in flat):
        return None
    try:
        table = np.asarray(values, np.float64)
    except (ValueError, OverflowError):  # rows of different lengths, or an integer beyond any float
        return None
    return table if np.isfinite(table).all() else None
