"""A take that was being recorded when the program died: what was stored is there, and says how it ended."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from fakes.projects import block, dump, planned

from tinylab.data.project import Project
from tinylab.data.takes import TakeWriter


def begin(project: Project, asked: int = 50) -> TakeWriter:
    return project.begin_take(planned(asked=asked))


RECORDER = """
import sys
from pathlib import Path
from fakes.projects import block, planned, take
from tinylab.data.editing.edits import AddTakes
from tinylab.data.project import Project
project = Project.create(Path(sys.argv[1]))
project.do(AddTakes((take(samples=1),), "add"))
writer = project.begin_take(planned(asked=1_000_000))
for number in range(100_000):
    writer.add(block(number * 10))
    print(number, flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL on Windows")
def test_a_program_killed_while_recording_keeps_every_sample_that_was_stored(path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    process = subprocess.Popen(
        [sys.executable, "-c", RECORDER, str(path)], stdout=subprocess.PIPE, text=True, env=environment
    )
    assert process.stdout is not None
    stored = -1
    while stored < 150:
        stored = int(process.stdout.readline())
    os.kill(process.pid, signal.SIGKILL)
    stored = max([stored, *map(int, process.stdout.read().split())])
    process.stdout.close()
    assert process.wait() == -signal.SIGKILL

    project = Project.open(path)
    (before, found), bad = project.headers()
    assert (bad, project.problems) == ([], ())
    assert before.samples == 1
    assert (stored + 1) * 10 <= found.samples <= (stored + 2) * 10
    assert (found.label, found.asked, found.lost) == ("wave", 1_000_000, 1_000_000 - found.samples)
    assert found.ended == "TinyLab was closed before the take was whole."
    assert project.recording(found.id).counts[-1, 0] == (found.samples - 1) % 1000
    assert found.rate_hz == pytest.approx(100.0)
    project.close()
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_a_crash_before_the_first_sample_leaves_no_take(project: Project, tmp_path: Path) -> None:
    begin(project)
    copy = tmp_path / "crashed.tinylab"
    for ending in ("", "-wal"):
        shutil.copy(f"{project.path}{ending}", f"{copy}{ending}")
    again = Project.open(copy)
    assert (again.headers(), again.problems) == (([], []), ())
    assert dump(again)["open_takes"] == dump(again)["signals"] == []
    again.close()


def test_an_open_take_with_a_damaged_header_is_named_and_the_rest_lives(project: Project, path: Path) -> None:
    from fakes.projects import run_sql

    begin(project).add(block(0))
    begin(project).add(block(0))
    run_sql(path, "UPDATE open_takes SET header = '[' WHERE signal_id = 1")
    project.close()
    again = Project.open(path)
    assert len(again.headers()[0]) == 1
    assert again.problems == ("take 1 was being recorded and its header is damaged",)
    again.close()
