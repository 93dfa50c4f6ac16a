"""What is exported can be imported again; of a damaged project, what can be read is exported and the rest is named."""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tinylab.data.editing.take_edits import AddTakes, Trash
from tinylab.data.project import Project
from tinylab.data.recording import Recording
from tinylab.data.samples import Gap
from tinylab.errors import CancelledError, DataError
from tinylab.exchange.csv_signal import read_signal
from tinylab.exchange.export import export_takes
from tinylab.exchange.menu import read_path
from tinylab.exchange.source import SourceFile
from tinylab.exchange.writing import sample_numbers


def take(label: str, samples: int = 20_000) -> Recording:
    counts = np.random.default_rng(len(label)).integers(-8000, 8000, (samples, 3)).astype(np.int16)
    return Recording.of(counts, label=label, subject="Anna", rate_hz=104.0, g_per_count=1 / 4096, session="one, two")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A project with three takes, of which one lies in the trash."""
    made = tmp_path / "lab.tinylab"
    with closing(Project.create(made)) as project:
        project.do(AddTakes((take("wave"), take("“shake”, 🦾"), take("gone")), "fill"))
        project.do(Trash((3,)))
    return made


@pytest.fixture
def project(path: Path) -> Iterator[Project]:
    with closing(Project.open(path, read_only=True)) as opened:
        yield opened


def test_what_is_exported_can_be_imported_again(project: Project, tmp_path: Path) -> None:
    exported = export_takes(project, tmp_path / "out")
    assert (exported.takes, exported.samples, exported.problems) == (2, 40_000, ())
    assert sorted(file.name for file in exported.path.iterdir()) == ["index.csv", "take 1.csv", "take 2.csv"]
    first, second = read_path(exported.path).recordings
    assert (first.header.label, second.header.label) == ("wave", "“shake”, 🦾")
    assert (first.header.subject, first.header.session, first.header.rate_hz) == ("Anna", "one, two", 104.0)
    assert np.abs(first.in_g - project.recording(1).in_g).max() <= first.header.g_per_count


def test_a_damaged_take_is_exported_as_far_as_it_goes(path: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(path)) as file:
        file.execute("UPDATE chunks SET counts = zeroblob(length(counts)) WHERE signal_id = 1 AND first_sample = 8192")
        file.execute("UPDATE chunks SET counts = zeroblob(length(counts)) WHERE signal_id = 2")
        file.commit()
    with closing(Project.open(path)) as project:
        whole = take("wave").counts
        exported = export_takes(project, tmp_path / "out")
    assert (exported.takes, exported.samples) == (1, 20_000 - 8192)
    assert any(text.startswith("Take 1 is exported in part: ") for text in exported.problems)
    assert any(text.startswith("Take 2 cannot be read: ") for text in exported.problems)
    signal = read_signal(SourceFile(tmp_path, tmp_path / "out" / "take 1.csv")).values
    assert np.rint(signal * 4096).astype(int).tolist() == np.delete(whole, slice(8192, 16384), axis=0).tolist()
    assert (tmp_path / "out" / "problems.txt").read_text("utf-8").splitlines() == list(exported.problems)


def test_lost_samples_leave_a_gap_in_time_and_the_rate_as_it_was(tmp_path: Path) -> None:
    assert sample_numbers(5, (Gap(2, 3), Gap(4, 1))).tolist() == [0, 1, 5, 6, 8]
    times = sample_numbers(400, (Gap(200, 90),)) / 50
    rows = [f"{second:.6f},0,{second / 10:.3f},1\n" for second in times]
    (tmp_path / "take.csv").write_text("time_s,ax_g,ay_g,az_g\n" + "".join(rows), encoding="utf-8")
    for rate in ("50", ""):
        (tmp_path / "index.csv").write_text(f"file,label,rate_hz\ntake.csv,wave,{rate}\n", encoding="utf-8")
        (found,) = read_path(tmp_path).recordings
        assert found.header.rate_hz == pytest.approx(50.0)
        assert (found.header.samples, found.header.lost) == (400, 90)


def test_nothing_is_overwritten_and_nothing_is_left_behind(project: Project, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "index.csv").write_text("mine", encoding="utf-8")
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    before = sorted(tmp_path.rglob("*"))
    for name in ("mine", "file"):
        with pytest.raises(DataError, match="exists already"):
            export_takes(project, tmp_path / name)
    with pytest.raises(DataError, match="cannot be written"):
        export_takes(project, tmp_path / "file" / "out")
    with pytest.raises(CancelledError):
        export_takes(project, tmp_path / "out", cancelled=lambda: True)
    assert sorted(tmp_path.rglob("*")) == before


def test_an_empty_folder_may_be_chosen_and_an_empty_project_says_so(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    with closing(Project.create(tmp_path / "empty.tinylab")) as project:
        with pytest.raises(DataError, match="no take"):
            export_takes(project, tmp_path / "out")
        project.do(AddTakes((replace(take("a", 50)),), "fill"))
        assert export_takes(project, tmp_path / "out").takes == 1


def test_the_index_says_what_is_known(project: Project, tmp_path: Path) -> None:
    folder = export_takes(project, tmp_path / "out").path
    with (folder / "index.csv").open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert [(row["file"], row["frame"], row["lost"]) for row in rows] == [
        ("take 1.csv", "as imported", "0"),
        ("take 2.csv", "as imported", "0"),
    ]
