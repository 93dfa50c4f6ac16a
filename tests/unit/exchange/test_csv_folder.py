"""A folder of CSV files with an index: each row of it is taken, or refused with file and row."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tinylab.errors import DataError
from tinylab.exchange.csv_signal import read_signal
from tinylab.exchange.menu import read_path
from tinylab.exchange.source import SourceFile
from tinylab.exchange.takes import quantize

HEADER = "time_s,ax_g,ay_g,az_g"
GOOD = f"{HEADER}\n" + "".join(f"{i / 50:.2f},{i / 100},-0.5,1\n" for i in range(60))


def folder_of(tmp_path: Path, rows: Sequence[Sequence[str]], content: str | bytes = GOOD) -> Path:
    """A folder with `take.csv` and an index of these rows; the first is its header."""
    with (tmp_path / "index.csv").open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows(rows)
    data = content.encode() if isinstance(content, str) else content
    (tmp_path / "take.csv").write_bytes(data)
    return tmp_path


INDEX = [["file", "label", "subject", "split", "rate_hz"], ["take.csv", "wave", "Anna", "val", "50"]]


def test_a_whole_folder_becomes_recordings(tmp_path: Path) -> None:
    rows = [*INDEX, ["second.csv", "shake", "", "", ""], [], ["", "", "", "", ""]]
    (tmp_path / "second.csv").write_text(GOOD, encoding="utf-8")
    first, second = read_path(folder_of(tmp_path, rows)).recordings
    assert (first.header.label, first.header.subject, first.header.split, first.header.rate_hz) == (
        "wave",
        "Anna",
        "validation",
        50.0,
    )
    assert (second.header.label, second.header.subject, second.header.split) == ("shake", "", "")
    assert second.header.rate_hz == pytest.approx(50.0)
    assert first.header.samples == 60
    assert first.in_g[-1] == pytest.approx([0.59, -0.5, 1.0], abs=1e-4)
    assert first.header.source == "take.csv"


def test_columns_in_another_order_and_more_of_them_do_no_harm(tmp_path: Path) -> None:
    content = "az_g, note ,time_s,ax_g,ay_g\n1,x,0,0.1,0.2\n1,y,0.02,0.1,0.2\n"
    rows = [["note", "label", "file"], ["hello", "wave", "take.csv"]]
    (found,) = read_path(folder_of(tmp_path, rows, content)).recordings
    assert found.in_g[0] == pytest.approx([0.1, 0.2, 1.0], abs=1e-4)
    assert found.header.rate_hz == pytest.approx(50.0)


def test_a_byte_order_mark_and_windows_line_ends_are_read(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, INDEX, b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    index = folder / "index.csv"
    index.write_bytes(b"\xef\xbb\xbf" + index.read_bytes())
    assert read_path(folder).recordings[0].header.samples == 60


NASTY = ["two\nlines", 'with "quotes"', "100 %s %n", "🦾" * 300, "x" * 300, "??/ trigraph", "a,b", " spaces ", "'); --"]


@pytest.mark.parametrize("label", NASTY)
def test_any_label_comes_through_unchanged_but_for_blanks_around_it(tmp_path: Path, label: str) -> None:
    rows = [INDEX[0], ["take.csv", label, label.strip(), "", ""]]
    (found,) = read_path(folder_of(tmp_path, rows)).recordings
    assert found.header.label == label.strip()
    assert found.header.subject == label.strip()


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("0.5,nan,0,1", "take.csv, row 8: ax_g is nan"),
        ("0.5,0,inf,1", "take.csv, row 8: ay_g is inf"),
        ("0.5,0,0,hello", "take.csv, row 8: “hello” in az_g is no number"),
        ("0.5,0,0,", "take.csv, row 8: “” in az_g is no number"),
        ("0.5,0,0", "take.csv, row 8 has 3 cells instead of 4"),
        ("0.5,0,0,1,2", "take.csv, row 8 has 5 cells instead of 4"),
        ("", "take.csv, row 8 is empty"),
        ("0.02,0,0,1", "take.csv, row 8: time does not go forward"),
        (
            f"{GOOD.splitlines()[6].split(',')[0]},0,0,1",
            "take.csv, row 8: time does not go forward",
        ),  # as the row above
        ("0.5,0,0,9810", "take.csv reaches 9810 g"),
        ('0.5,0,0,"1', "take.csv cannot be read"),
    ],
)
def test_a_bad_row_is_named(tmp_path: Path, line: str, message: str) -> None:
    rows = GOOD.splitlines()[:7]
    later = [f"{1 + i / 50:.2f},0,0,1" for i in range(5)]
    with pytest.raises(DataError) as caught:
        read_path(folder_of(tmp_path, INDEX, "\n".join([*rows, line, *later]) + "\n"))
    assert message in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "has no column “time_s”"),
        ("time_s,ax_g,ay_g\n0,0,0\n", "has no column “az_g”"),
        (HEADER, "fewer than two samples"),
        (f"{HEADER}\n0,0,0,1\n", "fewer than two samples"),
        (b"\xff\xfe\x00", "cannot be read"),
        (f"{HEADER}\n0,0,0,1\n5e-324,0,0,1\n", "Hz"),
        (f"{HEADER}\n-1e308,0,0,1\n1e308,0,0,1\n", "Hz"),
        (f"{HEADER}\n0,{'1' * 200_000},0,1\n", "cannot be read"),
    ],
)
def test_a_bad_file_is_named(tmp_path: Path, content: str | bytes, message: str) -> None:
    rows = [["file", "label"], ["take.csv", "wave"]]
    with pytest.raises(DataError) as caught:
        read_path(folder_of(tmp_path, rows, content))
    assert message in caught.value.message


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([["file"], ["take.csv"]], "index.csv has no column “label”"),
        ([["label"], ["wave"]], "index.csv has no column “file”"),
        ([["file", "label"]], "names no file"),
        ([["file", "label"], ["take.csv", "a", "b"]], "row 2: 3 cells instead of 2"),
        ([["file", "label"], ["other.csv", "a"]], "row 2: there is no file “other.csv”"),
        ([["file", "label"], ["", "a"]], "row 2: there is no file “”"),
        ([["file", "label"], ["../take.csv", "a"]], "row 2: ../take.csv lies outside the folder"),
        ([["file", "label"], ["/etc/passwd", "a"]], "row 2: /etc/passwd lies outside the folder"),
        ([["file", "label"], ["x" * 5000, "a"]], "row 2"),
        ([["file", "label"], ["a\0b", "a"]], "index.csv"),
        ([["file", "label"], ["take.csv", "x" * 301]], "row 2: the label is longer than 300"),
        ([["file", "label", "subject"], ["take.csv", "a", "x" * 301]], "The subject is longer than 300"),
        ([["file", "label", "split"], ["take.csv", "a", "exam"]], "row 2: the split “exam” is not known"),
        ([["file", "label", "rate_hz"], ["take.csv", "a", "fast"]], "row 2: “fast” is no rate in Hz"),
        ([["file", "label", "rate_hz"], ["take.csv", "a", "nan"]], "row 2: “nan” is no rate in Hz"),
        ([["file", "label", "rate_hz"], ["take.csv", "a", "-50"]], "row 2: “-50” is no rate in Hz"),
        ([["file", "label", "rate_hz"], ["take.csv", "a", "100"]], "100 Hz is stated, but the times say 50.0 Hz"),
    ],
)
def test_a_bad_index_is_named(tmp_path: Path, rows: list[list[str]], message: str) -> None:
    with pytest.raises(DataError) as caught:
        read_path(folder_of(tmp_path, rows))
    assert message in caught.value.message


def test_an_empty_folder_and_no_folder_at_all(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="holds no recording"):
        read_path(tmp_path)
    with pytest.raises(DataError, match="There is no file or folder"):
        read_path(tmp_path / "nowhere")


def test_a_link_that_leads_outside_is_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text(GOOD, encoding="utf-8")
    inside = tmp_path / "inside"
    inside.mkdir()
    folder_of(inside, [["file", "label"], ["link.csv", "a"]])
    (inside / "link.csv").symlink_to(secret)
    with pytest.raises(DataError, match="outside the folder"):
        read_path(inside)


_CELLS = st.one_of(
    st.floats().map(repr),
    st.integers(-1000, 1000).map(str),
    st.text(max_size=6),
    st.sampled_from(["", '"', "nan", "1e400"]),
)
_TABLES = st.lists(st.lists(_CELLS, min_size=3, max_size=5).map(",".join), max_size=6).map(
    lambda lines: "\n".join([HEADER, *lines]).encode("utf-8", "surrogatepass")
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(content=st.one_of(st.binary(max_size=200), _TABLES))
def test_whatever_the_bytes_are_it_is_a_recording_or_a_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "index.csv").write_text("file,label\ntake.csv,a\n", encoding="utf-8")
    (tmp_path / "take.csv").write_bytes(content)
    try:
        (found,) = read_path(tmp_path).recordings
    except DataError as error:
        assert error.message.endswith(".")
    else:
        assert np.isfinite(found.in_g).all()
        assert 0 < found.header.rate_hz <= 100_000


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(content=st.one_of(st.binary(max_size=200), st.text(max_size=200).map(lambda t: b"file,label\n" + t.encode())))
def test_whatever_the_index_is_it_is_recordings_or_a_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "index.csv").write_bytes(content)
    with pytest.raises(DataError):
        read_path(tmp_path)


@given(
    st.lists(st.tuples(*[st.floats(-30, 30, width=32)] * 3), min_size=1, max_size=20).map(
        lambda rows: np.asarray(rows, dtype=np.float64)
    )
)
def test_counts_stand_for_the_g_that_went_in(signal: np.ndarray) -> None:
    counts, g_per_count, range_g = quantize(signal)
    assert np.abs(counts * g_per_count - signal).max() <= g_per_count / 2 + 1e-12
    assert range_g * 1.03 >= np.abs(signal).max()
    assert range_g in (2.0, 4.0, 8.0, 16.0) or range_g == np.ceil(np.abs(signal).max())


def test_reading_gives_times_and_three_axes(tmp_path: Path) -> None:
    path = tmp_path / "take.csv"
    path.write_text(GOOD, encoding="utf-8")
    found = read_signal(SourceFile(tmp_path, path))
    times, signal = found.times, found.values
    assert times is not None
    assert times.shape == (60,)
    assert signal.shape == (60, 3)
    assert signal[1].tolist() == [0.01, -0.5, 1.0]
