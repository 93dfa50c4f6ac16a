"""kill -9 while a project is edited, recorded into or imported into, between and inside of the steps.

Reopened, every step can be undone to what there was before, and of a running take at most the last block is missing.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import rich_project
from attempt_pool import AttemptPool
from fakes import exchange_files
from trials import run_trial

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL on Windows")


@pytest.mark.timeout(3600)
def test_a_project_is_what_it_was_after_a_kill(tmp_path: Path) -> None:
    base = tmp_path / "base.tinylab"
    rich_project.make(base)
    with AttemptPool(Path(__file__).with_name("kill_process.py"), str(base)) as pool:
        run_trial("kills of an editing and recording process", count=200, seed=11, attempts=pool.attempts)


@pytest.mark.timeout(3600)
def test_an_import_that_is_killed_leaves_all_of_itself_or_nothing(tmp_path: Path) -> None:
    base, files = tmp_path / "base.tinylab", tmp_path / "files"
    rich_project.make(base)
    files.mkdir()
    for name, content, _, rate in exchange_files.FILES.values():
        if rate:
            (files / name).write_bytes(content)
    with AttemptPool(Path(__file__).with_name("kill_process.py"), str(base), str(files)) as pool:
        run_trial("kills of an importing process", count=100, seed=12, attempts=pool.attempts)
