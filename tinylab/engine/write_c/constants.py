"""The constants of a program as C: tables, and one struct per kernel call."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from tinylab.engine.program import KernelCall, Struct, Table
from tinylab.engine.write_c.layout import INDENT, comment


def array(name: str, table: Table) -> str:
    """A constant array; bytes are aligned to four, because kernels load whole words."""
    values = [str(int(v)) for v in table.values]
    lines = [INDENT + ", ".join(values[i : i + table.per_line]) for i in range(0, len(values), table.per_line)]
    align = "_Alignas(4) " if table.c_type != "int32_t" else ""
    return f"static {align}const {table.c_type} {name}[{len(values)}] = {{\n" + ",\n".join(lines) + "\n};\n"


@dataclass(slots=True)
class Tables:
    """The constant arrays that stand already, by what is in them, so that none stands twice."""

    names: dict[tuple[str, bytes], str] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)  # of the layer that is being written

    def name(self, wanted: str, table: Table) -> str:
        """The array with the contents of `table`; a new one is called `wanted`."""
        key = (table.c_type, table.values.astype(np.int32).tobytes())
        if key not in self.names:
            self.names[key] = wanted
            self.texts.append(array(wanted, table))
        return self.names[key]


def layer(number: int, call: KernelCall, tables: Tables) -> str:
    """The tables and the struct of one layer."""
    tables.texts = []
    body = _struct(call.constants, f"tl_layer{number}", tables, 1)
    return (
        f"// {number + 1}: {comment(call.name)}\n"
        + "".join(tables.texts)
        + f"static const struct {call.kernel.name} tl_layer{number} = {body};\n"
    )


def _struct(struct: Struct, name: str, tables: Tables, depth: int) -> str:
    indent = INDENT * depth
    lines = []
    for member, value in struct.members.items():
        if isinstance(value, Table):
            text = tables.name(f"{name}_{member}", value)
        elif isinstance(value, Struct):
            text = _struct(value, f"{name}_{member}" if member != "out" else name, tables, depth + 1)
        else:
            text = str(value) if value > -(1 << 31) else "(-2147483647 - 1)"
        lines.append(f"{indent}.{member} = {text},\n")
    return "{\n" + "".join(lines) + INDENT * (depth - 1) + "}"
