"""Edits of labels and of the project's settings."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, ClassVar

from tinylab.data.editing.edit import Edit
from tinylab.data.editing.take_edits import Trash, short
from tinylab.data.editing.writer import EditWriter
from tinylab.data.recording import check_characters, check_name
from tinylab.data.storage.schema import LABELS, REGIONS, SETTINGS, TAKES, Setting
from tinylab.errors import DataError
from tinylab.text import tr


@dataclass(frozen=True)
class AddLabel(Edit):
    """Offer a label that has no take yet, and others that belong with it."""

    name: str
    beside: tuple[str, ...] = ()
    kind: ClassVar[str] = "add label"

    @property
    def text(self) -> str:
        return tr("add the label “{name}”", name=short(self.name))

    def carry_out(self, writer: EditWriter) -> None:
        check_name("label", self.name)
        writer.need_labels([self.name, *self.beside])


@dataclass(frozen=True)
class RemoveLabel(Edit):
    """Offer a label no longer. `with_takes`: its takes go to the trash with it; else it is refused while one has it.

    Regions with the label always refuse it: they are parts of takes that stay.
    """

    name: str
    with_takes: bool = False
    kind: ClassVar[str] = "remove label"

    @property
    def text(self) -> str:
        return tr("remove the label “{name}”", name=short(self.name))

    def carry_out(self, writer: EditWriter) -> None:
        if self.with_takes:
            Trash(tuple(take.id for take in writer.takes("label = ? AND trashed_at = ''", (self.name,)))).carry_out(
                writer
            )
        takes = len(writer.takes("label = ? AND trashed_at = ''", (self.name,)))
        regions = len(writer.regions("label = ?", (self.name,)))
        if takes or regions:
            raise DataError(
                tr(
                    "“{name}” has {takes} takes and {regions} regions, so it stays.",
                    name=short(self.name),
                    takes=takes,
                    regions=regions,
                ),
                hint=tr("Relabel or delete them first."),
            )
        for label in writer.labels():
            if label.name == self.name:
                writer.remove(LABELS, label)


@dataclass(frozen=True)
class RenameLabel(Edit):
    """Give a label another name everywhere, also in the trash; a name that is there already is refused."""

    old: str
    new: str
    kind: ClassVar[str] = "rename label"

    @property
    def text(self) -> str:
        return tr("rename the label “{old}”", old=short(self.old))

    def carry_out(self, writer: EditWriter) -> None:
        check_name("label", self.new)
        labels = {label.name: label for label in writer.labels()}
        if self.old not in labels:
            raise DataError(tr("There is no label “{old}”.", old=short(self.old)))
        if self.new == self.old:
            return
        if self.new in labels:
            raise DataError(
                tr("There is a label “{new}” already.", new=short(self.new)),
                hint=tr("To make one of the two, relabel the takes of “{old}”.", old=short(self.old)),
            )
        writer.change(LABELS, labels[self.old], name=self.new)
        for take in writer.takes("label = ?", (self.old,)):
            writer.change(TAKES, take, label=self.new)
        for region in writer.regions("label = ?", (self.old,)):
            writer.change(REGIONS, region, label=self.new)


@dataclass(frozen=True)
class SetSetting(Edit):
    """Change a setting of the project: anything JSON can hold; None removes it."""

    name: str
    value: Any
    what: str = "settings"  # for the sentence
    joins: bool = False  # one step of undo together with the same setting's change before
    kind: ClassVar[str] = "setting"

    @property
    def text(self) -> str:
        return tr("change the {what}", what=self.what)

    def carry_out(self, writer: EditWriter) -> None:
        check_characters("name of a setting", self.name)
        try:
            text = json.dumps(self.value, ensure_ascii=False, sort_keys=True)
        except (TypeError, ValueError, RecursionError) as error:
            raise DataError(tr("The {what} cannot be stored: {error}.", what=self.what, error=error)) from error
        found = writer.rows(SETTINGS, "name = ?", (self.name,))
        if not found:
            if self.value is not None:
                writer.add(SETTINGS, Setting(self.name, text))
        elif self.value is None:
            writer.remove(SETTINGS, found[0])
        else:
            writer.change(SETTINGS, found[0], value=text)
