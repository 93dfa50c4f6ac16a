"""Recordings from elsewhere: read and stored in a thread, added all or none, one step of undo."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from tinylab.data.editing.journal import Done
from tinylab.data.editing.take_edits import AddTakes
from tinylab.data.project import Project
from tinylab.data.recording import Header, Recording
from tinylab.data.storage.explain import printable
from tinylab.errors import DataError, TinyLabError
from tinylab.exchange.example import load_example
from tinylab.exchange.found import Choices, Imported, Preview, Refusal
from tinylab.exchange.menu import preview_path, read_path
from tinylab.text import ntr, tr
from tinylab.workflow.inbox import Inbox
from tinylab.workflow.notices import Notices, Tone
from tinylab.workflow.project.document import Document
from tinylab.workflow.project.label_names import look_alike
from tinylab.workflow.task import Task, Tasks

_MOST_SENTENCES = 4  # that a notice shows


@dataclass(frozen=True, slots=True)
class Added:
    """What came of bringing recordings into the project."""

    takes: int
    remarks: tuple[str, ...] = ()  # what the user should know of them, in sentences
    refused: tuple[Refusal, ...] = ()  # what was not taken, and why


@dataclass(frozen=True, slots=True)
class _Stored:
    found: Imported
    done: Done | None  # None where every take was there already
    equal: tuple[str, ...]  # the sources of those


class Importer:
    """Brings recordings into the open project."""

    def __init__(self, inbox: Inbox, tasks: Tasks, document: Document, notices: Notices) -> None:
        self._inbox, self._tasks, self._document, self._notices = inbox, tasks, document, notices

    def preview(self, path: Path, choices: Choices | None = None) -> Task[Preview]:
        """What an import would bring; nothing is changed, and no notice is shown."""
        return self._tasks.start(
            tr("Looking at {name}", name=path.name),
            lambda job: preview_path(path, choices, job.report, job.cancelled),
        )

    def import_path(self, path: Path, choices: Choices | None = None) -> Task[Added]:
        """Add what the files at a path hold, in one step of undo; what cannot be read is refused file by file.

        A notice says so either way, with what is odd about them.
        """
        task = self._add(
            tr("Importing {name}", name=path.name),
            lambda job: read_path(path, choices, job.report, job.cancelled),
            tr("import {name}", name=path.name),
        )
        return task.then(lambda added: self._say_imported(added, path.name))

    def _say_imported(self, added: Added, name: str) -> None:
        message = ntr(
            "1 recording imported from {name}.", "{count} recordings imported from {name}.", added.takes, name=name
        )
        if added.refused:
            message = tr(
                "{imported} imported, {refused} refused, from {name}.",
                imported=added.takes,
                refused=len(added.refused),
                name=name,
            )
        sentences = [*(refusal.why for refusal in added.refused), *added.remarks]
        shown = sentences[:_MOST_SENTENCES]
        more = len(sentences) - len(shown)
        rest = [tr("And {count} more.", count=more)] if more else []
        undo = [tr("Undo takes them back out.")] if added.takes else []
        tone = Tone.CAUTION if sentences else Tone.GOOD
        self._notices.show(tone, message, " ".join((*shown, *rest, *undo)))

    def load_example(self) -> Task[Added]:
        """Add the example's recordings to the open project; Undo takes them back out."""
        task = self._add(tr("Loading the example"), lambda _: Imported(tuple(load_example())), tr("load the example"))
        return task.then(self._say_loaded)

    def _say_loaded(self, added: Added) -> None:
        self._notices.show(
            Tone.GOOD,
            tr("{count} real recordings of seven shoulder exercises loaded.", count=added.takes),
            tr("Explore shows what they look like to a network."),
            self._notices.go(tr("Open Explore"), "Explore"),
        )

    def _add(self, title: str, read: Callable[[Task[_Stored]], Imported], text: str) -> Task[Added]:
        """Read and store in a thread; the document takes over what has changed in its own."""
        task: Task[Added] = Task(title, self._inbox)

        def failed(error: TinyLabError) -> None:
            self._notices.error(error)
            task.fail(error)

        try:
            project = self._document.open_project()
            if not self._document.read_only and not self._document.save_if_missing():
                raise DataError(tr("The project has no file any more."), hint=tr("Save a copy of it first."))
            project, labels = self._document.open_project(), self._document.labels
        except DataError as error:
            failed(error)
            return task
        takes = self._document.takes

        def work(job: Task[_Stored]) -> _Stored:
            found = read(job)
            job.report(tr("storing"), None)
            return _store(project, takes, found, text)

        def take_over(stored: _Stored) -> None:
            # Another project may be open by now; this one has them in its file.
            if stored.done is not None and self._document.project is project:
                self._document.took_place(stored.done)
            found = stored.found
            remarks = (*found.remarks, *_equal(stored.equal), *_alike(found, labels))
            task.finish(Added(len(found.recordings), remarks, found.refused))

        job: Task[_Stored] = self._tasks.start(title, work)
        job.then(take_over, failed)
        return task


def _store(project: Project, takes: Sequence[Header], found: Imported, text: str) -> _Stored:
    """Add what is not there yet, in one step of undo."""
    known = _KnownTakes(project, takes)
    new = [not known.holds(recording) for recording in found.recordings]
    equal = tuple(r.header.source for r, is_new in zip(found.recordings, new, strict=True) if not is_new)
    recordings = tuple(r for r, is_new in zip(found.recordings, new, strict=True) if is_new)
    parts = tuple(p for p, is_new in zip(found.parts, new, strict=True) if is_new) if found.parts else ()
    found = replace(found, recordings=recordings, parts=parts)
    done = project.do(AddTakes(recordings, text, parts)) if recordings else None
    return _Stored(found, done, equal)


class _KnownTakes:
    """The takes of a project by the number of their samples, which are read only where that is the same."""

    def __init__(self, project: Project, takes: Iterable[Header]) -> None:
        self._project = project
        self._by_size: dict[int, list[Header]] = {}
        for take in takes:
            self._by_size.setdefault(take.samples, []).append(take)

    def holds(self, recording: Recording) -> bool:
        """Whether a take has the very same samples; one that cannot be read is another."""
        return any(self._equal(take, recording) for take in self._by_size.get(len(recording.counts), ()))

    def _equal(self, take: Header, recording: Recording) -> bool:
        if take.g_per_count != recording.header.g_per_count or take.frame != recording.header.frame:
            return False
        try:
            return np.array_equal(self._project.samples.counts(take.id), recording.counts)
        except DataError:
            return False


def _equal(sources: Sequence[str]) -> Iterator[str]:
    """A sentence about takes that were there already."""
    if sources:
        yield ntr(
            "1 take is in the project already, sample by sample, and was not added again: {first}.",
            "{count} takes are in the project already, sample by sample, and were not added again: {first} and others.",
            len(sources),
            first=printable(sources[0]),
        )


def _alike(found: Imported, labels: Iterable[str]) -> Iterator[str]:
    """Sentences about labels that came and look like others."""
    known = list(labels)
    for name in dict.fromkeys(recording.header.label for recording in found.recordings):
        like = look_alike(name, known)
        if like and name not in known:
            yield tr(
                "“{name}” looks like “{like}”; if they mean the same, rename one.",
                name=printable(name),
                like=printable(like),
            )
        known.append(name)
