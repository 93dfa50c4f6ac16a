"""Sessions and virtual boards that end with their test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes.bench import Bench, bench_in

from tinylab.boards.catalog import boards
from tinylab.boards.discovery import BoardPort, virtual_port
from tinylab.virtualboard.service.client import VirtualBoardProcess, start_virtual_board
from tinylab.workflow.board.virtual import base_image
from tinylab.workflow.session import Session


@pytest.fixture(autouse=True)
def _own_runtime_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TINYLAB_RUNTIME_DIR", str(tmp_path / "run"))


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """A session with an empty project."""
    made = Session(fast_virtual_board=True)
    made.projects.new(tmp_path / "test.tinylab").result()
    yield made
    made.close()


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """A session with a scripted board, in a time of its own."""
    with bench_in(tmp_path) as made:
        yield made


@pytest.fixture
def trained(tmp_path: Path, trained_project: Path) -> Iterator[Session]:
    """A session with a project that has a trained network."""
    path = tmp_path / "trained.tinylab"
    shutil.copy(trained_project, path)
    made = Session(fast_virtual_board=True)
    made.projects.open(path).result()
    yield made
    made.close()


@pytest.fixture
def board() -> Iterator[VirtualBoardProcess]:
    """A virtual board that records, in virtual time."""
    with start_virtual_board("Anna", base_image(boards()[0]), fast=True) as process:
        yield process


@pytest.fixture
def port(board: VirtualBoardProcess) -> BoardPort:
    """Where the board is plugged in."""
    return virtual_port(board.board)
