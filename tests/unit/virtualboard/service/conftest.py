"""Virtual boards as processes, and the image they run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from virtual_host import Start

from tinylab.boards.catalog import boards
from tinylab.deploy.firmware import build_firmware
from tinylab.virtualboard.service.client import VirtualBoardProcess, start_virtual_board


@pytest.fixture(scope="session")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A .hex file of the firmware that captures."""
    return build_firmware(boards()[0], tmp_path_factory.mktemp("image")).image.hex


@pytest.fixture(autouse=True)
def _own_runtime_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TINYLAB_RUNTIME_DIR", str(tmp_path / "run time"))


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts boards that end with the test."""
    running: list[VirtualBoardProcess] = []

    def begin(name: str = "Test board", **options: object) -> VirtualBoardProcess:
        running.append(start_virtual_board(name, **options))  # type: ignore[arg-type]
        return running[-1]

    yield begin
    for board in running:
        board.close()
