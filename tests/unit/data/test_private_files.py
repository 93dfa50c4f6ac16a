"""A project is its user's alone unless it is shared: new files are 0600, those that exist keep their mode."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes.projects import take

from tinylab.data.editing.edits import AddTakes
from tinylab.data.project import Project
from tinylab.data.storage.owner import lock_path

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "version1"
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes of files")


@pytest.fixture(autouse=True)
def _generous_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def modes_beside(path: Path) -> dict[str, int]:
    return {each.name: mode(each) for each in path.parent.iterdir()}


def test_a_new_project_and_all_that_lies_beside_it_are_private(project: Project, path: Path) -> None:
    project.do(AddTakes((take(),), "add"))
    found = modes_beside(path)
    assert {path.name, f"{path.name}-wal", lock_path(path).name} <= set(found)
    assert set(found.values()) == {0o600}


def test_a_project_that_is_shared_stays_shared(path: Path) -> None:
    Project.create(path).close()
    path.chmod(0o644)
    again = Project.open(path)
    again.do(AddTakes((take(),), "add"))
    assert set(modes_beside(path).values()) == {0o644}
    again.close()
    assert modes_beside(path) == {path.name: 0o644}


def test_a_saved_copy_is_private_whatever_the_project_is(project: Project, path: Path, tmp_path: Path) -> None:
    path.chmod(0o644)
    project.save_copy(tmp_path / "copy.tinylab")
    assert mode(tmp_path / "copy.tinylab") == 0o600


@pytest.mark.parametrize("shared", [0o600, 0o640, 0o644])
def test_a_kept_copy_and_the_new_file_have_the_mode_of_the_old_one(tmp_path: Path, shared: int) -> None:
    old = Path(shutil.copy(FIXTURES / "trained.tinylab", tmp_path))
    old.chmod(shared)
    project = Project.open(old)
    project.close()
    assert len(modes_beside(old)) == 2
    assert set(modes_beside(old).values()) == {shared}
