"""An operator is one module in each folder of the engine: the folders' listings are the tables."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tinylab.engine import graph
from tinylab.engine.build_models.to_tflite import WRITERS
from tinylab.engine.contract.operators import CONTRACT
from tinylab.engine.forest import Forest
from tinylab.engine.lower.operators import LOWERINGS
from tinylab.engine.read.operators import READERS
from tinylab.engine.registry import collect

KINDS = [
    kind for kind in (*vars(graph).values(), Forest) if isinstance(kind, type) and issubclass(kind, graph.Operator)
]
OPERATORS = [kind for kind in KINDS if sum(issubclass(other, kind) for other in KINDS) == 1]  # no base of another


@pytest.mark.parametrize("kind", OPERATORS)
def test_every_operator_has_its_modules(kind: type[graph.Operator]) -> None:
    assert kind in CONTRACT
    assert (kind in LOWERINGS) == (kind is not graph.Reshape)  # a pass removes these
    assert (kind in WRITERS) == (kind is not graph.PooledConv2D)  # a pass makes these


def test_what_files_may_hold() -> None:
    assert {"CONV_2D", "FULLY_CONNECTED", "SOFTMAX", "RELU6", "SQUEEZE", "TinyLabForest"} <= set(READERS)


def made_package(folder: Path, **modules: str) -> tuple[list[str], str]:
    """Path and name of a package with these modules."""
    package = folder / "made_operators"
    package.mkdir()
    (package / "__init__.py").touch()
    for name, text in modules.items():
        (package / f"{name}.py").write_text(text, encoding="utf-8")
    return [str(package)], package.name


@pytest.fixture(autouse=True)
def forget_made_packages(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.syspath_prepend(tmp_path)
    yield
    for name in [name for name in sys.modules if name.split(".")[0] == "made_operators"]:
        del sys.modules[name]


def test_a_new_module_is_found_without_a_list(tmp_path: Path) -> None:
    package = made_package(tmp_path, one="READERS = {'ONE': 1}", two="READERS = {'TWO': 2, 'ALSO_TWO': 2}")
    assert collect(*package, "READERS") == {"ONE": 1, "TWO": 2, "ALSO_TWO": 2}


def test_two_modules_cannot_claim_one_operator(tmp_path: Path) -> None:
    package = made_package(tmp_path, one="READERS = {'ONE': 1}", two="READERS = {'ONE': 2}")
    with pytest.raises(ValueError, match=r"two declares again.*ONE"):
        collect(*package, "READERS")


def test_a_module_must_declare_something(tmp_path: Path) -> None:
    with pytest.raises(AttributeError, match="READERS"):
        collect(*made_package(tmp_path, one=""), "READERS")
