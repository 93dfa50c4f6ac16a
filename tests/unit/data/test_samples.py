"""Samples are read when they are needed, kept in a cache of bounded size, and known by their checksums."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from fakes.projects import block, planned, run_sql, take

from tinylab.data.editing.edits import AddTakes, SplitAt, Trim
from tinylab.data.project import Project
from tinylab.data.samples import CHUNK_SAMPLES, Gap, SampleStore
from tinylab.errors import DataError


def test_samples_are_read_once_and_the_cache_stays_within_its_room(project: Project) -> None:
    project.do(AddTakes(tuple(take(samples=100) for _ in range(20)), "add"))
    store = SampleStore(project._database, cache_bytes=5 * 600)
    first = store.counts(1)
    assert store.counts(1) is first
    for number in range(2, 21):
        store.counts(number)
        assert sum(counts.nbytes for counts in store._cache.values()) <= 5 * 600
    assert len(store._cache) == 5
    assert store.counts(1) is not first
    assert np.array_equal(store.counts(1), first)


def test_a_take_larger_than_the_cache_is_read_all_the_same(project: Project) -> None:
    project.do(AddTakes((take(samples=100), take(samples=10)), "add"))
    store = SampleStore(project._database, cache_bytes=10)
    assert len(store.counts(1)) == 100
    assert len(store.counts(2)) == 10
    assert len(store._cache) == 1


def test_samples_that_are_shown_cannot_be_changed(project: Project) -> None:
    project.do(AddTakes((take(),), "add"))
    with pytest.raises(ValueError, match="read-only"):
        project.samples.counts(1)[0, 0] = 5


def test_an_import_is_stored_in_chunks(project: Project) -> None:
    counts = (
        np.arange(CHUNK_SAMPLES * 6 + 21, dtype=np.uint32).astype(np.int16)[: CHUNK_SAMPLES * 6 + 21].reshape(-1, 3)
    )
    project.do(AddTakes((take(counts=counts),), "add"))
    assert len(project._database.query("SELECT signal_id FROM chunks")) == 3
    assert np.array_equal(project.samples.counts(1), counts)
    project.do(Trim(1, CHUNK_SAMPLES - 2, 5))
    assert np.array_equal(project.samples.counts(1), counts[CHUNK_SAMPLES - 2 : CHUNK_SAMPLES + 3])


@pytest.fixture
def recorded(project: Project) -> Project:
    """A take of five blocks of ten samples, of which the second is damaged in the file."""
    writer = project.begin_take(planned())
    for first in range(0, 50, 10):
        writer.add(block(first))
    writer.finish()
    run_sql(project.path, "UPDATE chunks SET counts = zeroblob(60) WHERE first_sample = 10")
    return project


def test_a_damaged_chunk_is_found_and_the_rest_can_be_saved(recorded: Project) -> None:
    with pytest.raises(DataError, match=r"Take 1 cannot be read: the samples from number 10 on do not match") as caught:
        recorded.recording(1)
    assert "Export what can be read" in caught.value.hint
    salvage = recorded.samples.salvage(1)
    assert salvage.counts[:, 0].tolist() == [*range(10), *range(20, 50)]
    assert len(salvage.damaged) == 1
    assert recorded.header(1).samples == 50


def test_a_part_that_does_not_touch_the_damaged_chunk_is_whole(recorded: Project, path: Path) -> None:
    run_sql(path, "UPDATE pieces SET start = 20, count = 25")
    assert recorded.samples.counts(1)[:, 0].tolist() == list(range(20, 45))
    run_sql(path, "UPDATE pieces SET start = 15, count = 25")
    assert recorded.samples.salvage(1).counts[:, 0].tolist() == list(range(20, 40))


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("UPDATE chunks SET counts = 'text' WHERE first_sample = 30", "its counts is no piece of data"),
        ("UPDATE chunks SET counts = substr(counts, 2) WHERE first_sample = 30", "checksum"),
        ("UPDATE chunks SET checksum = checksum + 1 WHERE first_sample = 30", "checksum"),
        ("DELETE FROM chunks WHERE first_sample = 30", "missing"),
        ("DELETE FROM chunks", "missing"),
        ("DELETE FROM pieces", "no samples"),
        ("UPDATE pieces SET start = -5", "missing"),
        ("UPDATE pieces SET count = 0", "."),
        ("UPDATE pieces SET count = 9000000000", "larger than any take"),
        ("UPDATE pieces SET signal_id = 7", "missing"),
        ("UPDATE pieces SET start = 'x'", "start is no whole number"),
    ],
)
def test_whatever_is_wrong_with_a_take_is_reported(project: Project, sql: str, message: str) -> None:
    writer = project.begin_take(planned())
    for first in range(0, 50, 10):
        writer.add(block(first))
    writer.finish()
    run_sql(project.path, sql)
    with pytest.raises(DataError, match=message):
        project.recording(1)


def test_gaps_are_known_without_reading_a_sample_and_a_cut_is_none(project: Project) -> None:
    writer = project.begin_take(planned(asked=70))
    for first in (0, 10, 25, 35, 60):
        writer.add(block(first))
    writer.finish()
    assert project.samples.gaps(1) == (Gap(20, 5), Gap(40, 15))
    project.do(SplitAt(1, (15, 40)))
    assert [project.samples.gaps(number) for number in (1, 2, 3)] == [(), (Gap(5, 5),), ()]
    lost = {header.id: (header.samples, header.asked, header.lost) for header in project.headers()[0]}
    assert lost == {1: (15, 15, 0), 2: (25, 30, 5), 3: (10, 10, 0)}
