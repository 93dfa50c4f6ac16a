"""An open project with something for every kind of edit, and every way to change it through its one door."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from fakes.projects import dump, take

from tinylab.data.editing.edit import Edit
from tinylab.data.editing.edits import (
    AddLabel,
    AddRegion,
    AddTakes,
    Merge,
    MoveRegion,
    Relabel,
    RelabelRegion,
    RemoveLabel,
    RemoveRegion,
    RenameLabel,
    RenameSubject,
    Restore,
    SetNote,
    SetSession,
    SetSetting,
    SetSplit,
    SetSubject,
    SplitAt,
    Trash,
    Trim,
)
from tinylab.data.project import Project
from tinylab.workflow.notices import Notices, Tone
from tinylab.workflow.project.contents import Contents
from tinylab.workflow.project.document import Document

ALL: tuple[Edit, ...] = (
    AddTakes((take("new"),), "add"), Trash((1,)), Restore((3,)), Relabel((1,), "shake"), SetSubject((1,), "Bert"),
    RenameSubject("Anna", "Bert"), SetSession((1,), "s"), SetSplit((1,), "test"), SetNote(1, "n"), AddLabel("later"),
    RemoveLabel("empty"), RenameLabel("wave", "greet"), SetSetting("a", 1), Trim(1, 2, 5), SplitAt(1, (4,)),
    Merge((1, 2)), AddRegion(1, "wave", 0, 5), RemoveRegion(1), MoveRegion(1, 3, 4), RelabelRegion(1, "shake"),
)  # fmt: skip


class Lab:
    """An open project with something for every kind of edit."""

    def __init__(self, path: Path) -> None:
        project = Project.create(path)
        project.do(AddTakes((take(), take(), take("shake")), "fill"))
        for edit in (AddLabel("empty"), AddRegion(1, "wave", 0, 6), Trash((3,))):
            project.do(edit)
        self.notices = Notices()
        self.document = Document(self.notices)
        self.document.attach(Contents.of(project))

    @property
    def project(self) -> Project:
        return self.document.open_project()

    def everything(self) -> object:
        return dump(self.project, journal=True), self.document.takes, self.document.labels, self.document.undo_text

    def said(self) -> tuple[str, str]:
        notice = self.notices.shown[-1]
        assert notice.tone is Tone.ERROR
        return notice.message, notice.hint


def steps(lab: Lab) -> dict[str, Callable[[], bool]]:
    """Everything that changes a project through its one door."""
    found: dict[str, Callable[[], bool]] = {edit.kind: lambda e=edit: lab.document.do(e) for edit in ALL}  # type: ignore[misc]
    return {**found, "undo": lab.document.undo, "redo": lab.document.redo, "empty trash": lab.document.empty_trash}


NAMES = (*(edit.kind for edit in ALL), "undo", "redo", "empty trash")
