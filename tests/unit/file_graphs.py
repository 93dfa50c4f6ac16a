"""Which file needs which: graphs of the package's modules and of the firmware's C files, and the circles in them."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FIRMWARE = ROOT / "firmware"
GENERATED_HEADERS = {"model.h", "tl_config.h"}
DEFINED = re.compile(r"^(?!static|typedef)\w[\w *]*?\b(tl_\w+)\([^;{]*\)\s*\{", re.MULTILINE)


def python_graph() -> dict[str, set[str]]:
    """Module → modules of tinylab that it imports, at its top, inside a function or for type checking only."""
    folder = ROOT / "tinylab"
    trees = {}
    for path in folder.rglob("*.py"):
        parts = path.relative_to(ROOT).with_suffix("").parts
        trees[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = ast.parse(path.read_text(encoding="utf-8"))
    graph: dict[str, set[str]] = {}
    for module, tree in trees.items():
        named = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                named |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                assert node.module and not node.level, f"{module} has a relative import, which this does not follow"
                inside = {f"{node.module}.{alias.name}" for alias in node.names}
                named |= {name if name in trees else node.module for name in inside}
        graph[module] = named & set(trees)
    return graph


def circles(graph: dict[str, set[str]]) -> set[frozenset[str]]:
    """The sets of nodes that reach one another, each with at least two members or an edge to itself (Tarjan)."""
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found = set()

    def visit(node: str) -> None:
        number[node] = low[node] = len(number)
        stack.append(node)
        for other in sorted(graph[node]):
            if other not in number:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in stack:
                low[node] = min(low[node], number[other])
        if low[node] == number[node]:
            at = stack.index(node)
            members = frozenset(stack[at:])
            del stack[at:]
            if len(members) > 1 or node in graph[node]:
                found.add(members)

    for node in sorted(graph):
        if node not in number:
            visit(node)
    return found


def c_files() -> dict[str, str]:
    """Path below firmware/ → text without its comments."""
    files = [path for path in sorted(FIRMWARE.rglob("*")) if path.suffix in {".c", ".h"}]
    texts = {path.relative_to(FIRMWARE).as_posix(): path.read_text(encoding="utf-8") for path in files}
    return {name: re.sub(r"//[^\n]*|/\*.*?\*/", "", text, flags=re.DOTALL) for name, text in texts.items()}


def include_graph() -> dict[str, set[str]]:
    """C file → files that it includes: of its own folder, else of one that has the name (two chips may both)."""
    files = c_files()
    graph: dict[str, set[str]] = {}
    for name, text in files.items():
        graph[name] = set()
        for header in set(re.findall(r'#include "(.+)"', text)) - GENERATED_HEADERS:
            own = (Path(name).parent / header).as_posix()
            found = {own} if own in files else {other for other in files if Path(other).name == header}
            assert found, f"{name} includes {header}, which is nowhere"
            graph[name] |= found
    return graph


def call_graph() -> dict[str, set[str]]:
    """C file → those whose functions it names."""
    sources = {name: text for name, text in c_files().items() if name.endswith(".c")}
    defined: dict[str, set[str]] = {}
    for name, text in sources.items():
        for function in DEFINED.findall(text):
            defined.setdefault(function, set()).add(name)
    assert len(defined) > 50
    graph = {}
    for name, text in sources.items():
        used = set(re.findall(r"\btl_\w+", text))
        graph[name] = {
            place for function in used for place in defined.get(function, set()) if name not in defined[function]
        }
    return graph
