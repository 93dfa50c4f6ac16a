"""What every edit is: plain values that say what is to be done, a sentence for the user, and how it is carried out."""

from __future__ import annotations

import dataclasses
from typing import Any, ClassVar

from tinylab.data.editing.writer import EditWriter


class Edit:
    """One step of undo. Edits are frozen dataclasses of plain values, listed in tinylab/data/editing/edits.py."""

    kind: ClassVar[str]  # how the journal calls it; never changed once released

    @property
    def text(self) -> str:
        """What it does, as in “Undo: relabel 2 takes”."""
        raise NotImplementedError

    def carry_out(self, writer: EditWriter) -> None:
        """Do it; raises DataError where it cannot be done, and then nothing has changed."""
        raise NotImplementedError

    def plain(self) -> dict[str, Any]:
        """What the journal stores of it, as JSON: its kind, its sentence and its arguments."""
        fields = {f.name: getattr(self, f.name) for f in dataclasses.fields(self)}  # type: ignore[arg-type]
        return {"kind": self.kind, "text": self.text, **fields}
