"""A run keeps what was asked, what came of it, and the evidence; one that is damaged costs one run."""

from __future__ import annotations

import zlib
from pathlib import Path

import numpy as np
import pytest
from fakes.projects import dump, evidence, run_sql

from tinylab.data.project import Project
from tinylab.errors import DataError


def add_run(project: Project, **outcome: object) -> int:
    return project.runs.add({"epochs": 3}, outcome, b"keras", b"tflite", evidence())


def test_runs_are_kept_in_order_with_their_evidence(project: Project, path: Path) -> None:
    first = add_run(project, loss=[1.0, float("nan")])
    project.runs.add({"epochs": 4}, {}, b"\0", b"", evidence(0))
    project.runs.change(first, loss=[0.5])
    project.close()
    again = Project.open(path)
    runs, bad = again.runs.all()
    assert bad == []
    assert [(run.settings, run.outcome, run.tflite) for run in runs] == [
        ({"epochs": 3}, {"version": 2, "loss": [0.5]}, b"tflite"),
        ({"epochs": 4}, {"version": 2}, b""),
    ]
    assert (again.runs.keras(1), again.runs.keras(2)) == (b"keras", b"\0")
    found, expected = again.runs.evidence(1), evidence()
    assert found is not None
    for name in ("take_ids", "starts", "truth", "windows"):
        assert np.array_equal(getattr(found, name), getattr(expected, name))
    assert found.probabilities.keys() == expected.probabilities.keys()
    assert all(np.array_equal(found.probabilities[name], expected.probabilities[name]) for name in ("float32", "int8"))
    assert np.array_equal(found.answers("int8"), expected.probabilities["int8"].argmax(axis=1))
    empty = again.runs.evidence(2)
    assert empty is not None
    assert len(empty) == 0
    again.close()


def test_keys_that_this_release_does_not_know_stay(project: Project, path: Path) -> None:
    number = add_run(project, loss=[1.0])
    run_sql(path, """UPDATE runs SET outcome = '{"version": 7, "loss": [], "of a later release": {"a": 1}}'""")
    project.runs.change(number, loss=[2.0])
    (run,), _ = project.runs.all()
    assert run.outcome == {"version": 7, "loss": [2.0], "of a later release": {"a": 1}}


def test_a_run_without_evidence_can_be_given_it_later(project: Project, path: Path) -> None:
    number = add_run(project)
    run_sql(path, "DELETE FROM evidence", "DELETE FROM answers")
    assert project.runs.evidence(number) is None
    project.runs.add_evidence(number, evidence())
    assert project.runs.evidence(number) is not None


def test_a_removed_run_leaves_nothing(project: Project) -> None:
    before = dump(project)
    project.runs.remove(add_run(project))
    assert dump(project) == before
    with pytest.raises(DataError, match="There is no run 1"):
        project.runs.keras(1)
    with pytest.raises(DataError, match="There is no run 1"):
        project.runs.change(1, loss=[])


def test_a_run_is_stored_whole_or_not_at_all(project: Project) -> None:
    before = dump(project)
    broken = evidence()
    broken.probabilities["x" * 5000] = np.zeros((4, 2), np.float32)
    with pytest.raises(DataError, match="cannot be stored"):
        project.runs.add({}, {}, b"", b"", broken)
    assert dump(project) == before


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE runs SET settings = '['",
        "UPDATE runs SET settings = '[]'",
        f"UPDATE runs SET outcome = '{'[' * 3000}'",
        "UPDATE runs SET outcome = x'00'",
        "UPDATE runs SET created_at = x'ff'",
        "UPDATE runs SET tflite = zeroblob(9000000)",
    ],
)
def test_a_damaged_run_costs_one_run(project: Project, path: Path, sql: str) -> None:
    add_run(project)
    add_run(project)
    run_sql(path, f"{sql} WHERE id = 1")
    runs, bad = project.runs.all()
    assert [run.id for run in runs] == [2]
    assert len(bad) == 1
    assert bad[0].startswith("run 1 cannot be read: its ")


BOMB = zlib.compress(bytes(50_000_000), 9).hex()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE evidence SET shape = '[4, 5]'",
        "UPDATE evidence SET shape = '[4, 5, -3]'",
        "UPDATE evidence SET shape = '[4, 1e999, 3]'",
        "UPDATE evidence SET shape = '[1000000, 1000000, 3]'",
        f"UPDATE evidence SET shape = '{'[' * 3000}'",
        "UPDATE evidence SET shape = '{}'",
        "UPDATE evidence SET windows = x'00'",
        f"UPDATE evidence SET windows = x'{BOMB}'",
        "UPDATE evidence SET truth = x'00'",
        "UPDATE evidence SET truth = zeroblob(8)",
        f"UPDATE evidence SET truth = x'{'f' * 64}'",
        "UPDATE answers SET probabilities = zeroblob(12)",
        "UPDATE answers SET probabilities = zeroblob(16)",
        "UPDATE answers SET probabilities = x'0000c07f0000c07f0000c07f0000c07f0000c07f0000c07f0000c07f0000c07f'",
    ],
)
def test_damaged_evidence_is_refused_in_a_sentence(project: Project, path: Path, sql: str) -> None:
    number = add_run(project)
    run_sql(path, sql)
    with pytest.raises(DataError):
        project.runs.evidence(number)
    assert len(project.runs.all()[0]) == 1


def test_more_windows_than_can_be_read_back_are_not_stored(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tinylab.data.run_store._MAX_VALUES", 59)
    with pytest.raises(DataError, match="4 test windows are more than"):
        add_run(project)
    assert dump(project)["runs"] == []
