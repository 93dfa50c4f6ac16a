"""A take knows what was asked: numbers and times across their wraps, losses counted once, and why it ended."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from fakes.projects import block, dump, planned

from tinylab.data.project import Project
from tinylab.data.takes import Block, TakeWriter
from tinylab.errors import DataError

WRAP = 2**32


def begin(project: Project, asked: int = 50) -> TakeWriter:
    return project.begin_take(planned(asked=asked))


def test_a_take_is_whole_when_all_that_was_asked_for_is_there(project: Project) -> None:
    writer = begin(project, 60)
    assert project.headers()[0] == []
    for first in range(100, 160, 10):
        assert not writer.over
        writer.add(block(first, overruns=4))
    assert writer.over
    assert writer.share == 1.0
    writer.add(block(160))
    take = writer.finish()
    assert (take.samples, take.asked, take.lost, take.overruns, take.ended) == (60, 60, 0, 0, "")
    assert take.rate_hz == pytest.approx(100.0)
    assert project.recording(take.id).counts[::10, 0].tolist() == [100, 110, 120, 130, 140, 150]
    assert project.headers()[0] == [take]


def test_the_last_block_is_cut_to_what_was_asked_for(project: Project) -> None:
    writer = begin(project, 25)
    for first in (0, 10, 20):
        writer.add(block(first))
    take = writer.finish()
    assert (take.samples, take.asked, take.lost) == (25, 25, 0)


def test_losses_in_between_count_once_also_those_of_the_sensor(project: Project) -> None:
    writer = begin(project, 55)
    for first, overruns in ((0, 5), (10, 5), (35, 8), (45, 9)):
        writer.add(block(first, overruns=overruns))
    take = writer.finish()
    assert (take.samples, take.asked, take.lost, take.overruns) == (40, 55, 15, 4)
    assert take.rate_hz == pytest.approx(100.0)


def test_losses_at_the_end_count(project: Project) -> None:
    writer = begin(project, 50)
    writer.add(block(0))
    writer.add(block(80))  # the rest of what was asked for never came
    assert writer.over
    assert (writer.finish().samples, project.headers()[0][0].lost) == (10, 40)


def test_a_take_that_ended_early_says_why_and_counts_what_is_missing(project: Project) -> None:
    writer = begin(project, 50)
    writer.add(block(0))
    writer.end("The board was unplugged.")
    writer.end("Another reason.")
    writer.add(block(10))
    take = writer.finish()
    assert (take.samples, take.lost, take.ended) == (10, 40, "The board was unplugged.")


def test_a_take_that_the_user_ends_has_lost_nothing(project: Project) -> None:
    writer = begin(project, 50)
    writer.add(block(0))
    writer.add(block(10))
    writer.stop()
    assert writer.over
    take = writer.finish()
    assert (take.samples, take.asked, take.lost, take.ended) == (20, 20, 0, "")


def test_sample_numbers_go_on_across_their_wrap(project: Project) -> None:
    writer = begin(project, 40)
    for number in (WRAP - 15, WRAP - 5, 15):
        writer.add(block(number % WRAP, time_us=(number if number > 20 else WRAP + number) * 10_000, count=10))
    take = writer.finish()
    assert (take.samples, take.lost, take.ended) == (30, 10, "")
    assert project.samples.gaps(take.id)[0].missing == 10


def test_a_clock_of_32_bits_goes_on_across_its_wrap_and_beyond(project: Project) -> None:
    writer = begin(project, 60)
    for first in range(0, 60, 10):
        writer.add(block(first, time_us=(WRAP - 150_000 + first * 10_000) % WRAP))
    take = writer.finish()
    assert (take.samples, take.ended) == (60, "")
    assert take.rate_hz == pytest.approx(100.0)


@pytest.mark.parametrize(
    ("second", "message"),
    [
        (block(0), "began to count its samples anew"),
        (block(5), "began to count its samples anew"),
        (block(2**20, time_us=200_000), "sample number jumped by"),
        (block(10, time_us=60_000_000), "clock jumped"),
        (block(10, time_us=2**33 - 5), "clock jumped"),
        (block(10, time_us=2**63), "clock"),
        (block(10, time_us=2**64 - 1), "clock"),
    ],
)
def test_a_stream_that_jumps_or_restarts_ends_the_take_and_says_so(
    project: Project, second: Block, message: str
) -> None:
    writer = begin(project)
    writer.add(block(0))
    writer.add(second)
    writer.add(block(10))
    assert writer.over
    take = writer.finish()
    assert (take.samples, take.lost) == (10, 40)
    assert message in take.ended


def test_a_clock_that_runs_backwards_ends_the_take(project: Project) -> None:
    writer = begin(project)
    writer.add(block(0, first_us=2**40))
    writer.add(block(10, first_us=2**40 - 1_000_000))
    assert "ran backwards" in writer.finish().ended


@pytest.mark.parametrize("time_us", [2**63, -1])
def test_a_first_block_whose_time_cannot_be_leaves_no_take(project: Project, time_us: int) -> None:
    writer = begin(project)
    writer.add(block(0, time_us=time_us))
    assert "cannot be" in writer.ended
    with pytest.raises(DataError, match="no sample arrived"):
        writer.finish()
    assert dump(project)["signals"] == []


def test_what_is_stored_is_never_replaced(project: Project) -> None:
    writer = begin(project)
    writer.add(block(0))
    counts = np.zeros((10, 3), np.int16)
    with pytest.raises(DataError), project._database.transaction():
        project.samples.append(writer.signal_id, 0, 0, 0, counts)
    assert project.recording(writer.finish().id).counts[9, 0] == 9


def test_a_clock_that_stands_still_does_not_cost_the_take(project: Project) -> None:
    writer = begin(project, 30)
    for first in (0, 10, 20):
        writer.add(block(first, time_us=77))
    assert (writer.finish().rate_hz, project.headers()[0][0].jitter_us) == (100.0, 0.0)


def test_a_take_without_a_sample_leaves_nothing_behind(project: Project) -> None:
    before = dump(project)
    writer = begin(project)
    with pytest.raises(DataError, match="no sample arrived"):
        writer.finish()
    assert dump(project) == before


def test_a_take_needs_a_length(project: Project) -> None:
    with pytest.raises(DataError, match="asked for"):
        begin(project, 0)


def test_a_discarded_take_is_gone_and_samples_that_come_late_are_refused(project: Project) -> None:
    before = dump(project)
    writer = begin(project)
    writer.add(block(0))
    writer.discard()
    with pytest.raises(DataError, match="late"):
        writer.add(block(10))
    assert dump(project) == before


def test_samples_that_come_after_the_end_are_refused(project: Project) -> None:
    writer = begin(project)
    writer.add(block(0))
    writer.finish()
    before = dump(project)
    with pytest.raises(DataError, match="late"):
        writer.add(block(10))
    assert dump(project) == before


def test_a_recorded_take_is_one_step_of_undo(project: Project) -> None:
    writer = begin(project, 10)
    writer.add(block(0))
    take = writer.finish()
    assert project.journal.undo_text == "record “wave”"
    project.undo()
    assert project.headers()[0] == []
    assert project.labels() == []
    project.redo()
    assert project.headers()[0] == [take]
    assert len(project.recording(take.id).counts) == 10


# --- crashes --------------------------------------------------------------------------------------------

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
