"""The report: everything that helps is in it, nothing that identifies the user is."""

from __future__ import annotations

import contextlib
import json
import logging
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tinylab.errors import TinyLabError
from tinylab.log.faults import note_action, note_fact, unforeseen
from tinylab.log.report_zip import save_report

LOG = logging.getLogger("tinylab")
Read = Callable[[], str]
TOKEN = "00112233445566778899aabbccddeeff"
ANNAS = Path("/ho" + "me/annamaria")


@pytest.fixture
def _anna(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("USER", "USERNAME", "LOGNAME", "USERPROFILE"):
        monkeypatch.setenv(name, "annamaria")
    monkeypatch.setenv("HOME", str(ANNAS))
    monkeypatch.setattr("platform.node", lambda: "annas-notebook")
    monkeypatch.setattr("socket.gethostname", lambda: "annas-notebook")


def contents(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def project_with(path: Path, text: str) -> sqlite3.Connection:
    made = sqlite3.connect(path, isolation_level=None)
    made.execute("PRAGMA journal_mode=WAL")
    made.execute("CREATE TABLE take (label TEXT)")
    made.execute("INSERT INTO take VALUES (?)", [text])
    return made


@pytest.mark.usefixtures("log", "_anna", "expects_unforeseen")
def test_it_holds_what_helps_and_nothing_that_identifies(tmp_path: Path, log_folder: Path) -> None:
    note_fact("board", f"virtual micro:bit V2, token={TOKEN}")
    note_action(f"open {ANNAS}/Lab.tinylab")
    try:
        raise OSError(13, "Permission denied", f"{ANNAS}/Lab.tinylab")
    except OSError:
        unforeseen(f"on annas-notebook, password='{TOKEN[:8]}'")
    (log_folder / "virtualboard.log").write_text("C:\\Us" + "ers\\Bert\\x and annamaria", encoding="utf-8")
    (log_folder / "virtualboard.log.1").write_bytes(b"\xff not UTF-8, annamaria")
    (log_folder / "fatal-20260101-000000-1.txt").write_text('File "' + str(ANNAS) + '/x.py"', encoding="utf-8")
    (log_folder / "something else.txt").write_text("private", encoding="utf-8")
    extra = {"theme": "dark", "last project": f"{ANNAS}/Lab.tinylab", "password": "geheim", "µ": "ü"}
    target = tmp_path / "report.zip"
    save_report(target, project=ANNAS / "Lab.tinylab", extra=extra)

    found = contents(target)
    assert sorted(found) == [
        "README.txt", "log/fatal-20260101-000000-1.txt", "log/tinylab.log", "log/virtualboard.log",
        "log/virtualboard.log.1", "memory.txt", "settings.json", "versions.json",
    ]  # fmt: skip
    for name, content in found.items():
        for secret in ("annamaria", "annas-notebook", TOKEN, TOKEN[:8], "Bert", "geheim"):
            assert secret.encode() not in content, (name, secret)
    assert "TinyLab" in json.loads(found["versions.json"])
    assert json.loads(found["settings.json"]) == {
        "theme": "dark", "last project": "~/Lab.tinylab", "password": "<removed>", "µ": "ü",
    }  # fmt: skip
    assert "It holds no recordings." in found["README.txt"].decode()
    for name in ("log/tinylab.log", "memory.txt"):
        assert "PermissionError: [Errno 13] Permission denied: '~/Lab.tinylab'" in found[name].decode()
    assert "open ~/Lab.tinylab" in found["memory.txt"].decode()
    assert [path.name for path in tmp_path.iterdir() if path != log_folder] == ["report.zip"]


@pytest.mark.usefixtures("log_folder")
def test_recordings_go_in_only_when_they_are_asked_for_also_from_an_open_project(tmp_path: Path) -> None:
    project = tmp_path / "Anna's 100 % lab?#.tinylab"
    with contextlib.closing(project_with(project, "still in the write-ahead log")) as opened:
        save_report(tmp_path / "without.zip", project=project)
        assert "project.tinylab" not in contents(tmp_path / "without.zip")
        save_report(tmp_path / "with.zip", project=project, include_recordings=True)
        opened.execute("INSERT INTO take VALUES ('and it is still open')")
    found = contents(tmp_path / "with.zip")
    (tmp_path / "copy").write_bytes(found["project.tinylab"])
    with contextlib.closing(sqlite3.connect(tmp_path / "copy")) as copy:
        assert copy.execute("SELECT label FROM take").fetchall() == [("still in the write-ahead log",)]
    assert "with its recordings" in found["README.txt"].decode()


@pytest.mark.usefixtures("log_folder")
def test_a_damaged_project_goes_in_as_it_is(tmp_path: Path) -> None:
    project = tmp_path / "damaged.tinylab"
    project.write_bytes(b"this is no database" * 1000)
    save_report(tmp_path / "report.zip", project=project, include_recordings=True)
    assert contents(tmp_path / "report.zip")["project.tinylab"] == project.read_bytes()


@pytest.mark.usefixtures("log_folder")
def test_without_a_log_there_is_a_report(tmp_path: Path) -> None:
    save_report(tmp_path / "report.zip", include_recordings=True)
    assert sorted(contents(tmp_path / "report.zip")) == ["README.txt", "memory.txt", "settings.json", "versions.json"]


@pytest.mark.usefixtures("log_folder")
def test_where_it_cannot_be_written_there_is_a_sentence_and_no_half_file(tmp_path: Path) -> None:
    with pytest.raises(TinyLabError, match=r"could not be written: No such file or directory\."):
        save_report(tmp_path / "nowhere" / "report.zip")
    old = tmp_path / "report.zip"
    old.write_bytes(b"the one before")
    with pytest.raises(TinyLabError, match="could not be written"):
        save_report(old, project=tmp_path / "not there.tinylab", include_recordings=True)
    assert old.read_bytes() == b"the one before"
    assert [path.name for path in tmp_path.iterdir()] == ["report.zip"]
