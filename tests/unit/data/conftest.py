"""A project that is open, and where it lies."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tinylab.data.project import Project


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "my project ü.tinylab"


@pytest.fixture
def project(path: Path) -> Iterator[Project]:
    opened = Project.create(path)
    yield opened
    opened.close()
