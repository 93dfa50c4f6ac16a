"""CBOR of strangers as Python values, within limits of size and depth, and without any tag that makes an object."""

from __future__ import annotations

from typing import Any, NoReturn

import cbor2

from tinylab.data.storage.explain import printable
from tinylab.exchange.found import FileError
from tinylab.exchange.source import SourceFile
from tinylab.text import tr

_MOST_BYTES = 4_000_000  # an empty list is one byte in the file and sixty in memory
_MOST_DEPTH = 16
_TAGS = (*range(1100), 43000, 55799)  # all that cbor2 knows


def _no_tag(*_: object) -> NoReturn:
    raise ValueError(tr("it holds a tag that no recording has"))


def read_cbor(file: SourceFile) -> Any:
    """What a file holds; raises FileError where it is no CBOR, too large, or more than plain values."""
    content = file.content(_MOST_BYTES)
    try:
        return cbor2.loads(
            content,
            tag_hook=_no_tag,
            semantic_decoders=dict.fromkeys(_TAGS, _no_tag),
            max_depth=_MOST_DEPTH,
            strict_hashable_types=True,
        )
    except (cbor2.CBORError, ValueError, TypeError, OverflowError, RecursionError) as error:
        raise FileError(
            file.name,
            tr("{name} is no CBOR of a recording: {error}.", name=file.name, error=printable(error, 100)),
            tr("Export it again."),
        ) from error
