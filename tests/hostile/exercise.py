"""Everything that TinyLab does with a project, done to one that may hold anything: only sentences may come of it."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from fakes.projects import block, planned, take
from mutations import SONG

from tinylab.data.editing.edits import AddLabel, AddTakes, Merge, Relabel, RenameLabel, SetSetting, SplitAt, Trash, Trim
from tinylab.data.project import Project
from tinylab.data.recording import Header
from tinylab.data.verdict import judge
from tinylab.errors import DataError

MOST_CPU_S = 5.0
_MOST_STEPS = 100_000  # of undo; more would be a circle


class Exercise:
    """Collects what is wrong with what TinyLab says; any error but a DataError ends it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.wrong: list[str] = []

    def run(self) -> None:
        """Open, look at and change everything, close, and look again."""
        project = self._opened(read_only=False)
        if project is not None:
            with contextlib.closing(project):
                self._look(project)
                self._change(project)
                self._look(project)
        again = self._opened(read_only=True)
        if again is not None:
            with contextlib.closing(again):
                self._look(again)
        self._listen()

    def _opened(self, *, read_only: bool) -> Project | None:
        try:
            with self._timed("opening"):
                return Project.open(self._path, read_only=read_only)
        except DataError as error:
            self._say(error.message, error.hint)
            return None

    def _look(self, project: Project) -> None:
        self._say(*project.problems, project.read_only_because, project.missing())
        with self._timed("the headers"):
            headers, bad = project.headers()
        self._say(*bad, *project.labels(), project.journal.undo_text, project.journal.redo_text)
        for name in ("sampling", "labels", "project_id", "nothing"):
            project.setting(name)
        project.all_pieces_texts()
        for header in headers[:200]:
            self._look_at_take(project, header)
        runs, bad = project.runs.all()
        self._say(*bad)
        for run in runs:
            self._try(lambda number=run.id: project.runs.evidence(number))
            self._try(lambda number=run.id: project.runs.keras(number))

    def _look_at_take(self, project: Project, header: Header) -> None:
        self._say(str(judge(header)), header.label)
        self._try(lambda: project.recording(header.id))
        salvage = self._try(lambda: project.samples.salvage(header.id))
        self._say(*(salvage.damaged if salvage is not None else ()))
        self._try(lambda: project.samples.gaps(header.id))
        self._try(lambda: project.regions(header.id))
        self._try(lambda: project.pieces_text(header.id))

    def _change(self, project: Project) -> None:
        self._all_the_way(project.undo)
        self._all_the_way(project.redo)
        self._try(lambda: self._record(project))
        edits = (
            AddLabel("new"), SetSetting("sampling", {"rate_hz": 100}, joins=True), AddTakes((take(),), "add"),
            Trim(1, 0, 10), SplitAt(3, (5,)), Merge((6, 8)), Relabel((1, 3, 6), "other"), RenameLabel("label 0", "l"),
            Trash((3, 4)),
        )  # fmt: skip
        for edit in edits:
            self._try(lambda edit=edit: project.do(edit))
        self._all_the_way(project.undo)
        self._all_the_way(project.redo)
        contents = self._try(project.trash)
        self._say(*(contents.steps if contents is not None else ()))
        self._try(project.empty_trash)
        self._try(lambda: project.runs.change(1, note="x"))
        self._try(lambda: project.save_copy(self._path.with_name("copy.tinylab")))

    def _record(self, project: Project) -> None:
        writer = project.begin_take(planned(asked=20))
        writer.add(block(0))
        writer.add(block(10))
        writer.finish()

    def _all_the_way(self, step: Callable[[], object]) -> None:
        for _ in range(_MOST_STEPS):
            if self._try(step) is None:
                return
        self.wrong.append("undo never ends")

    def _try(self, work: Callable[[], Any]) -> Any:
        try:
            with self._timed(getattr(work, "__qualname__", "it")):
                return work()
        except DataError as error:
            self._say(error.message, error.hint)
            return None

    @contextlib.contextmanager
    def _timed(self, what: str) -> Iterator[None]:
        """Nothing that a user waits for may take longer; on the processor's clock, for the machine may be busy."""
        began = time.process_time()
        yield
        seconds = time.process_time() - began
        if seconds > MOST_CPU_S:
            self.wrong.append(f"{what} took {seconds:.1f} s of the processor")

    def _say(self, *sentences: str) -> None:
        """What the user would see must be text that can be shown, and short enough to be read."""
        for sentence in sentences:
            try:
                sentence.encode("utf-8")
            except UnicodeEncodeError:
                self.wrong.append(f"cannot be printed: {sentence!r}"[:200])
            if len(sentence) > 1000:
                self.wrong.append(f"nobody reads {len(sentence)} characters: {sentence[:100]!r}")
            if "inside TinyLab" in sentence:
                self.wrong.append(sentence)

    def _listen(self) -> None:
        """Nothing of the file may have been run: no trigger has left a row here."""
        for path in self._path.parent.glob("*.tinylab"):
            with (
                contextlib.suppress(sqlite3.Error, UnicodeDecodeError),
                contextlib.closing(sqlite3.connect(path)) as connection,
            ):
                ((sang,),) = connection.execute("SELECT count(*) FROM canary WHERE sang = ?", (SONG,)).fetchall()
                if sang:
                    self.wrong.append("a program of the file was run")
