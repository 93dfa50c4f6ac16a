"""One connection, several threads, a power cut: what the database under a project promises."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from fakes.projects import dump

from tinylab.data.editing.edit import Edit
from tinylab.data.editing.edits import AddLabel
from tinylab.data.editing.writer import EditWriter
from tinylab.data.project import Project
from tinylab.data.storage.opening import create_database, open_database
from tinylab.errors import DataError

_NORMAL = 1  # PRAGMA synchronous, sqlite.org/pragma.html; OFF is 0


def test_what_was_written_outlives_the_computer(path: Path) -> None:
    created = create_database(path)
    created.close()
    opened = open_database(path)
    (synchronous,) = opened.database.query("PRAGMA synchronous")[0]
    (journal,) = opened.database.query("PRAGMA journal_mode")[0]
    opened.close()
    assert synchronous >= _NORMAL, "a power cut could damage the file"
    assert journal == "wal"


class WatchedLock:
    """A lock that says when somebody has to wait for it."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self.somebody_waits = threading.Event()

    def __enter__(self) -> None:
        if not self._lock.acquire(blocking=False):
            self.somebody_waits.set()
            self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()


@dataclass(frozen=True)
class TwoLabels(Edit):
    """An edit between whose halves something happens."""

    meanwhile: Callable[[], None]
    kind: ClassVar[str] = "two labels"

    @property
    def text(self) -> str:
        return "two labels"

    def carry_out(self, writer: EditWriter) -> None:
        writer.need_labels(["first half"])
        self.meanwhile()
        writer.need_labels(["second half"])

    def plain(self) -> dict[str, str]:
        return {"kind": self.kind, "text": self.text}


def test_an_edit_waits_until_that_of_another_thread_is_whole(project: Project) -> None:
    lock = WatchedLock()
    project._database._lock = lock  # type: ignore[assignment]
    came = threading.Event()

    def other_edit() -> None:
        with contextlib.suppress(DataError):  # what it did, or did not, is asserted below
            project.do(AddLabel("other"))
        came.set()
        lock.somebody_waits.set()  # whoever was let in did not have to wait, and that is the fault

    other = threading.Thread(target=other_edit, name="the other edit")

    def let_the_other_try() -> None:
        other.start()
        assert lock.somebody_waits.wait(10)
        assert not came.is_set(), "another edit got in between two halves of one"

    try:
        project.do(TwoLabels(let_the_other_try))
    finally:
        other.join(10)
    assert [row[1] for row in dump(project)["labels"]] == ["first half", "second half", "other"]
    assert project.undo() is not None
    assert [row[1] for row in dump(project)["labels"]] == ["first half", "second half"], "each is a step of its own"
