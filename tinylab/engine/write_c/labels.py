"""Class names as C tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tinylab.engine.write_c.layout import INDENT, comment


@dataclass(frozen=True, slots=True)
class Labels:
    """Class names as C."""

    tables: str
    bytes: tuple[int, ...]  # per label, without the zero at its end


def labels(names: Sequence[str]) -> Labels:
    """The class names, UTF-8 as numbers, so that no character means anything to the C compiler."""
    tables, lengths = [], []
    for number, name in enumerate(names):
        data = [*name.encode("utf-8", "surrogatepass"), 0]
        lengths.append(len(data) - 1)
        lines = [INDENT + ", ".join(str(b) for b in data[i : i + 24]) for i in range(0, len(data), 24)]
        tables.append(
            f"static const unsigned char tl_label{number}[{len(data)}] = {{  // {comment(name)}\n"
            + ",\n".join(lines)
            + "\n};\n"
        )
    return Labels("".join(tables), tuple(lengths))
