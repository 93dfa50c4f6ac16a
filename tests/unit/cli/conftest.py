"""The command line called as a program calls it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tinylab.cli.main import run

CSV = "time_s,ax_g,ay_g,az_g\n" + "".join(f"{i / 50:.2f},0,{i / 100},1\n" for i in range(30))


class Said(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one object on stdout; anything beside it is an error."""
        return json.loads(self.out)


@pytest.fixture
def tinylab(capfd: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("TINYLAB_RUNTIME_DIR", str(tmp_path / "run"))

    def window(arguments: list[str]) -> int:
        raise AssertionError(f"a window for {arguments}")

    def call(*arguments: object) -> Said:
        capfd.readouterr()
        code = run([str(word) for word in arguments], window)
        said = capfd.readouterr()
        return Said(code, said.out, said.err)

    return call


@pytest.fixture
def project(trained_project: Path, tmp_path: Path) -> Path:
    path = tmp_path / "trained.tinylab"
    shutil.copy(trained_project, path)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two takes of one label, one of another."""
    made = tmp_path / "takes"
    made.mkdir()
    for name in ("a", "b", "c"):
        (made / f"{name}.csv").write_text(CSV, encoding="utf-8")
    (made / "index.csv").write_text("file,label\na.csv,wave\nb.csv,wave\nc.csv,🦾\n", encoding="utf-8")
    return made
