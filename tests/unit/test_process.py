"""Child processes of our own: the same program from a checkout and from a frozen app, and nothing else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tinylab.errors import TinyLabError
from tinylab.folders import cache_dir, log_dir, projects_dir, runtime_dir
from tinylab.process import PROGRAMS, own_environment, own_program, run_module, run_own, start_own
from tinylab.virtualboard.service.client import start_virtual_board
from tinylab.workers.client import WorkerClient

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def frozen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A packed TinyLab: an executable that knows the package, and no interpreter's options."""
    app = tmp_path / "TinyLab app"
    inside = f"PYTHONPATH='{ROOT}' exec '{sys.executable}' -c"
    code = "import sys; sys.frozen = True; from tinylab.__main__ import main; sys.exit(main())"
    app.write_text(f"#!/bin/sh\n{inside} '{code}' \"$@\"\n", encoding="utf-8")
    app.chmod(0o755)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(app))
    monkeypatch.delenv("PYTHONPATH", raising=False)
    return app


on_posix = pytest.mark.skipif(sys.platform == "win32", reason="the fake app is a shell script")


def test_from_a_checkout_the_interpreter_runs_the_module() -> None:
    command = own_program("tinylab.virtualboard", "--name", "Anna")
    assert command == [sys.executable, "-m", "tinylab.virtualboard", "--name", "Anna"]
    assert own_environment()["PYTHONPATH"].startswith(str(ROOT))
    done = run_own("tinylab.virtualboard", "--help")
    assert done.returncode == 0
    assert "--until-eof" in done.stdout


@on_posix
def test_from_a_frozen_app_the_app_runs_it(frozen: Path) -> None:
    command = own_program("tinylab.virtualboard", "--name", "Anna")
    assert command == [str(frozen), "--run-module", "tinylab.virtualboard", "--name", "Anna"]
    assert "PYTHONPATH" not in own_environment()
    done = run_own("tinylab.virtualboard", "--help")
    assert done.returncode == 0
    assert "--until-eof" in done.stdout


@on_posix
@pytest.mark.usefixtures("frozen")
def test_a_frozen_app_starts_its_boards() -> None:
    with start_virtual_board("Ännä") as board:
        assert board.board.name == "Ännä"
        assert board.control.state()["plugged"]


@on_posix
@pytest.mark.usefixtures("frozen")
def test_a_frozen_app_starts_its_worker() -> None:
    worker = WorkerClient()
    try:
        worker.warm_up()
        assert "tensorflow" in worker.versions
    finally:
        worker.close()


@on_posix
@pytest.mark.usefixtures("frozen")
def test_a_frozen_app_starts_the_compiler() -> None:
    with start_own("ziglang", "version", stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.read().startswith(b"0.")
    assert process.returncode == 0


@pytest.mark.parametrize("arguments", [[], ["os"], ["tinylab.link.generate"], ["tinylab"], ["http.server"]])
def test_nothing_else_can_be_run(arguments: list[str]) -> None:
    with pytest.raises(TinyLabError, match="no program of TinyLab"):
        run_module(arguments)
    with pytest.raises(ValueError, match="no program"):
        own_program(*(arguments or [""]))


def test_the_command_line_refuses_it_too() -> None:
    command = [sys.executable, "-m", "tinylab", "--run-module", "http.server"]
    done = subprocess.run(command, env=own_environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == "tinylab: “http.server” is no program of TinyLab. This option is for TinyLab itself.\n"


def test_every_program_is_there() -> None:
    for module in PROGRAMS - {"ziglang"}:
        path = ROOT.joinpath(*module.split("."))
        assert path.with_suffix(".py").is_file() or (path / "__main__.py").is_file()


def test_no_child_is_started_past_this_one_place() -> None:
    found = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "tinylab").rglob("*.py")
        if "sys.executable" in path.read_text(encoding="utf-8")
    ]
    assert found == ["tinylab/process.py"]


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("TINYLAB_PROJECTS", projects_dir),
        ("TINYLAB_LOG_DIR", log_dir),
        ("TINYLAB_CACHE_DIR", cache_dir),
        ("TINYLAB_RUNTIME_DIR", runtime_dir),
    ],
)
def test_every_folder_can_be_moved(name: str, folder: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert callable(folder)
    monkeypatch.setenv(name, str(tmp_path / "elsewhere"))
    assert folder() == tmp_path / "elsewhere"
    monkeypatch.delenv(name)
    monkeypatch.delenv("TINYLAB_DATA_DIR", raising=False)
    assert "tinylab" in str(folder())
