"""Every format is recognized and read as those who write it mean it: unit, rate, labels, axes, subjects."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from fakes import exchange_files as files

from tinylab.data.parts import Part
from tinylab.data.recording import Recording
from tinylab.errors import DataError
from tinylab.exchange.found import Choices, Imported
from tinylab.exchange.menu import known_formats, preview_path, read_path, readable_formats
from tinylab.exchange.units import MILLI_G

EXPECTED = np.asarray(files.SIGNAL)


def put(folder: Path, **contents: bytes) -> Path:
    """A folder with these files, by their names below it."""
    for name, content in contents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def labels(found: Imported) -> list[str]:
    return [recording.header.label for recording in found.recordings]


def is_signal(recording: Recording, samples: int = files.SAMPLES, within: float = 2e-3) -> bool:
    """Whether these are the samples that every file of the tests holds."""
    return np.abs(recording.in_g[:samples] - EXPECTED[:samples]).max() < within


@pytest.mark.parametrize("name", files.FILES)
def test_a_file_is_recognized_and_read(tmp_path: Path, name: str) -> None:
    file, content, takes, rate = files.FILES[name]
    path = put(tmp_path, **{file: content}) / file
    preview = preview_path(path, Choices(rate_hz=0 if rate else 62.5))
    assert preview.format == name
    assert preview.found.refused == ()
    assert len(preview.found.recordings) == takes
    for recording in preview.found.recordings:
        assert recording.header.rate_hz == pytest.approx(rate or 62.5, rel=1e-6)
        assert is_signal(recording, min(recording.header.samples, files.SAMPLES))
    assert preview.rows


def test_every_format_that_reads_is_tried_here() -> None:
    assert set(readable_formats()) == {*files.FILES, "csv-folder", "tinylab-project"}
    assert {name for name, module in known_formats().items() if not module.TITLE} == set()


@pytest.mark.parametrize(
    ("file", "label"),
    [
        ("wave/01.csv", "wave"), ("wave.01.csv", "wave"), ("wave_3.csv", "wave"), ("up down-2.csv", "up down"),
        ("wave.2abc3f.ingestion-67d8.csv", "wave"), ("train/wave/7.csv", "wave"), ("2024-05-01_10-00.csv", ""),
        ("shake12.csv", "shake"), ("figure 8/a.csv", "figure 8"),
    ],
)  # fmt: skip
def test_labels_come_from_folders_and_names_of_files(tmp_path: Path, file: str, label: str) -> None:
    (found,) = read_path(put(tmp_path / "root", **{file: files.plain()})).recordings
    assert found.header.label == label
    assert found.header.split == ("train" if file.startswith("train") else "")


@pytest.mark.parametrize(
    "content",
    [
        files.semicolons(),
        files.plain().replace(b",", b"\t"),
        files.plain().replace(b",", b"   "),
        files.plain().decode().encode("utf-16"),
        files.plain().decode().encode("utf-16-le"),
        b"\xef\xbb\xbf" + files.plain(),
        files.plain().replace(b"\n", b"\r\n") + b"\r\n\r\n",
        files.plain().partition(b"\n")[2],
        files.table("timestamp,accX,accY,accZ", lambda t, x, y, z: f"{t * 1000:.0f},{x},{y},{z}"),
        files.table("accelerometer_x [mg];y;accelerometer_y [mg];accelerometer_z [mg];t (us)",
                    lambda t, x, y, z: f"{x * 1000};9;{y * 1000};{z * 1000};{t * 1e6}"),
        files.table("Time (s);Acceleration x (m/s^2);Acceleration y (m/s^2);Acceleration z (m/s^2)",
                    lambda t, x, y, z: f"{t};{9.80665 * x};{9.80665 * y};{9.80665 * z}".replace(".", ",")),
        files.sensor_logger(),
        files.matlab(),
    ],
)  # fmt: skip
def test_a_table_is_read_however_it_is_written(tmp_path: Path, content: bytes) -> None:
    (found,) = read_path(put(tmp_path, **{"wave.csv": content})).recordings
    assert (found.header.label, found.header.rate_hz) == ("wave", pytest.approx(50, rel=1e-5))
    assert is_signal(found)


def test_a_change_of_label_or_subject_and_a_time_that_jumps_back_begin_another_recording(tmp_path: Path) -> None:
    first = put(tmp_path / "1", **{"all.csv": files.long_table()})
    headers = [recording.header for recording in read_path(first).recordings]
    assert [(h.label, h.subject) for h in headers] == [("wave", "Anna"), ("wave", "Bert"), ("rest", "Bert")]
    twice = files.long_table().replace(b"Bert", b"Anna").replace(b"rest", b"wave")
    assert len(read_path(put(tmp_path / "2", **{"all.csv": twice})).recordings) == 3


def test_a_bad_row_costs_the_recording_it_stands_in(tmp_path: Path) -> None:
    rows = files.long_table().decode().splitlines()
    rows[70] = rows[70].replace(rows[70].split(",")[3], "oops")
    found = read_path(put(tmp_path, **{"all.csv": "\n".join(rows).encode()}))
    assert labels(found) == ["wave", "rest"]
    (refusal,) = found.refused
    assert (refusal.file, refusal.line) == ("all.csv", 71)
    assert refusal.why == "all.csv, row 71: “oops” in ax_g is no number."


def test_one_bad_file_costs_one_file_and_what_is_no_data_is_left_aside(tmp_path: Path) -> None:
    folder = put(
        tmp_path, **{"a/1.csv": files.plain(), "a/2.csv": b"time_s,ax_g,ay_g,az_g\n0,0,0,x\n", "README.md": b"hi",
                     "b/1.json": b"{}", "b/x.zip.csv": b"PK\x03\x04", "notes.txt": b"a word"},
    )  # fmt: skip
    found = read_path(folder)
    assert labels(found) == ["a"]
    assert [refusal.file for refusal in found.refused] == ["a/2.csv", "b/1.json", "b/x.zip.csv"]
    assert "2 files were left aside, because they hold no recording: README.md and others." in found.remarks


def test_nothing_stays_of_a_file_that_is_refused_after_its_first_recording(tmp_path: Path) -> None:
    cut = files.arduino().rpartition(b"\r\n")[0] + b'\r\n"1,2'
    found = read_path(put(tmp_path, **{"a.csv": cut, "b.csv": files.plain()}))
    assert labels(found) == ["b"]
    assert [refusal.file for refusal in found.refused] == ["a.csv"]


def test_the_user_may_say_unit_rate_label_and_subject(tmp_path: Path) -> None:
    path = put(tmp_path, **{"a.csv": files.table("x,y,z", lambda _, x, y, z: f"{x},{y},{z}")})
    with pytest.raises(DataError, match="neither times nor a rate"):
        read_path(path)
    (found,) = read_path(path, Choices("csv-files", MILLI_G, 100, "tap", "Anna")).recordings
    header = found.header
    assert (header.label, header.subject, header.rate_hz) == ("tap", "Anna", 100)
    assert found.in_g[5] == pytest.approx(EXPECTED[5] / 1000, abs=1e-4)
    with pytest.raises(DataError, match="no format “xml”"):
        read_path(path, Choices("xml"))


def test_what_a_phone_measured_beside_is_left_aside(tmp_path: Path) -> None:
    other = files.sensor_logger()
    folder = put(
        tmp_path, **{f"wave-2024-05-01_10-00/{name}.csv": other for name in
                     ("Accelerometer", "TotalAcceleration", "Gyroscope", "Gravity")},
    )  # fmt: skip
    found = read_path(folder)
    assert [(r.header.label, r.header.source) for r in found.recordings] == [
        ("wave", "wave-2024-05-01_10-00/TotalAcceleration.csv")
    ]
    (folder / "wave-2024-05-01_10-00" / "TotalAcceleration.csv").unlink()
    assert any("without gravity" in remark for remark in read_path(folder).remarks)


def test_the_micro_bits_datasets_are_in_the_boards_axes_and_keep_their_numbers(tmp_path: Path) -> None:
    for name, content in {"now.json": files.createai(), "old.json": files.createai(old=True)}.items():
        found = read_path(put(tmp_path, **{name: content}) / name)
        assert labels(found) == ["Not a spell", "poke", "poke"]
        header = found.recordings[0].header
        assert (header.frame, header.g_per_count, header.samples) == ("board", 0.001, 49)
        assert found.recordings[0].counts.tolist() == np.rint(EXPECTED[:49] * 1000).astype(int).tolist()
        assert found.remarks == (f"{name} says no rate; it was taken for 50 Hz.",)


def test_a_recording_that_is_damaged_costs_itself(tmp_path: Path) -> None:
    actions = json.loads(files.createai())
    actions[1]["recordings"][0]["data"]["y"].pop()
    found = read_path(put(tmp_path, **{"a.json": json.dumps(actions).encode()}))
    assert labels(found) == ["Not a spell", "poke"]
    assert found.refused[0].why.startswith("a.json: recording 1 of “poke” has no three lists")


def test_labels_beside_edge_impulses_files_count_more_than_their_names(tmp_path: Path) -> None:
    content = files.edge_impulse_json()
    multi = {"type": "multi-label", "labels": [{"startIndex": 0, "endIndex": 9, "label": "idle"},
                                               {"startIndex": 10, "endIndex": 59, "label": "wave"}]}  # fmt: skip
    info = {
        "version": 1,
        "files": [
            {"path": "a.1.json", "category": "testing", "label": {"type": "label", "label": "circle"}},
            {"path": "training/a.2.json", "category": "training", "label": multi, "metadata": {"subject": "Anna"}},
            {"path": "a.3.json", "category": "training", "label": {"type": "unlabeled"}},
        ],
    }
    files_ = {"a.1.json": content, "a.2.json": content, "a.3.json": content}
    folder = put(tmp_path, **files_, **{"info.labels": json.dumps(info).encode()})
    found = read_path(folder)
    assert labels(found) == ["circle", "", ""]
    assert [r.header.split for r in found.recordings] == ["test", "train", "train"]
    assert found.recordings[1].header.subject == "Anna"
    assert found.parts == ((), (Part("idle", 0, 10), Part("wave", 10, 50)), ())
    (folder / "info.labels").unlink()
    structured = {"version": 1, "type": "structured-labels", "structuredLabels": {"a.2.json": multi["labels"]}}
    (folder / "structured_labels.labels").write_text(json.dumps(structured))
    assert labels(read_path(folder)) == ["a", "", "a"]


def test_cbor_is_read_as_json_is(tmp_path: Path) -> None:
    (found,) = read_path(put(tmp_path, **{"wave.x.cbor": files.edge_impulse_cbor()})).recordings
    (other,) = read_path(put(tmp_path / "j", **{"wave.x.json": files.edge_impulse_json()})).recordings
    assert np.array_equal(found.counts, other.counts)
    assert (found.header.label, found.header.board) == ("wave", "DISCO-L475VG-IOT01A")


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    secret = put(tmp_path, **{"secret.csv": files.plain()}) / "secret.csv"
    inside = put(tmp_path / "inside", **{"a.csv": files.plain()})
    (inside / "b.csv").symlink_to(secret)
    (inside / "c").symlink_to(tmp_path)
    found = read_path(inside)
    assert labels(found) == ["a"]
    assert found.refused[0].why == "b.csv is a link that leads outside the folder."
