"""Writes wire.py and tl_wire.h from wire.toml: `python -m tinylab.link.generate`."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from tinylab.assets import firmware_dir

_HERE = Path(__file__).parent
_PYTHON = {"u8": "int", "i8": "int", "u16": "int", "u32": "int", "u64": "int", "f32": "float", "b8": "bytes"}
_STRUCT = {"u8": "B", "i8": "b", "u16": "H", "u32": "I", "u64": "Q", "f32": "f", "b8": "8s"}
_SIZE = {"u8": 1, "i8": 1, "u16": 2, "u32": 4, "u64": 8, "f32": 4, "b8": 8}
_C = {
    "u8": "uint8_t",
    "i8": "int8_t",
    "u16": "uint16_t",
    "u32": "uint32_t",
    "u64": "uint64_t",
    "f32": "float",
}
_TAIL = {"xyz": "npt.NDArray[np.int16]", "int8": "npt.NDArray[np.int8]", "utf8": "str", "bytes": "bytes"}

Spec = dict[str, Any]


def load_spec() -> Spec:
    """The content of wire.toml."""
    return tomllib.loads((_HERE / "wire.toml").read_text(encoding="utf-8"))


def class_name(message: str) -> str:
    """HELLO_ASK → HelloAsk."""
    return "".join(word.capitalize() for word in message.split("_"))


def python_text(spec: Spec) -> str:
    """The module wire.py as text."""
    lines = [
        '"""The wire\'s messages. Generated from wire.toml by generate.py; do not edit."""',
        "",
        "from __future__ import annotations",
        "",
        "from dataclasses import dataclass",
        "from enum import IntEnum",
        "from typing import ClassVar",
        "",
        "import numpy as np",
        "import numpy.typing as npt",
        "",
    ]
    for name, (value, why) in spec["constants"].items():
        lines.append(f"{name} = {value}  # {why}")
    lines += [
        "",
        "",
        "class ErrorCode(IntEnum):",
        '    """Why a board refused; the text beside each is what it means."""',
        "",
    ]
    lines += [f"    {name} = {value}  # {why}" for name, (value, why) in spec["errors"].items()]
    for name, message in spec["messages"].items():
        lines += _python_message(name, message)
    names = [class_name(name) for name in spec["messages"]]
    lines += ["", "", f"Message = (\n    {names[0]}"]
    lines += [f"    | {name}" for name in names[1:]]
    lines += [")", "", "MESSAGES: tuple[type[Message], ...] = ("]
    lines += [f"    {name}," for name in names]
    lines += [")", ""]
    return "\n".join(lines)


def _python_message(name: str, message: Spec) -> list[str]:
    codes = "".join(_STRUCT[kind] for _, kind, _ in message["fields"])
    fields = [field for field, _, _ in message["fields"]]
    tail = message.get("tail")
    lines = [
        "",
        "",
        "@dataclass(frozen=True, slots=True, eq=False)"
        if tail and tail[1] in ("xyz", "int8")
        else "@dataclass(frozen=True, slots=True)",
        f"class {class_name(name)}:",
        f'    """{message["says"]}"""',
        "",
        f"    NUMBER: ClassVar[int] = 0x{message['number']:02X}",
        f'    FORMAT: ClassVar[str] = "<{codes}"',
        f"    FIELDS: ClassVar[tuple[str, ...]] = {_tuple_text(fields)}",
        f"    TAIL: ClassVar[tuple[str, str] | None] = {_tuple_text(tail[:2]) if tail else 'None'}",
        "",
    ]
    lines += [f"    {field}: {_PYTHON[kind]}  # {why}" for field, kind, why in message["fields"]]
    if tail:
        lines.append(f"    {tail[0]}: {_TAIL[tail[1]]}  # {tail[2]}")
    return lines if lines[-1] else lines[:-1]


def _tuple_text(words: list[str]) -> str:
    inner = "".join(f'\n        "{word}",' for word in words)
    return f"({inner}\n    )" if words else "()"


def c_text(spec: Spec) -> str:
    """The header tl_wire.h as text."""
    lines = [
        "// The wire's messages. Generated from tinylab/link/wire.toml by generate.py; do not edit.",
        "// Each message has a struct, TL_<NAME>_BYTES (its fixed part) and a put or a get function;",
        "// a tail (samples, outputs, text) follows the fixed part and is the caller's affair.",
        "#ifndef TL_WIRE_H",
        "#define TL_WIRE_H",
        "",
        "#include <stdbool.h>",
        "#include <stdint.h>",
        "",
        "#ifdef __cplusplus",
        'extern "C" {',
        "#endif",
        "",
    ]
    lines += [f"#define TL_{name} ({value})  // {why}" for name, (value, why) in spec["constants"].items()]
    lines += ["", "enum tl_message {"]
    lines += [f"    TL_MESSAGE_{name} = 0x{m['number']:02X},  // {m['says']}" for name, m in spec["messages"].items()]
    lines += ["};", "", "enum tl_error_code {"]
    lines += [f"    TL_ERROR_{name} = {value},  // {why}" for name, (value, why) in spec["errors"].items()]
    lines += ["};", "", _C_HELPERS]
    for name, message in spec["messages"].items():
        if message["fields"]:
            lines += _c_message(name, message)
    lines += ["#ifdef __cplusplus", "}", "#endif", "", "#endif", ""]
    return "\n".join(lines)


_C_HELPERS = """\
static inline uint8_t *tl_put_bits(uint8_t *to, uint64_t value, uint8_t bytes) {
    for (uint8_t i = 0; i < bytes; i++) {
        to[i] = (uint8_t)(value >> (8U * i));
    }
    return to + bytes;
}

static inline uint64_t tl_get_bits(const uint8_t *from, uint8_t bytes) {
    uint64_t value = 0;
    for (uint8_t i = 0; i < bytes; i++) {
        value |= (uint64_t)from[i] << (8U * i);
    }
    return value;
}

static inline uint32_t tl_float_bits(float value) {
    union {
        float value;
        uint32_t bits;
    } both = {.value = value};
    return both.bits;
}
"""


def _c_message(name: str, message: Spec) -> list[str]:
    lower = name.lower()
    size = sum(_SIZE[kind] for _, kind, _ in message["fields"])
    lines = [f"// {message['says']}", f"struct tl_{lower} {{"]
    for field, kind, why in message["fields"]:
        declared = f"uint8_t {field}[8]" if kind == "b8" else f"{_C[kind]} {field}"
        lines.append(f"    {declared};  // {why}")
    lines += ["};", f"#define TL_{name}_BYTES ({size})", ""]
    to_host = message["number"] >= 0x80
    lines += _c_put(lower, message) if to_host else _c_get(name, message)
    return lines


def _c_put(lower: str, message: Spec) -> list[str]:
    lines = [
        "// Writes the fixed part; returns where the tail begins.",
        f"static inline uint8_t *tl_put_{lower}(uint8_t *to, const struct tl_{lower} *m) {{",
    ]
    for field, kind, _ in message["fields"]:
        if kind == "b8":
            lines += ["    for (uint8_t i = 0; i < 8U; i++) {", f"        *to++ = m->{field}[i];", "    }"]
        else:
            value = f"tl_float_bits(m->{field})" if kind == "f32" else f"m->{field}"
            value = f"(uint8_t)m->{field}" if kind == "i8" else value
            lines.append(f"    to = tl_put_bits(to, {value}, {_SIZE[kind]}U);")
    return [*lines, "    return to;", "}", ""]


def _c_get(name: str, message: Spec) -> list[str]:
    lower = name.lower()
    relation = "<" if message.get("tail") else "!="
    lines = [
        "// Reads the fixed part; false where the length does not fit.",
        f"static inline bool tl_get_{lower}(const uint8_t *from, uint16_t length, struct tl_{lower} *m) {{",
        f"    if (length {relation} TL_{name}_BYTES) {{",
        "        return false;",
        "    }",
    ]
    offset = 0
    for field, kind, _ in message["fields"]:
        lines.append(f"    m->{field} = ({_C[kind]})tl_get_bits(from + {offset}, {_SIZE[kind]}U);")
        offset += _SIZE[kind]
    return [*lines, "    return true;", "}", ""]


def targets(spec: Spec) -> dict[Path, str]:
    """Every generated file and its text."""
    return {
        _HERE / "wire.py": python_text(spec),
        firmware_dir() / "core" / "tl_wire.h": re.sub(r"[ ]+$", "", c_text(spec), flags=re.M),
    }


def main() -> None:
    """Write the generated files."""
    for path, text in targets(load_spec()).items():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
