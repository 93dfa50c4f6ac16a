"""A program and its memory plan as C: tables, one constant struct per layer, and the calls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tinylab.engine.memory_plan import Plan
from tinylab.engine.steps import Fields, Program, Step, Table

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


def layer(number: int, step: Step) -> str:
    """The tables and the struct of one layer."""
    tables: list[str] = []
    body = _struct(step.fields, f"tl_layer{number}", tables, 1)
    return (
        f"// {number + 1}: {_comment(step.name)}\n"
        + "".join(tables)
        + f"static const struct {step.kernel} tl_layer{number} = {body};\n"
    )


def _struct(fields: Fields, name: str, tables: list[str], depth: int) -> str:
    indent = _INDENT * depth
    lines = []
    for member, value in fields.values.items():
        if isinstance(value, Table):
            tables.append(array(f"{name}_{member}", value))
            text = f"{name}_{member}"
        elif isinstance(value, Fields):
            text = _struct(value, f"{name}_{member}" if member != "out" else name, tables, depth + 1)
        else:
            text = str(value) if value > -(1 << 31) else "(-2147483647 - 1)"
        lines.append(f"{indent}.{member} = {text},\n")
    return "{\n" + "".join(lines) + _INDENT * (depth - 1) + "}"


def _comment(text: str) -> str:
    """Plain ASCII that cannot continue a comment line."""
    return "".join(c if " " <= c <= "~" and c not in "\\?" else "." for c in text[:80])


def calls(program: Program, plan: Plan) -> str:
    """The body of tl_model_run."""
    return "".join(_call(number, step, program, plan) for number, step in enumerate(program.steps))


def _call(number: int, step: Step, program: Program, plan: Plan) -> str:
    arguments = [f"&tl_layer{number}"]
    arguments += [_pointer(buffer, program, plan) for buffer in (*step.sources, step.target)]
    if step.scratch_bytes is not None:
        arguments.append(f"tl_arena + {plan.scratch[number]}" if step.scratch_bytes else "0")
    return f"{_INDENT}{step.kernel}({', '.join(arguments)});\n"


def _pointer(buffer: int, program: Program, plan: Plan) -> str:
    if buffer == program.input:
        return "input"
    if buffer == program.output:
        return "output"
    return f"tl_arena + {plan.offsets[buffer]}"


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
