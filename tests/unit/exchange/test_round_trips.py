"""What is exported comes back: counts bit for bit, rate, label, subject, and regions where the format has room."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import cbor2
import numpy as np
import pytest

from tinylab.data.editing.region_edits import AddRegion
from tinylab.data.editing.take_edits import AddTakes
from tinylab.data.parts import Part
from tinylab.data.project import Project
from tinylab.data.recording import Recording
from tinylab.errors import DataError
from tinylab.exchange.export import export_takes
from tinylab.exchange.formats.parquet import plain_columns
from tinylab.exchange.found import Imported
from tinylab.exchange.menu import read_path, writable_formats
from tinylab.exchange.writing import Exporting

KEPT = ("label", "subject", "session", "split", "rate_hz", "g_per_count", "range_g", "frame", "samples")
NAMES = {"csv-folder": "out", "long-csv": "out.csv", "edge-impulse": "out", "createai": "out.json"}
WITH_REGIONS = ("long-csv", "edge-impulse")


def takes() -> tuple[Recording, ...]:
    """Extremes of 16 bits, an unlabelled take, odd names, rates that no short decimal says."""
    rng = np.random.default_rng(5)
    extremes = np.array([[-32768, 32767, 0], [32767, -32768, 1], [-1, 1, -32768]], np.int16)
    wave = Recording.of(
        rng.integers(-32768, 32768, (400, 3)).astype(np.int16), label="wave", subject="Anna", rate_hz=100 / 3,
        g_per_count=1 / 4096, range_g=8, session="one, two", split="validation", frame="raw",
    )  # fmt: skip
    return (
        wave,
        Recording.of(np.tile(extremes, (20, 1)), label="“shake”, 🦾.x", subject="", rate_hz=104.031,
                     g_per_count=4 * 1.03 / 32767, range_g=4, frame="board"),
        Recording.of(rng.integers(-90, 90, (60, 3)).astype(np.int16), label="", subject="Bert", rate_hz=50,
                     g_per_count=0.001, range_g=2, split="test"),
        replace(wave, header=wave.header.with_changes(split="", frame="as imported")),
    )  # fmt: skip


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with closing(Project.create(tmp_path / "lab.tinylab")) as made:
        made.do(AddTakes(takes(), "fill"))
        for region in (AddRegion(1, "left", 10, 90), AddRegion(1, "left", 100, 50), AddRegion(3, "right", 0, 60)):
            made.do(region)
        yield made


def by_label(found: Imported) -> list[int]:
    """The places of the recordings in the order in which they were exported."""
    order = [(take.header.label, take.header.frame) for take in takes()]
    return sorted(range(len(found.recordings)), key=lambda at: order.index(
        (found.recordings[at].header.label, found.recordings[at].header.frame)))  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_counts_come_back_bit_for_bit_and_rate_label_and_subject_with_them(
    project: Project, tmp_path: Path, name: str
) -> None:
    exported = export_takes(project, tmp_path / NAMES[name], name)
    assert (exported.takes, exported.samples, exported.problems) == (4, 920, ())
    found = read_path(exported.path)
    assert found.refused == ()
    assert len(found.recordings) == 4
    for at, before in zip(by_label(found), takes(), strict=True):
        after = found.recordings[at]
        assert np.array_equal(after.counts, before.counts)
        assert [getattr(after.header, each) for each in KEPT] == [getattr(before.header, each) for each in KEPT]
    if name in WITH_REGIONS:
        parts = [found.parts[at] for at in by_label(found)]
        assert parts == [(Part("left", 10, 90), Part("left", 100, 50)), (), (Part("right", 0, 60),), ()]
    else:
        assert found.parts == ()


def test_every_format_that_writes_and_reads_is_tried_here() -> None:
    assert set(writable_formats()) == {*NAMES, "parquet"}


def test_a_project_is_merged_with_its_regions_and_never_written(project: Project, tmp_path: Path) -> None:
    path = project.path
    project.close()
    before = path.read_bytes()
    found = read_path(path)
    assert path.read_bytes() == before
    assert sorted(each.name for each in tmp_path.iterdir()) == ["lab.tinylab"]
    for after, expected in zip(found.recordings, takes(), strict=True):
        assert np.array_equal(after.counts, expected.counts)
        assert [getattr(after.header, each) for each in KEPT] == [getattr(expected.header, each) for each in KEPT]
    assert found.parts[0] == (Part("left", 10, 90), Part("left", 100, 50))
    assert found.parts[2] == (Part("right", 0, 60),)


def test_edge_impulses_json_and_cbor_say_the_same(project: Project, tmp_path: Path) -> None:
    folder = export_takes(project, tmp_path / "out", "edge-impulse").path
    first = folder / "wave.take 1.json"
    content = json.loads(first.read_text(encoding="utf-8"))
    assert content["protected"] == {"ver": "v1", "alg": "none"}
    assert content["signature"] == ""
    assert set(content["payload"]) == {"device_type", "interval_ms", "sensors", "values"}
    info = json.loads((folder / "info.labels").read_text(encoding="utf-8"))
    info["files"][0]["path"] = "wave.take 1.cbor"
    (folder / "info.labels").write_text(json.dumps(info), encoding="utf-8")
    first.with_suffix(".cbor").write_bytes(cbor2.dumps(content))
    first.unlink()
    found = read_path(folder)
    assert any(np.array_equal(recording.counts, takes()[0].counts) for recording in found.recordings)
    labels = info["files"][0]["label"]["labels"]
    assert [(each["startIndex"], each["endIndex"], each["label"]) for each in labels] == [
        (0, 9, "unlabelled"), (10, 99, "left"), (100, 149, "left"), (150, 399, "unlabelled"),
    ]  # fmt: skip


def test_createai_gets_the_axes_of_the_board_and_a_file_that_it_knows(project: Project, tmp_path: Path) -> None:
    exported = export_takes(project, tmp_path / "out.json", "createai")
    actions = json.loads(exported.path.read_text(encoding="utf-8"))
    assert [action["name"] for action in actions] == ["wave", "“shake”, 🦾.x", ""]
    raw, _ = actions[0]["recordings"]
    counts = takes()[0].counts.astype(float)
    assert raw["data"]["y"] == pytest.approx((-counts[:, 1] / 4096).tolist(), abs=1e-6)
    assert raw["data"]["x"] == pytest.approx((counts[:, 0] / 4096).tolist(), abs=1e-6)
    assert exported.remarks == ("CreateAI looks at one second at 50 Hz; 3 takes are longer or have another rate.",)


def test_regions_that_overlap_are_said(project: Project, tmp_path: Path) -> None:
    project.do(AddRegion(1, "middle", 50, 100))
    exported = export_takes(project, tmp_path / "out.csv", "long-csv")
    assert exported.remarks == ("1 take has regions that overlap; of those the later one is written.",)
    with exported.path.open(newline="", encoding="utf-8") as stream:
        rows = [row["region"] for row in csv.DictReader(stream)][:400]
    assert [rows[at] for at in (0, 10, 49, 50, 149, 150)] == ["", "left", "left", "middle", "left", ""]


@pytest.mark.parametrize("name", ["long-csv", "createai", "parquet"])
def test_a_file_is_never_overwritten_and_nothing_is_left_behind(project: Project, tmp_path: Path, name: str) -> None:
    (tmp_path / "mine").write_text("mine", encoding="utf-8")
    before = sorted(tmp_path.iterdir())
    with pytest.raises(DataError, match=r"exists already|pyarrow"):
        export_takes(project, tmp_path / "mine", name)
    with closing(Project.create(tmp_path / "empty.tinylab")) as empty, pytest.raises(DataError):
        export_takes(empty, tmp_path / "out", name)
    (tmp_path / "empty.tinylab").unlink()
    assert sorted(tmp_path.iterdir()) == before


def test_parquet_without_pyarrow_names_the_command(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)  # type: ignore[arg-type]
    with pytest.raises(DataError) as caught:
        export_takes(project, tmp_path / "out.parquet", "parquet")
    assert caught.value.hint == 'Run pip install "tinylab[parquet]".'
    assert not (tmp_path / "out.parquet").exists()


def test_every_column_of_parquet_is_as_long_as_the_take(project: Project) -> None:
    take = next(iter(Exporting().takes(project)))
    columns = plain_columns(take)
    assert {len(column) for column in columns.values()} == {400}
    assert columns["label"][:2] == ["wave", "wave"]
    assert columns["region_number"][[0, 10, 100, 399]].tolist() == [0, 1, 2, 0]
    assert columns["rate_hz"][0] == 100 / 3
