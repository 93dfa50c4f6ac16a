"""Temporary folders: a killed TinyLab's are swept at the next start; nobody else's ever are."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tinylab import __main__
from tinylab.process import own_environment
from tinylab.temporary import TemporaryFolder, sweep
from tinylab.workers.client import WorkerClient

ROOT = Path(__file__).resolve().parents[2]
FAKE_WORKER = ROOT / "tests" / "fakes" / "fake_worker.py"
MAKER = """
import sys
from tinylab.temporary import TemporaryFolder
print(TemporaryFolder("build").path, flush=True)
sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A temporary folder of this test's own."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def maker(temporary: Path) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """Another process with a folder of its own."""
    command = [sys.executable, "-c", MAKER]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=own_environment(temporary)) as process:
        assert process.stdout is not None
        yield process, Path(process.stdout.readline().strip())
        process.kill()


def test_what_a_killed_process_left_is_swept_and_no_link_in_it_is_followed(
    maker: tuple[subprocess.Popen[str], Path], temporary: Path, tmp_path: Path
) -> None:
    process, folder = maker
    assert folder.parent == temporary
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").write_text("x", encoding="utf-8")
    (folder / "deep").mkdir()
    (folder / "deep" / "link").symlink_to(outside)
    assert sweep() == []  # it lives
    process.kill()
    process.wait()
    assert folder.is_dir()
    assert sweep() == [folder]
    assert not folder.exists()
    assert (outside / "kept").exists()


def test_ones_own_folder_stays_while_it_is_used_and_goes_with_its_end() -> None:
    with TemporaryFolder("costs") as folder:
        assert sweep() == []
        assert folder.is_dir()
        assert folder.stat().st_mode & 0o077 == 0
    assert not folder.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights on Windows")
def test_what_only_looks_like_ours_stays(temporary: Path, tmp_path: Path) -> None:
    left = TemporaryFolder("build")
    os.close(left._descriptor)  # as if it had been killed
    left._descriptor = -1
    without_lock = temporary / "tinylab-build-1-abc"
    without_lock.mkdir()
    just_made = temporary / "tinylab-build-2-abc"
    just_made.mkdir()
    (just_made / ".owner").touch()
    linked_lock = temporary / "tinylab-build-3-abc"
    linked_lock.mkdir()
    (linked_lock / ".owner").symlink_to(left.path / ".owner")
    other_name = temporary / "somebody-build-4-abc"
    other_name.mkdir()
    (other_name / ".owner").write_text("4", encoding="utf-8")
    target = tmp_path / "target"
    target.mkdir()
    (target / ".owner").write_text("5", encoding="utf-8")
    link = temporary / "tinylab-build-5-abc"
    link.symlink_to(target)
    file = temporary / "tinylab-build-6-abc"
    file.write_text("6", encoding="utf-8")
    assert sweep() == [left.path]
    for each in (without_lock, just_made, linked_lock, other_name, target, file):
        assert each.exists(), each
    assert link.is_symlink()


def test_a_folder_of_another_user_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    left = TemporaryFolder("build")
    os.close(left._descriptor)
    left._descriptor = -1
    with monkeypatch.context() as patch:
        patch.setattr(os, "getuid", lambda: -1, raising=False)
        assert sweep() == []
    assert sweep() == [left.path]


def test_every_start_sweeps(monkeypatch: pytest.MonkeyPatch) -> None:
    swept: list[bool] = []
    monkeypatch.setattr(__main__, "sweep", lambda: swept.append(True))
    monkeypatch.setattr(sys, "argv", ["tinylab", "--version"])
    with pytest.raises(SystemExit):
        __main__.main()
    assert swept == [True]


def test_the_workers_temporary_files_go_with_it(temporary: Path) -> None:
    """TensorFlow leaves `__autograph_generated_file….py` in what it takes for the temporary folder."""
    worker = WorkerClient((sys.executable, str(FAKE_WORKER), "works"))
    worker.warm_up()
    (folder,) = temporary.glob("tinylab-worker-*")
    environment = Path(f"/proc/{worker.process_id}/environ")
    if environment.exists():
        assert f"TMPDIR={folder}".encode() in environment.read_bytes().split(b"\0")
    (folder / "__autograph_generated_file1.py").touch()
    worker.close()
    assert list(temporary.iterdir()) == []


def test_nobody_makes_a_temporary_folder_that_is_not_swept() -> None:
    """The worker has a folder of its own around all its temporary files; the cache's is beside what it becomes."""
    own = {"temporary.py", "learning/network_files.py", "virtualboard/core/native/__init__.py"}
    makers = {
        path.relative_to(ROOT / "tinylab").as_posix()
        for path in (ROOT / "tinylab").rglob("*.py")
        if any(each in path.read_text(encoding="utf-8") for each in ("TemporaryDirectory(", "mkdtemp("))
    }
    assert makers == own
