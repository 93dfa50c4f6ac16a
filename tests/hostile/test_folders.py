"""Malformed folders: each is refused with file and row, or taken with a remark; never a traceback, never a guess."""

from __future__ import annotations

import math
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tinylab.errors import CancelledError, DataError
from tinylab.exchange.csv_folder import Imported, import_folder
from tinylab.workflow.notices import Tone
from tinylab.workflow.project.importer import Added
from tinylab.workflow.session import Session

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="links and pipes are as POSIX has them")
HEADER = "time_s,ax_g,ay_g,az_g"
REST = [f"{i / 50:.2f},0.01,{0.02 * (i % 3):.2f},1.0" for i in range(60)]
GOOD = "\n".join([HEADER, *REST]) + "\n"
INDEX = "file,label\ntake.csv,wave\n"


def rows(*changed: tuple[int, str]) -> str:
    """A good file, but for rows by their number in the file; 1 is the header."""
    lines = [HEADER, *REST]
    for number, text in changed:
        lines[number - 1] = text
    return "\n".join(lines) + "\n"


def scaled(factor: float) -> str:
    """A good file in another unit."""
    return "\n".join([HEADER, *(f"{i / 50:.2f},0,0.05,{factor * (1 + 0.01 * (i % 5)):.4f}" for i in range(60))]) + "\n"


def paused(*at: tuple[int, float]) -> str:
    """A file with pauses: (before which sample, how many seconds more)."""
    times = [i / 50 + sum(seconds for first, seconds in at if i >= first) for i in range(60)]
    return "\n".join([HEADER, *(f"{time:.2f},0,0,1" for time in times)]) + "\n"


def indexed(*lines: str, header: str = "file,label") -> str:
    return "\n".join([header, *lines]) + "\n"


NINES = "9" * 400
# name: (take.csv, index.csv, what the sentence says)
REFUSED: dict[str, tuple[str | bytes, str | bytes, str]] = {
    # the index
    "empty index": (GOOD, "", "index.csv has no column “file”"),
    "header only": (GOOD, "file,label\n", "index.csv names no file"),
    "blank rows only": (GOOD, "file,label\n\n , \n", "index.csv names no file"),
    "no column file": (GOOD, "name,label\ntake.csv,a\n", "index.csv has no column “file”"),
    "no column label": (GOOD, "file,class\ntake.csv,a\n", "index.csv has no column “label”"),
    "column label twice": (GOOD, "file,label,label\ntake.csv,a,b\n", "index.csv, row 1: the column “label” is"),
    "column note twice": (GOOD, "file,label,note, note\ntake.csv,a,b,c\n", "index.csv, row 1: the column “note”"),
    "long column twice": (GOOD, f"file,label,{NINES},{NINES}\n", "index.csv, row 1: the column “9999"),
    "too many cells": (GOOD, indexed("take.csv,a,b"), "index.csv, row 2: 3 cells instead of 2"),
    "too few cells": (GOOD, indexed("take.csv,a", "take.csv"), "index.csv, row 3: 1 cells instead of 2"),
    "two labels": (GOOD, indexed("take.csv,a", "take.csv,b"), "row 3: “take.csv” is “b”, but in row 2 it is “a”"),
    "twice": (GOOD, indexed("take.csv,a", "", "take.csv,a"), "index.csv, row 4: “take.csv” stands in row 2 already"),
    "twice by detour": (GOOD, indexed("take.csv,a", "./take.csv,b"), "index.csv, row 3: “./take.csv” is “b”"),
    "twice by link": (GOOD, indexed("take.csv,a", "same.csv,b"), "index.csv, row 3: “same.csv” is “b”, but in row 2"),
    "file is missing": (GOOD, indexed("gone.csv,a"), "index.csv, row 2: there is no file “gone.csv”"),
    "file is nameless": (GOOD, indexed(",a"), "index.csv, row 2: there is no file “”"),
    "file is a folder": (GOOD, indexed("sub,a"), "index.csv, row 2: there is no file “sub”"),
    "file is a pipe": (GOOD, indexed("pipe,a"), "index.csv, row 2: there is no file “pipe”"),
    "file is above": (GOOD, indexed("../secret.csv,a"), "index.csv, row 2: ../secret.csv lies outside the folder"),
    "file is absolute": (GOOD, indexed("/etc/passwd,a"), "index.csv, row 2: /etc/passwd lies outside the folder"),
    "link leads out": (GOOD, indexed("out.csv,a"), "index.csv, row 2: out.csv lies outside the folder"),
    "link leads out by a folder": (GOOD, indexed("away/secret.csv,a"), "row 2: away/secret.csv lies outside"),
    "link in a circle": (GOOD, indexed("loop.csv,a"), "index.csv, row 2: “loop.csv” is a link that leads in a circle"),
    "link is broken": (GOOD, indexed("broken.csv,a"), "index.csv, row 2: there is no file “broken.csv”"),
    "long name": (GOOD, indexed(f"{NINES},a"), "index.csv, row 2: there is no file “9999"),
    "very long name": (GOOD, indexed(f"{NINES * 20},a"), "index.csv, row 2: there is no file “9999"),
    "long name outside": (GOOD, indexed(f"../{NINES},a"), "index.csv, row 2: "),
    "name with a zero": (GOOD, b"file,label\na\0b,x\n", "index.csv"),
    "empty label": (GOOD, indexed("take.csv, "), "index.csv, row 2: the label is empty or longer"),
    "long label": (GOOD, indexed(f"take.csv,{NINES}"), "index.csv, row 2: the label is empty or longer"),
    "long subject": (GOOD, indexed(f"take.csv,a,{NINES}", header="file,label,subject"), "row 2: The subject is longer"),
    "unknown split": (GOOD, indexed("take.csv,a,exam", header="file,label,split"), "row 2: the split “exam” is not"),
    "long split": (GOOD, indexed(f"take.csv,a,{NINES}", header="file,label,split"), "row 2: the split “9999"),
    "rate is a word": (GOOD, indexed("take.csv,a,fast", header="file,label,rate_hz"), "row 2: “fast” is no rate in Hz"),
    "rate is endless": (GOOD, indexed("take.csv,a,inf", header="file,label,rate_hz"), "row 2: “inf” is no rate in Hz"),
    "rate has 400 digits": (GOOD, indexed(f"take.csv,a,{NINES}", header="file,label,rate_hz"), "row 2: “9999"),
    "rate is another": (GOOD, indexed("take.csv,a,100", header="file,label,rate_hz"), "row 2: 100 Hz is stated, but"),
    "index in UTF-16": (GOOD, INDEX.encode("utf-16"), "index.csv cannot be read"),
    "index with half a quote": (GOOD, indexed('take.csv,"a'), "index.csv cannot be read"),
    # the columns of a file
    "empty file": ("", INDEX, "take.csv has no column “time_s”"),
    "no column az_g": ("time_s,ax_g,ay_g\n0,0,1\n", INDEX, "take.csv has no column “az_g”"),
    "column ax_g twice": (f"{HEADER},ax_g\n0,0,0,1,0\n", INDEX, "take.csv, row 1: the column “ax_g” is there twice"),
    "columns with semicolons": (GOOD.replace(",", ";"), INDEX, "take.csv has no column “time_s”"),
    "file in UTF-16": (GOOD.encode("utf-16"), INDEX, "take.csv cannot be read"),
    "file of zeros": (bytes(5000), INDEX, "take.csv"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), INDEX, "take.csv cannot be read"),
    # the rows of a file
    "header and nothing": (HEADER, INDEX, "take.csv has fewer than two samples"),
    "one sample": (f"{HEADER}\n0,0,0,1\n", INDEX, "take.csv has fewer than two samples"),
    "not a number": (rows((8, "0.12,nan,0,1")), INDEX, "take.csv, row 8: ax_g is nan"),
    "endless": (rows((9, "0.14,0,-inf,1")), INDEX, "take.csv, row 9: ay_g is -inf"),
    "endless by 400 digits": (rows((9, f"0.14,0,{NINES},1")), INDEX, "take.csv, row 9: ay_g is 9999"),
    "309 digits": (rows((9, f"0.14,0,{'9' * 308},1")), INDEX, "take.csv reaches 1e+308 g"),
    "a word": (rows((61, "1.18,0,0,hello")), INDEX, "take.csv, row 61: “hello” in az_g is no number"),
    "a long word": (rows((5, f"0.06,0,0,{'x' * 9000}")), INDEX, "take.csv, row 5: “xxxx"),
    "a decimal comma": (rows((5, '"0,06",0,0,1')), INDEX, "take.csv, row 5: “0,06” in time_s is no number"),
    "an empty cell": (rows((5, "0.06,,0,1")), INDEX, "take.csv, row 5: “” in ax_g is no number"),
    "three cells": (rows((7, "0.1,0,0")), INDEX, "take.csv, row 7 has 3 cells instead of 4"),
    "five cells": (rows((7, "0.1,0,0,1,2")), INDEX, "take.csv, row 7 has 5 cells instead of 4"),
    "an empty row": (rows((7, "")), INDEX, "take.csv, row 7 is empty"),
    "an empty row at the end": (GOOD + "\n", INDEX, "take.csv, row 62 is empty"),
    "half a quote": (rows((7, '0.1,0,0,"1')), INDEX, "take.csv cannot be read"),
    "a cell of 200,000": (rows((7, f"0.1,0,0,{'1' * 200_000}")), INDEX, "take.csv"),
    "time stands still": (rows((7, "0.08,0,0,1")), INDEX, "take.csv, row 7: time does not go forward"),
    "time goes back": (rows((7, "-3,0,0,1")), INDEX, "take.csv, row 7: time does not go forward"),
    "time in steps too small": (f"{HEADER}\n0,0,0,1\n5e-324,0,0,1\n", INDEX, "row 2: by its times the file has"),
    "time in steps too large": (f"{HEADER}\n-1e308,0,0,1\n1e308,0,0,1\n", INDEX, "row 2: by its times the file has"),
    "counts": (scaled(16384), INDEX, "take.csv reaches"),
    "one knock of 9,810 g": (rows((8, "0.12,0,0,9810")), INDEX, "take.csv reaches 9810 g"),
}  # fmt: skip


def build(folder: Path, content: str | bytes, index: str | bytes) -> Path:
    """A folder with that file, that index, and all that a name in it may lead to."""
    inside = folder / "inside"
    inside.mkdir()
    for name, text in (("take.csv", content), ("index.csv", index)):
        (inside / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    (folder / "secret.csv").write_text(GOOD, encoding="utf-8")
    (folder / "elsewhere").mkdir()
    (folder / "elsewhere" / "secret.csv").write_text(GOOD, encoding="utf-8")
    (inside / "sub").mkdir()
    links = {"out.csv": "../secret.csv", "away": "../elsewhere", "loop.csv": "loop2.csv", "loop2.csv": "loop.csv",
             "broken.csv": "nowhere.csv", "same.csv": "take.csv"}  # fmt: skip
    for link, target in links.items():
        (inside / link).symlink_to(target)
    os.mkfifo(inside / "pipe")
    return inside


def test_the_table_is_as_long_as_it_should_be() -> None:
    assert len(REFUSED) >= 60


@pytest.mark.parametrize("case", REFUSED)
def test_a_malformed_folder_is_refused_in_a_short_sentence(tmp_path: Path, case: str) -> None:
    content, index, message = REFUSED[case]
    with pytest.raises(DataError) as caught:
        import_folder(build(tmp_path, content, index))
    assert message in caught.value.message
    assert len(caught.value.message) < 250
    assert caught.value.hint


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
        (lambda folder: folder / "nowhere", "There is no folder"),
        (lambda folder: folder, "has no index.csv"),
        (circle, "There is no folder"),
        (index_outside, "index.csv lies outside the folder"),
        (index_in_a_circle, "has no index.csv"),
    ],
)
def test_what_is_no_folder_with_an_index_is_said(tmp_path: Path, make: Callable[[Path], Path], message: str) -> None:
    with pytest.raises(DataError, match=message):
        import_folder(make(tmp_path))


# --- taken, and said ------------------------------------------------------------------------------------


def taken(folder: Path, *files: str) -> Imported:
    """A folder of these files, each under its own label."""
    names = [f"{number}.csv" for number in range(len(files))]
    for name, text in zip(names, files, strict=True):
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "index.csv").write_text(indexed(*(f"{name},label {name}" for name in names)), encoding="utf-8")
    return import_folder(folder)


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
        added = opened.importer.import_folder(folder).result()
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

    def read(folder: Path, report: Callable[[str, float], None], cancelled: Callable[[], bool]) -> Imported:
        def note(detail: str, share: float) -> None:
            threads["read"] = threading.current_thread()
            seen.append((detail, share))

        return import_folder(folder, note, cancelled)

    monkeypatch.setattr("tinylab.workflow.project.importer.import_folder", read)
    monkeypatch.setattr(project, "do", lambda edit: (threads.update(store=threading.current_thread()), do(edit))[1])
    try:
        assert opened.importer.import_folder(folder).result().takes == 2
        assert threading.current_thread() not in threads.values()
        assert set(threads) == {"read", "store"}
        assert seen == [("file 1 of 2", 0.0), ("file 2 of 2", 0.5)]
    finally:
        opened.close()


def test_an_import_can_be_cancelled_between_two_files(folder: Path) -> None:
    with pytest.raises(CancelledError):
        import_folder(folder, cancelled=lambda: True)
