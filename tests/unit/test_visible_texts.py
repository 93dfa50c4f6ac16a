"""Every sentence that a user can be shown goes through the one road for texts."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2] / "tinylab"
ERRORS = {
    "TinyLabError", "DataError", "LinkError", "BoardError", "TrainingError", "EngineError", "DeployError",
    "CancelledError",
}  # fmt: skip
WIDGETS = {"text_label", "setText", "setToolTip", "setAccessibleName", "setWindowTitle", "Card", "Panel", "button"}
# They speak to programs, or to nobody: the generated wire, C, the emulator's own process.
SILENT = ("virtualboard/", "engine/write_c/", "link/generate.py", "link/wire.py", "text.py", "ui/tools/")


def arguments(call: ast.Call) -> Iterator[ast.expr]:
    """The arguments of a call that a user would read."""
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    owner = ast.unparse(call.func.value) if isinstance(call.func, ast.Attribute) else ""
    if name in ERRORS:
        yield from call.args[:2]
        yield from (keyword.value for keyword in call.keywords if keyword.arg == "hint")
    elif name == "show" and "notices" in owner:
        yield from call.args[1:4]
    elif (name in ("start", "begin", "failed") and "tasks" in owner) or name in WIDGETS:
        yield from call.args[:1]
    elif name in ("add_argument", "add_parser"):
        yield from (keyword.value for keyword in call.keywords if keyword.arg in ("help", "description"))


def sentences(node: ast.expr) -> Iterator[ast.expr]:
    """Literals with message in them that are not handed to tr or ntr."""
    if isinstance(node, ast.IfExp):
        yield from sentences(node.body)
        yield from sentences(node.orelse)
    elif isinstance(node, ast.BinOp):
        yield from sentences(node.left)
        yield from sentences(node.right)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value != "TinyLab":
        if re.search(r"[A-Za-z]{3}", node.value):
            yield node
    elif isinstance(node, ast.JoinedStr):
        plain = "".join(part.value for part in node.values if isinstance(part, ast.Constant))
        if re.search(r"[A-Za-z]{3} |[A-Za-z]{3}\.$", plain):
            yield node


def untranslatable(text: str) -> list[int]:
    """The lines of a module with such a literal."""
    calls = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call))
    return sorted({found.lineno for call in calls for each in arguments(call) for found in sentences(each)})


@pytest.mark.parametrize(
    "line",
    [
        "raise DataError('The file is empty.')",
        "raise DataError(tr('The file is empty.'), hint='Record again.')",
        "raise DataError(f'{name} is empty.')",
        "self._notices.show(Tone.GOOD, 'Saved.' if x else tr('Lost.'))",
        "button('Record', act)",
    ],
)
def test_a_sentence_that_cannot_be_translated_is_found(line: str) -> None:
    assert untranslatable(line) == [1]


@pytest.mark.parametrize("line", ["raise DataError(tr('Empty.'))", "DataError(error.message)", "button('✕', act)"])
def test_what_can_be_translated_is_let_through(line: str) -> None:
    assert untranslatable(line) == []


def test_every_visible_sentence_can_be_translated() -> None:
    found = {}
    for path in sorted(ROOT.rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if not name.startswith(SILENT) and (lines := untranslatable(path.read_text(encoding="utf-8"))):
            found[name] = lines
    assert found == {}


def test_a_share_is_written_in_one_way() -> None:
    """84.5 % everywhere: Python's own format writes 84.5%, and two ways stood side by side."""
    glued = re.compile(r"\{[^{}]*:\.\d%\}|\d%[^a-zA-Z]|\}%")
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in sorted(ROOT.rglob("*.py"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if glued.search(line)
    ]
    assert found == []
