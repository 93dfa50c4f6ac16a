"""What a machine can check of how TinyLab is written."""

from __future__ import annotations

import ast
import pkgutil
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from file_graphs import call_graph, circles, include_graph, python_graph

import tinylab
from tinylab.link.generate import load_spec, targets

ROOT = Path(__file__).resolve().parents[2]
LINT_IMPORTS = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"

# Longer than the rule, each with its reason. Split rather than add.
LONG_FUNCTIONS: dict[tuple[str, str], str] = {}
LONG_FILES: dict[str, str] = {
    "tinylab/link/wire.py": "generated from the specification of the protocol",
    "firmware/core/tl_wire.h": "generated from the specification of the protocol",
    "packaging/bootstrap.py": "runs before anything is installed, so it must be one file of the standard library",
}


def committed_files() -> list[Path]:
    """Every file under version control; in a source archive, every file there is."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode == 0:
        return [ROOT / name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]
    hidden = {".venv", ".git", "__pycache__", "build", "dist"}
    return [path for path in ROOT.rglob("*") if path.is_file() and not hidden.intersection(path.parts)]


def ours(*endings: str) -> Iterator[tuple[str, str]]:
    """(path, text) of committed files with such an ending."""
    for path in committed_files():
        if path.suffix in endings:
            yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


def run_tool(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], cwd=cwd, capture_output=True, text=True, check=False)


# --- imports --------------------------------------------------------------------------------------------


def test_the_layers_are_kept() -> None:
    done = run_tool("-c", LINT_IMPORTS, "--no-cache", "--no-logo")
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 broken" in done.stdout


@pytest.fixture(scope="module")
def copied_package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package and its contracts in a folder where they may be broken."""
    folder = tmp_path_factory.mktemp("package")
    shutil.copytree(ROOT / "tinylab", folder / "tinylab", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


@pytest.mark.parametrize(
    ("module", "forbidden", "contract"),
    [
        ("data/recording.py", "import PySide6", "Qt lives in ui and nowhere else"),
        ("workflow/session.py", "def late():\n    import pyqtgraph", "Qt lives in ui and nowhere else"),
        ("workers/client.py", "import tensorflow", "TensorFlow lives in the worker's modules and nowhere else"),
        ("workflow/training/trainer.py", "def late():\n    import keras", "TensorFlow lives in the worker's modules"),
        ("dsp/windows.py", "from tinylab.data import recording", "Imports run downwards"),
        ("link/link.py", "import tinylab.workflow.session", "Imports run downwards"),
    ],
)
def test_a_forbidden_import_is_found(copied_package: Path, module: str, forbidden: str, contract: str) -> None:
    path = copied_package / "tinylab" / module
    kept = path.read_text(encoding="utf-8")
    path.write_text(f"{kept}\n{forbidden}\n", encoding="utf-8")
    try:
        done = run_tool("-c", LINT_IMPORTS, "--no-cache", "--no-logo", cwd=copied_package)
    finally:
        path.write_text(kept, encoding="utf-8")
    assert done.returncode == 1, done.stdout + done.stderr
    broken = [line for line in done.stdout.splitlines() if " BROKEN" in line]
    assert len(broken) == 1
    assert broken[0].startswith(contract)


def test_all_but_the_window_imports_without_qt_and_without_tensorflow() -> None:
    modules = [
        found.name
        for found in pkgutil.walk_packages(tinylab.__path__, "tinylab.")
        if not found.name.startswith(("tinylab.ui", "tinylab.learning.in_worker."))
    ]
    assert len(modules) > 60
    code = (
        "import importlib, sys\n"
        "for name in ('PySide6', 'pyqtgraph', 'qtawesome', 'tensorflow', 'keras'): sys.modules[name] = None\n"
        f"for name in {modules!r}: importlib.import_module(name)\n"
        "print(len([name for name in sys.modules if name.startswith('tinylab.')]))"
    )
    done = run_tool("-W", "error", "-c", code)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) >= len(modules)


# Circles of files that are still to be cut. It must only get shorter.
KNOWN_CIRCLES: set[frozenset[str]] = set()


def test_no_circle_of_modules() -> None:
    assert circles(python_graph()) == KNOWN_CIRCLES


def test_circles_are_recognized() -> None:
    graph = {"a": {"b"}, "b": {"c"}, "c": {"a", "d"}, "d": set(), "e": {"e", "d"}}
    assert circles(graph) == {frozenset("abc"), frozenset("e")}
    assert len(python_graph()["tinylab.virtualboard.__main__"]) > 2


# --- the firmware's files -------------------------------------------------------------------------------

# Which folders a file may include from, beside its own. Generated headers are found in the folder of the build.
INCLUDES_FROM = {
    "core": {"nn"},  # whose arithmetic scales the samples
    "nn": set(),
    "sensors": {"core"},
    "chips": {"core", "sensors"},
    "boards": {"core", "sensors", "chips"},
}


def test_no_circle_of_c_files() -> None:
    assert circles(include_graph()) == set()
    assert circles(call_graph()) == set()


def test_the_firmware_includes_downwards_only() -> None:
    wrong = []
    for name, included in include_graph().items():
        folder = name.split("/", maxsplit=1)[0]
        for header in included:
            other = header.split("/", maxsplit=1)[0]
            own = Path(header).parent == Path(name).parent
            if not own and other not in INCLUDES_FROM[folder]:
                wrong.append(f"{name} includes {header}")
    assert wrong == []


# --- style ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("arguments", [["check"], ["format", "--check"]])
def test_ruff_finds_nothing(arguments: list[str]) -> None:
    done = run_tool("-m", "ruff", *arguments, "--no-cache", ".")
    assert done.returncode == 0, done.stdout + done.stderr


def test_clang_format_finds_nothing() -> None:
    files = [path for path, _ in ours(".c", ".h")]
    assert len(files) > 40
    tool = "import sys; from clang_format import clang_format; sys.exit(clang_format())"
    done = run_tool("-c", tool, "--dry-run", "-Werror", *files)
    assert done.returncode == 0, done.stdout + done.stderr


def test_mypy_finds_nothing() -> None:
    done = run_tool("-m", "mypy")  # pyproject.toml says strict
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_function_is_longer_than_forty_lines() -> None:
    found = set()
    for path, text in ours(".py"):
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef) and node.end_lineno is not None:
                lines = node.end_lineno - node.lineno + 1
                if lines > 40:
                    found.add((path, node.name))
    assert found <= set(LONG_FUNCTIONS)


def test_no_file_is_longer_than_four_hundred_lines() -> None:
    found = {path for path, text in ours(".py", ".c", ".h") if len(text.splitlines()) > 300}
    assert found <= set(LONG_FILES)


def test_every_module_begins_with_a_sentence() -> None:
    silent = [
        path for path, text in ours(".py") if path.startswith("tinylab/") and not ast.get_docstring(ast.parse(text))
    ]
    assert silent == []


# --- files that must agree ------------------------------------------------------------------------------


def test_the_generated_files_are_fresh() -> None:
    written = targets(load_spec())
    assert {path.name for path in written} == {"wire.py", "tl_wire.h"}
    for path, text in written.items():
        assert path.read_text(encoding="utf-8") == text, f"run python -m tinylab.link.generate: {path.name} is stale"


def machine_paths(text: str) -> list[str]:
    """Absolute folders of somebody's machine."""
    roots = "|".join(("wo" + "rk", "ho" + "me", "ro" + "ot", "Us" + "ers"))
    return re.findall(rf"(?<![\w./<~-])/(?:{roots})(?:/[\w.-]*|(?![\w./-]))|\b[A-Z]:\\Us" + r"ers\b", text)


def test_no_committed_file_names_somebodys_machine() -> None:
    found = {}
    for path in committed_files():
        content = path.read_bytes()
        if b"\0" not in content and (places := machine_paths(content.decode("utf-8", "replace"))):
            found[path.relative_to(ROOT).as_posix()] = places
    assert found == {}


@pytest.mark.parametrize(
    "text", ["cd /" + "work/main", "'/" + "home/anna/x'", "(/" + "root)", "C:" + r"\Us" + r"ers\anna"]
)
def test_machine_paths_are_recognized(text: str) -> None:
    assert machine_paths(text)
    assert not machine_paths("network/home tinylab/homes ~/home https://host/home a/root/b")
