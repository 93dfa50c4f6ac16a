"""1,200 mutated project files: each is refused or opened as far as it can be read, with a sentence.

None gives another exception, takes more than 5 s or 300 MB, or runs anything.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import rich_project
from attempt_pool import AttemptPool
from fakes.projects import run_sql
from mutations import CANARY, COUNT, SEED
from trials import run_trial

HERE = Path(__file__).resolve().parent
FIXTURES = HERE.parent / "fixtures" / "version1"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="limits of memory are set as POSIX does")


@pytest.fixture
def bases(tmp_path: Path) -> Path:
    """The files that mutations start from, each in a folder of its own."""
    folder = tmp_path / "bases"
    for name in ("rich", "killed", "version1", "version1-killed"):
        (folder / name).mkdir(parents=True)
    rich_project.make(folder / "rich" / "rich.tinylab")
    run_sql(folder / "rich" / "rich.tinylab", CANARY)
    killed = folder / "killed" / "killed.tinylab"
    subprocess.run([sys.executable, HERE / "rich_project.py", killed], check=True, env=environment())
    killed.with_name("killed.tinylab-shm").unlink()
    killed.with_name(".killed.tinylab.lock").unlink()
    shutil.copy(FIXTURES / "trained.tinylab", folder / "version1")
    run_sql(folder / "version1" / "trained.tinylab", CANARY)
    for ending in ("", "-wal"):
        shutil.copy(FIXTURES / f"killed.tinylab{ending}", folder / "version1-killed")
    return folder


def environment() -> dict[str, str]:
    import os

    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


@pytest.mark.timeout(3600)
def test_a_mutated_file_gives_sentences_and_nothing_else(bases: Path) -> None:
    with AttemptPool(HERE / "mutation_process.py", str(bases)) as pool:
        run_trial("mutations of a project file", count=COUNT, seed=SEED, attempts=pool.attempts)
