"""Every kind of edit there is. A new one is a dataclass in a file beside this one and a line here."""

from __future__ import annotations

from typing import Final

from tinylab.data.editing.cut_edits import Merge, SplitAt, Trim
from tinylab.data.editing.edit import Edit
from tinylab.data.editing.label_edits import AddLabel, RemoveLabel, RenameLabel, SetSetting
from tinylab.data.editing.region_edits import AddRegion, MoveRegion, RelabelRegion, RemoveRegion
from tinylab.data.editing.take_edits import (
    AddRecordedTake,
    AddTakes,
    Relabel,
    RenameSubject,
    Restore,
    SetNote,
    SetSession,
    SetSplit,
    SetSubject,
    Trash,
)

EDITS: Final[tuple[type[Edit], ...]] = (
    AddTakes, AddRecordedTake, Trash, Restore, Relabel, SetSubject, RenameSubject, SetSession, SetSplit, SetNote,
    AddLabel, RemoveLabel, RenameLabel, SetSetting,
    Trim, SplitAt, Merge,
    AddRegion, RemoveRegion, MoveRegion, RelabelRegion,
)  # fmt: skip
