"""A project that does not open leaves everything of the old one: what is shown, what is chosen, and where takes go."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from fakes.bench import Bench
from fakes.projects import run_sql, take

from tinylab.data.editing.edits import AddTakes
from tinylab.data.project import Project
from tinylab.data.storage.owner import lock_path
from tinylab.errors import DataError, TinyLabError
from tinylab.workflow.board.opened_board import Sampling
from tinylab.workflow.project import opening
from tinylab.workflow.session import Session
from tinylab.workflow.training.runs import TrainSettings
from tinylab.workflow.training.trainer import SETTING as TRAINING


def missing(_path: Path) -> None: ...


def empty(path: Path) -> None:
    path.write_bytes(b"")


def rubbish(path: Path) -> None:
    path.write_bytes(b"no database" * 500)


def folder(path: Path) -> None:
    path.mkdir()


def cut(path: Path) -> None:
    project(path)
    path.write_bytes(path.read_bytes()[:5000])


def newer(path: Path) -> None:
    project(path)
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")


def program(path: Path) -> None:
    project(path)
    run_sql(path, "CREATE TRIGGER t AFTER INSERT ON takes BEGIN DELETE FROM labels; END")


def project(path: Path) -> None:
    made = Project.create(path)
    made.do(AddTakes((take("of the other one"),), "add"))
    made.close()


KINDS = {
    missing: "There is no project",
    empty: "is not a TinyLab project",
    rubbish: "is not a TinyLab project",
    folder: "There is no project",
    cut: "damaged",
    newer: "newer TinyLab",
    program: "that TinyLab did not make",
}


def state(session: Session) -> tuple[object, ...]:
    document, trainer = session.document, session.trainer
    return (
        document.open_project().path, document.takes, document.labels, document.undo_text, trainer.runs,
        trainer.settings, trainer.state, session.recorder.next, session.connection.sampling, session.notices.shown,
    )  # fmt: skip


def test_everything_of_the_open_project_stays_and_takes_go_into_it(bench: Bench, tmp_path: Path) -> None:
    session = bench.session
    session.sampling.choose(Sampling(100, 2))
    bench.connect()
    session.recorder.add_label("mine")
    before = state(session)
    for make, message in KINDS.items():
        path = tmp_path / f"{make.__name__}.tinylab"
        make(path)
        with pytest.raises(DataError, match=message):
            session.projects.open(path).result()
        assert state(session) == before, make.__name__
        assert not lock_path(path).exists()
    bench.begin_take()
    bench.end_take()
    with contextlib.closing(Project.open(tmp_path / "bench.tinylab", read_only=True)) as old:
        assert [header.label for header in old.headers()[0]] == ["wave"]


def broken(*_: object) -> None:
    raise RuntimeError("planted while the runs are read")


def test_a_fault_while_the_last_of_it_is_read_leaves_the_old_one_too(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, expects_unforeseen: object
) -> None:
    path = tmp_path / "other.tinylab"
    project(path)
    before = state(session)
    monkeypatch.setattr(opening, "restore_all", broken)
    with pytest.raises(TinyLabError):
        session.projects.open(path).result()
    assert state(session) == before
    assert not lock_path(path).exists()  # it was closed again


# --- settings on a locked file --------------------------------------------------------------------------


@pytest.fixture
def opened(trained_project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Session:
    """A session, closed by its user, whose project has no patience with other programs."""
    monkeypatch.setattr("tinylab.data.storage.database._BUSY_S", 0.0)
    shutil.copy(trained_project, tmp_path / "x.tinylab")
    session = Session(fast_virtual_board=True)
    session.projects.open(tmp_path / "x.tinylab").result()
    return session


def test_settings_that_a_locked_file_does_not_take_are_shown_as_they_are_and_can_be_chosen_again(
    opened: Session,
) -> None:
    with contextlib.closing(opened):
        trainer, document = opened.trainer, opened.document
        before, sampling = trainer.settings, opened.connection.sampling
        wanted = TrainSettings(before.network, type(before.windows)(window_s=1.7))
        choices: list[Callable[[], object]] = [
            lambda: trainer.set_settings(wanted),
            lambda: opened.sampling.choose(Sampling(400, 8)),
            lambda: opened.deployer.settings.set_range(8),
        ]
        other = sqlite3.connect(document.open_project().path, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        for choose in choices:
            opened.notices.clear()
            choose()
            assert "another program has the file locked" in opened.notices.shown[-1].message
        assert (trainer.settings, opened.connection.sampling) == (before, sampling)
        assert opened.deployer.settings.range_g is None
        other.execute("ROLLBACK")
        other.close()
        for choose in choices:
            choose()
        assert TrainSettings.from_json(document.setting(TRAINING)) == wanted
        assert opened.connection.sampling == Sampling(400, 8)
        assert opened.deployer.settings.range_g == 8
