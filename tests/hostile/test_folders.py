"""Malformed folders: each is refused with file and row, or taken with a remark; never a traceback, never a guess."""

from __future__ import annotations

import math
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from malformed_folders import GOOD, INDEX, REFUSED, TAKEN, build, indexed, paused, scaled

from tinylab.errors import CancelledError, DataError
from tinylab.exchange.found import Choices, Imported
from tinylab.exchange.menu import preview_path, read_path
from tinylab.workflow.notices import Tone
from tinylab.workflow.project.importer import Added
from tinylab.workflow.session import Session

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="links and pipes are as POSIX has them")


def test_the_table_is_as_long_as_it_should_be() -> None:
    assert len(REFUSED) >= 60


@pytest.mark.parametrize("case", REFUSED)
def test_a_malformed_folder_is_refused_in_a_short_sentence(tmp_path: Path, case: str) -> None:
    content, index, message = REFUSED[case]
    found = preview_path(build(tmp_path, content, index)).found
    (refusal,) = found.refused
    assert message in refusal.why
    assert len(refusal.why) < 250
    assert refusal.hint
    assert refusal.file in {"index.csv", "take.csv"}
    assert refusal.line == 0 or f"row {refusal.line}" in refusal.why or refusal.line == 1
    assert len(found.recordings) == (1 if case.startswith("twice") or case in {"two labels", "too few cells"} else 0)


@pytest.mark.parametrize("case", TAKEN)
def test_what_is_only_written_in_another_way_is_taken(tmp_path: Path, case: str) -> None:
    (found,) = read_path(build(tmp_path, *TAKEN[case])).recordings
    assert found.header.samples == 60
    assert found.in_g[0] == pytest.approx([0.01, 0, 1], abs=1e-4)


def circle(folder: Path) -> Path:
    (folder / "a").symlink_to(folder / "b")
    (folder / "b").symlink_to(folder / "a")
    return folder / "a"


def index_outside(folder: Path) -> Path:
    inside = build(folder, GOOD, INDEX)
    (inside / "index.csv").rename(folder / "index.csv")
    (inside / "index.csv").symlink_to(folder / "index.csv")
    return inside


def index_in_a_circle(folder: Path) -> Path:
    inside = build(folder, GOOD, INDEX)
    (inside / "index.csv").unlink()
    (inside / "index.csv").symlink_to("index.csv")
    return inside


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda folder: folder / "nowhere", "There is no file or folder"),
        (lambda folder: folder, "holds no recording"),
        (circle, "There is no file or folder"),
        (index_outside, "index.csv lies outside the folder"),
        (index_in_a_circle, "index.csv lies outside the folder"),
    ],
)
def test_what_is_no_folder_with_an_index_is_said(tmp_path: Path, make: Callable[[Path], Path], message: str) -> None:
    with pytest.raises(DataError, match=message):
        read_path(make(tmp_path))


# --- taken, and said ------------------------------------------------------------------------------------


def taken(folder: Path, *files: str) -> Imported:
    """A folder of these files, each under its own label."""
    names = [f"{number}.csv" for number in range(len(files))]
    for name, text in zip(names, files, strict=True):
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "index.csv").write_text(indexed(*(f"{name},label {name}" for name in names)), encoding="utf-8")
    return read_path(folder)


def at_rest(found: Imported) -> list[float]:
    return [float(np.median(np.linalg.norm(each.in_g, axis=1))) for each in found.recordings]


def test_metres_per_second_squared_are_recognized_by_gravity_and_said(tmp_path: Path) -> None:
    found = taken(tmp_path, scaled(9.80665), scaled(9.7))
    assert at_rest(found) == pytest.approx([1.02, 1.01], abs=0.03)
    assert found.remarks == ("2 files are in m/s²; TinyLab converted them to g.",)


def test_thousandths_of_g_are_recognized_and_said(tmp_path: Path) -> None:
    found = taken(tmp_path, scaled(1000), scaled(1))
    assert at_rest(found) == pytest.approx([1.02, 1.02], abs=0.03)
    assert found.remarks == ("1 file is in mg; TinyLab converted it to g.",)


def test_a_unit_that_gravity_does_not_show_is_said_and_not_guessed(tmp_path: Path) -> None:
    found = taken(tmp_path, scaled(0.1), scaled(1))
    assert at_rest(found) == pytest.approx([0.114, 1.02], abs=0.01)
    (remark,) = found.remarks
    assert remark.startswith(
        "The unit of 1 file is doubtful: 0.csv has typically 0.114, and gravity alone would be 1 g."
    )
    assert remark.endswith(" It was taken for g.")


def test_a_doubtful_file_among_others_of_one_unit_is_taken_for_theirs(tmp_path: Path) -> None:
    found = taken(tmp_path, scaled(9.80665), scaled(3))
    assert at_rest(found)[1] == pytest.approx(3 / 9.80665, rel=0.03)
    assert "It was taken for m/s²." in found.remarks[1]


@pytest.mark.parametrize("seconds", [1.0, 1e-3 * 1024])
def test_samples_that_are_missing_count_as_lost_and_leave_the_rate_as_it_is(tmp_path: Path, seconds: float) -> None:
    found = taken(tmp_path, paused((20, seconds)))
    (take,) = found.recordings
    assert take.header.rate_hz == pytest.approx(50, rel=1e-6)
    assert (take.header.samples, take.header.lost) == (60, round(seconds * 50))
    assert found.remarks == ()


def test_a_pause_of_100_s_makes_two_takes_of_50_hz_and_is_said(tmp_path: Path) -> None:
    found = taken(tmp_path, paused((20, 100.0), (50, 30.0)))
    assert [take.header.samples for take in found.recordings] == [20, 30, 10]
    assert {round(take.header.rate_hz, 6) for take in found.recordings} == {50.0}
    assert {take.header.lost for take in found.recordings} == {0}
    assert found.remarks == ("0.csv has pauses of up to 100.0 s; it became 3 takes.",)


def test_numbers_that_only_the_slow_road_reads_are_the_same(tmp_path: Path) -> None:
    quoted = GOOD.replace("1.0\n", '"1.0"\n')
    found = taken(tmp_path, GOOD, quoted, GOOD.replace("\n", "\r\n"), GOOD.replace("\n", "\r"))
    first, *others = found.recordings
    for other in others:
        assert np.array_equal(other.counts, first.counts)
        assert math.isclose(other.header.rate_hz, first.header.rate_hz)


# --- through the session --------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two takes in m/s², of labels with blanks that look alike."""
    made = tmp_path / "takes"
    made.mkdir()
    for name in "ab":
        (made / f"{name}.csv").write_text(scaled(9.81), encoding="utf-8")
    (made / "index.csv").write_text("file,label,subject\na.csv, punch , Anna \nb.csv,Punch,Anna\n", encoding="utf-8")
    return made


@pytest.fixture
def opened(tmp_path: Path) -> Session:
    session = Session(fast_virtual_board=True)
    session.projects.new(tmp_path / "x.tinylab").result()
    return session


def test_an_import_is_one_step_of_undo_and_says_what_is_odd(opened: Session, folder: Path) -> None:
    try:
        added = opened.importer.import_path(folder).result()
        remarks = (
            "2 files are in m/s²; TinyLab converted them to g.",
            "“Punch” looks like “punch”; if they mean the same, rename one.",
        )
        assert added == Added(2, remarks)
        assert opened.document.labels == ("punch", "Punch")
        assert opened.document.subjects == ("Anna",)
        notice = opened.notices.shown[-1]
        assert (notice.tone, notice.message) == (Tone.CAUTION, "2 recordings imported from takes.")
        assert notice.hint == " ".join((*remarks, "Undo takes them back out."))
        assert opened.document.undo_text == "import takes"
        assert opened.document.undo()
        assert opened.document.takes == opened.document.labels == ()
    finally:
        opened.close()


def test_reading_and_storing_are_in_no_windows_thread_and_report_how_far_they_are(
    opened: Session, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: dict[str, threading.Thread] = {}
    seen: list[tuple[str, float | None]] = []
    project = opened.document.open_project()
    do = project.do

    def read(
        folder: Path, choices: Choices | None, report: Callable[[str, float], None], cancelled: Callable[[], bool]
    ) -> Imported:
        def note(detail: str, share: float) -> None:
            threads["read"] = threading.current_thread()
            seen.append((detail, share))

        return read_path(folder, choices, note, cancelled)

    monkeypatch.setattr("tinylab.workflow.project.importer.read_path", read)
    monkeypatch.setattr(project, "do", lambda edit: (threads.update(store=threading.current_thread()), do(edit))[1])
    try:
        assert opened.importer.import_path(folder).result().takes == 2
        assert threading.current_thread() not in threads.values()
        assert set(threads) == {"read", "store"}
        assert seen == [("file 1 of 2", 0.0), ("file 2 of 2", 0.5)]
    finally:
        opened.close()


def test_an_import_can_be_cancelled_between_two_files(folder: Path) -> None:
    with pytest.raises(CancelledError):
        read_path(folder, cancelled=lambda: True)
