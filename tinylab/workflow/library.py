"""The recordings of the open project as the pages see them: lists, counts, edits with undo."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tinylab.data.project import Project
from tinylab.data.recording import Recording
from tinylab.events import Event
from tinylab.exchange.csv_folder import import_folder
from tinylab.exchange.example import load_example
from tinylab.workflow.history import Edit, History


class Library:
    """Owns the cached list of recordings; every edit goes through here."""

    def __init__(self, history: History) -> None:
        self.changed: Event[None] = Event()
        self.project: Project | None = None
        self._history = history
        self._recordings: tuple[Recording, ...] = ()
        self._extra_labels: list[str] = []

    @property
    def recordings(self) -> tuple[Recording, ...]:
        """All takes, oldest first."""
        return self._recordings

    @property
    def labels(self) -> tuple[str, ...]:
        """All labels in a lasting order (a class keeps its place, and so its colour): as first met."""
        return tuple(dict.fromkeys([*(r.label for r in self._recordings), *self._extra_labels]))

    @property
    def subjects(self) -> tuple[str, ...]:
        """All subjects, in alphabetical order."""
        return tuple(sorted({r.subject for r in self._recordings if r.subject}))

    @property
    def takes_by_label(self) -> Counter[str]:
        """How many takes each label has."""
        return Counter(r.label for r in self._recordings)

    @property
    def seconds(self) -> float:
        """How much was recorded in all."""
        return sum(r.seconds for r in self._recordings)

    def attach(self, project: Project | None) -> None:
        """Show another project."""
        self.project = project
        self._extra_labels = list(project.setting("labels", [])) if project else []
        self._history.clear()
        self.reload()

    def reload(self) -> None:
        """Look at the project file again."""
        self._recordings = tuple(self.project.recordings()) if self.project else ()
        self.changed.emit(None)

    def add_label(self, label: str) -> None:
        """Offer a label that has no take yet."""
        if label not in self.labels and self.project is not None:
            self._extra_labels.append(label)
            self.project.set_setting("labels", self._extra_labels)
            self.changed.emit(None)

    def take_finished(self, recording: Recording) -> None:
        """A take has been stored: show it, and let it be undone."""
        self.remember_added([recording.id], f"record “{_short(recording.label)}”")
        self.reload()

    def remember_added(self, ids: Sequence[int], text: str) -> None:
        """Let recordings that were just added be taken back."""
        self._history.remember(Edit(text, lambda: self._hide(ids, False), lambda: self._hide(ids, True)))

    def delete(self, ids: Sequence[int]) -> None:
        """Delete takes; can be undone until the project is closed."""
        text = "delete a take" if len(ids) == 1 else f"delete {len(ids)} takes"
        self._history.do(Edit(text, lambda: self._hide(ids, True), lambda: self._hide(ids, False)))

    def relabel(self, recording_id: int, label: str) -> None:
        """Give a take another label; can be undone."""
        project = self._open()
        old = project.recording(recording_id).label

        def put(new: str) -> None:
            project.relabel(recording_id, new)
            self.reload()

        self._history.do(Edit("relabel a take", lambda: put(label), lambda: put(old)))

    def import_folder(self, folder: Path) -> int:
        """Add a folder of CSV files; all or nothing. Returns how many."""
        return self._add(import_folder(folder), f"import {folder.name}")

    def import_example(self) -> int:
        """Add the example's recordings; returns how many."""
        return self._add(load_example(), "load the example")

    def _add(self, recordings: Sequence[Recording], text: str) -> int:
        ids = self._open().add(recordings)
        self.remember_added(ids, text)
        self.reload()
        return len(ids)

    def _hide(self, ids: Sequence[int], hidden: bool) -> None:
        self._open().set_deleted(ids, hidden)
        self.reload()

    def _open(self) -> Project:
        assert self.project is not None, "a session always has a project open"
        return self.project


def _short(label: str) -> str:
    return label if len(label) <= 24 else label[:23] + "…"
