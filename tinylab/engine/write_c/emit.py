"""A program and its memory plan as C: tables, one constant struct per layer, and the calls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from tinylab.engine.memory_plan import Plan
from tinylab.engine.program import KernelCall, Program, Struct, Table

_INDENT = "    "


@dataclass(frozen=True, slots=True)
class Labels:
    """Class names as C."""

    tables: str
    bytes: tuple[int, ...]  # per label, without the zero at its end


def array(name: str, table: Table) -> str:
    """A constant array; bytes are aligned to four, because kernels load whole words."""
    values = [str(int(v)) for v in table.values]
    lines = [_INDENT + ", ".join(values[i : i + table.per_line]) for i in range(0, len(values), table.per_line)]
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
        f"// {number + 1}: {_comment(call.name)}\n"
        + "".join(tables.texts)
        + f"static const struct {call.kernel.name} tl_layer{number} = {body};\n"
    )


def _struct(struct: Struct, name: str, tables: Tables, depth: int) -> str:
    indent = _INDENT * depth
    lines = []
    for member, value in struct.members.items():
        if isinstance(value, Table):
            text = tables.name(f"{name}_{member}", value)
        elif isinstance(value, Struct):
            text = _struct(value, f"{name}_{member}" if member != "out" else name, tables, depth + 1)
        else:
            text = str(value) if value > -(1 << 31) else "(-2147483647 - 1)"
        lines.append(f"{indent}.{member} = {text},\n")
    return "{\n" + "".join(lines) + _INDENT * (depth - 1) + "}"


def _comment(text: str) -> str:
    """Plain ASCII that cannot continue a comment line."""
    return "".join(c if " " <= c <= "~" and c not in "\\?" else "." for c in text[:80])


@dataclass(frozen=True, slots=True)
class Calls:
    """A program as calls: its layers are numbered from `first`, its buffers stand in `arena`."""

    program: Program
    plan: Plan
    arena: str = "tl_arena"
    first: int = 0

    def text(self, begin: int = 0, end: int | None = None) -> str:
        """The body of the function: all calls, or those from `begin` to before `end`."""
        numbered = list(enumerate(self.program.calls))
        return "".join(self._call(number, call) for number, call in numbered[begin:end])

    def _call(self, number: int, call: KernelCall) -> str:
        arguments = [f"&tl_layer{self.first + number}"]
        arguments += [self._pointer(buffer) for buffer in call.sources]
        arguments.append(self._pointer(call.target, call.target_offset))
        if call.scratch_bytes is not None:
            arguments.append(f"{self.arena} + {self.plan.scratch[number]}" if call.scratch_bytes else "0")
        return f"{_INDENT}{call.kernel.name}({', '.join(arguments)});\n"

    def _pointer(self, buffer: int, at: int = 0) -> str:
        if buffer == self.program.input:
            return "input"
        if buffer == self.program.output:
            return f"output + {at}" if at else "output"
        return f"{self.arena} + {self.plan.offsets[buffer] + at}"


def labels(names: Sequence[str]) -> Labels:
    """The class names, UTF-8 as numbers, so that no character means anything to the C compiler."""
    tables, lengths = [], []
    for number, name in enumerate(names):
        data = [*name.encode("utf-8", "surrogatepass"), 0]
        lengths.append(len(data) - 1)
        lines = [_INDENT + ", ".join(str(b) for b in data[i : i + 24]) for i in range(0, len(data), 24)]
        tables.append(
            f"static const unsigned char tl_label{number}[{len(data)}] = {{ // {_comment(name)}\n"
            + ",\n".join(lines)
            + "\n};\n"
        )
    return Labels("".join(tables), tuple(lengths))
